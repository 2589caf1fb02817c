"""PIDs: the published vectors, each rule at its boundary, and no PID in a message."""

from __future__ import annotations

from typing import Any

import pytest

from zkctl.address.pid import normalise_pid, parse_pid, parse_region
from zkctl.errors import InputError

FULL = "JP-13-113-01-T07-B12-BN02-R342"


def test_published_vectors(vectors: dict[str, Any]) -> None:
    for case in vectors["pids"]:
        if "refused" in case:
            with pytest.raises(InputError, match=f"^{case['refused']}:"):
                parse_pid(case["pid"])
            continue
        pid = parse_pid(case["pid"])
        assert [str(c) for c in pid.components()] == case["components"]
        assert (str(pid.collision), str(pid.depth)) == (case["collision"], case["depth"])
        assert pid.text == case["pid"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("J", "E1: the PID has a wrong length: expected 2 to 64 characters, got 1"),
        ("J" * 65, "expected 2 to 64 characters, got 65"),
        ("JP--13", "E2: part 2 of the PID is empty"),
        ("JP-13-", "E2: part 3 of the PID is empty"),
        ("JP-13-C00", "E7: the collision suffix is C00: expected C01 to C99"),
        (f"{FULL}-X1", "E8: the PID has too many levels: expected at most 8, got 9"),
        ("jp-13", r"E3: level 0 \(country\) has a character other than A-Z and 0-9"),
        ("JP-1é", r"E3: level 1 \(admin1\)"),
        ("JP-13-113-01-T\uff11", r"E3: level 4 \(sublocality\)"),
        ("JPN-13", r"E4: level 0 \(country\) has a wrong length: expected 2, got 3"),
        ("JP-1", "expected 2 to 3, got 1"),
        ("JP-13-113-01-T07-B12-BN", "expected 3 to 8, got 2"),
        ("J1-13", r"E5: level 0 \(country\) has a wrong form: expected two letters"),
        ("JP-13-113-01-T7A", "expected T and digits, or letters"),
        ("JP-13-113-01-07", "expected T and digits, or letters"),
        ("JP-13-113-01-T07-X12", "expected B and more"),
        ("JP-13-113-01-T07-B12-BX2", "expected BN and more"),
        ("JP-13-113-01-T07-B12-BN02-X1", "expected R and more"),
        (
            "AR-C01",
            r"E6: level 1 \(admin1\) is C and two digits, which is reserved for the collision suffix",
        ),
        ("JP-C01-113", r"E6: level 1 \(admin1\)"),
        ("ZZ-13", "E9: the country of the PID is not a code of ISO 3166-1"),
    ],
)
def test_refusals(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        parse_pid(text, where="homes.csv line 2")
    assert caught.value.where == "homes.csv line 2"


@pytest.mark.parametrize(
    "text", ["JP-13-C001", "JP-13-C1", "JP-C1A", "JP-13-113-01-TATU-BX", "DE-BE-000-Z9-T99999"]
)
def test_near_misses_are_pids(text: str) -> None:
    assert parse_pid(text).text == text


def test_each_prefix_is_a_pid() -> None:
    parts = FULL.split("-")
    for depth in range(1, 9):
        pid = parse_pid("-".join(parts[:depth]))
        assert pid.depth == depth
        assert pid.components()[depth:] == (0,) * (8 - depth)


def test_a_refused_pid_is_not_quoted() -> None:
    home = "JP-13-113-01-T07-B12-BN02-r342"
    with pytest.raises(InputError) as caught:
        parse_pid(home)
    assert not any(part in str(caught.value) for part in ("113", "T07", "r342"))
    assert "342" not in repr(parse_pid(FULL)).partition(" at ")[0]


def test_regions_have_no_suffix() -> None:
    assert parse_region("JP-13").depth == 2
    with pytest.raises(InputError, match="E14: the region has a collision suffix"):
        parse_region("JP-13-C02")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (" jp-13-113 ", "JP-13-113"),
        ("\uff2a\uff30\uff0d\uff11\uff13", "JP-13"),
        ("JP\u201013\u2011113\u201301", "JP-13-113-01"),
        ("JP\u221213", "JP-13"),
        ("jp-13-é", "JP-13-é"),
    ],
)
def test_normalise(typed: str, meant: str) -> None:
    assert normalise_pid(typed) == meant
