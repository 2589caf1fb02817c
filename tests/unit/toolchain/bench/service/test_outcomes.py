"""Figures of a load: nearest-rank percentiles, shares, objectives."""

from __future__ import annotations

import pytest

from zkctl.toolchain.bench.service.outcomes import (
    AnswerVerdict,
    RequestOutcome,
    figures,
    objective_results,
    percentile,
)
from zkctl.toolchain.bench.service.plan import LoadKind, LoadPlan, parse_objectives

PLAN = LoadPlan("http://127.0.0.1:1", {LoadKind.VERIFY: 10.0}, 10.0)


def served(at: float, ms: float) -> RequestOutcome:
    return RequestOutcome(LoadKind.VERIFY, at, ms / 1000, 0.0, AnswerVerdict.SERVED, "200")


def failed(at: float, verdict: AnswerVerdict, cause: str) -> RequestOutcome:
    return RequestOutcome(LoadKind.VERIFY, at, 9.0, 0.0, verdict, cause)


@pytest.mark.parametrize(
    ("n", "part", "rank"),
    [(100, 0.95, 95), (100, 0.5, 50), (20, 0.95, 19), (1, 0.99, 1), (3, 0.5, 2)],
)
def test_percentiles_are_of_the_nearest_rank(n: int, part: float, rank: int) -> None:
    assert percentile([float(k) for k in range(1, n + 1)], part) == float(rank)


def test_no_values_have_no_percentile() -> None:
    assert percentile([], 0.5) is None


def test_latencies_are_of_served_requests_only() -> None:
    outcomes = [served(0.1 * k, 1.0 + k) for k in range(99)]
    outcomes.append(failed(9.95, AnswerVerdict.REFUSED, "429"))
    outcomes.append(failed(9.96, AnswerVerdict.ERROR, "500"))
    (found,) = figures(PLAN, outcomes)
    assert (found.sent, found.served, found.refused, found.errors) == (101, 99, 1, 1)
    assert (found.p50, found.p95, found.p99, found.max) == (50.0, 95.0, 99.0, 99.0)
    assert found.causes == {"200": 99, "429": 1, "500": 1}
    assert sum(part.n for part in found.slices) == 101
    assert found.slices[-1].n_bad == 2


def test_objectives_are_judged() -> None:
    outcomes = [served(0.1 * k, 50.0) for k in range(99)] + [failed(1, AnswerVerdict.ERROR, "500")]
    kinds = figures(PLAN, outcomes)
    found = {one.name: one for one in objective_results(parse_objectives(["refused=0"]), kinds)}
    assert set(found) == {"verify.p95", "errors", "refused"}  # generate was not sent
    assert (found["verify.p95"].measured, found["verify.p95"].is_met) == (50.0, True)
    assert (found["errors"].measured, found["errors"].is_met) == (1.0, False)
    assert (found["refused"].measured, found["refused"].is_met) == (0.0, True)


def test_a_latency_without_a_served_request_is_not_met() -> None:
    kinds = figures(PLAN, [failed(1, AnswerVerdict.REFUSED, "503")])
    (one, *_) = objective_results(parse_objectives(["refused=100"]), kinds)
    assert (one.measured, one.is_met) == (None, False)
    assert one.text == "verify.p95: no request served, at most 100 ms"
