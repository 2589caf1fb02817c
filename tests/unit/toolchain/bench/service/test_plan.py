"""Loads as data: mixes, objectives, arrivals."""

from __future__ import annotations

import pytest

from zkctl.errors import UsageError
from zkctl.toolchain.bench.service.plan import (
    DEFAULT_OBJECTIVES,
    LoadKind,
    LoadPlan,
    arrivals,
    check_plan,
    parse_mix,
    parse_objectives,
)

URL = "http://127.0.0.1:1"


def test_a_mix_shares_out_the_rate() -> None:
    assert parse_mix("verify=40,generate=1", 20.5) == {"verify": 20.0, "generate": 0.5}
    assert parse_mix("health", 3) == {LoadKind.HEALTH: 3.0}
    assert parse_mix("verify=1, malformed=3", 4) == {"verify": 1.0, "malformed": 3.0}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("prove=1", "unknown kind of request 'prove': expected one of verify, generate"),
        ("", "unknown kind of request ''"),
        ("verify=1,verify=2", "the mix names verify twice: expected each kind once, got"),
        ("verify=0", "the weight of verify in the mix is '0': expected a positive number"),
        ("verify=nan", "expected a positive number"),
        ("verify=inf", "expected a positive number"),
        ("verify=x", "expected a positive number"),
    ],
)
def test_wrong_mixes(words: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse_mix(words, 1)


def test_objectives_replace_defaults_of_their_name() -> None:
    assert parse_objectives([]) == DEFAULT_OBJECTIVES
    found = {one.name: one for one in parse_objectives(["verify.p95=50", "verify.p99=80.5"])}
    assert found["verify.p95"].limit == 50.0
    assert found["verify.p99"].limit == 80.5
    assert found["verify.p99"].unit == "ms"
    assert found["errors"].unit == "%"
    assert len(found) == len(DEFAULT_OBJECTIVES) + 1
    assert {one.name: one.limit for one in parse_objectives(["errors=0"])}["errors"] == 0.0


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("verify.p95", "'verify.p95' is no objective: expected KIND.STATISTIC=MS"),
        ("verify.errors=1", "is no objective"),
        ("p95=1", "is no objective: expected KIND.STATISTIC=MS or errors=PERCENT"),
        ("verify.p90=1", "is no objective"),
        ("x.p95=1", "unknown kind of request 'x'"),
        ("errors=-1", "the limit of errors is '-1': expected a positive number"),
    ],
)
def test_wrong_objectives(word: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse_objectives([word])


def test_arrivals_have_equal_distances_and_fill_the_time() -> None:
    plan = LoadPlan(URL, {LoadKind.VERIFY: 4.0, LoadKind.GENERATE: 0.5}, 10.0)
    found = arrivals(plan)
    verify = [one.at for one in found if one.kind is LoadKind.VERIFY]
    assert len(verify) == 40
    assert verify[0] == 0.125
    assert verify[-1] == 9.875
    assert [one.at for one in found if one.kind is LoadKind.GENERATE] == [1.0, 3.0, 5.0, 7.0, 9.0]
    assert [one.at for one in found] == sorted(one.at for one in found)


def test_a_rare_kind_is_sent_once() -> None:
    plan = LoadPlan(URL, {LoadKind.GENERATE: 0.01}, 10.0)
    assert [(one.at, one.number) for one in arrivals(plan)] == [(10.0, 0)]


@pytest.mark.parametrize(
    ("rate", "seconds", "message"),
    [
        (5001.0, 1.0, "the rate is 5001: expected more than 0, at most 5000"),
        (1.0, 0.0, "the time in seconds is 0: expected more than 0, at most 86400"),
    ],
)
def test_impossible_plans(rate: float, seconds: float, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        check_plan(LoadPlan(URL, {LoadKind.VERIFY: rate}, seconds))
