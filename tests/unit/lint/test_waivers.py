from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from zkctl.constraints.source_map import Span
from zkctl.errors import InputError
from zkctl.lint.findings import Level, LintFinding
from zkctl.lint.waivers import Waiver, check_waiver, sort_findings

TODAY = date(2026, 11, 28)
LINE = Span("c.py", 7, 4, 9, "c", "    x * y")
UNUSED = LintFinding(Level.WARNING, "unused", signal="spare", code="L004")
DIVISION = LintFinding(Level.WARNING, "division", chain=(LINE,), code="L006")
WAIVER = Waiver("spare", "L004", "kept for the next edition", date(2027, 1, 31), signal="spare")


def test_a_waiver_accepts_the_findings_of_its_code_and_signal() -> None:
    found = sort_findings([UNUSED, DIVISION], [WAIVER], TODAY)
    assert (found.open, found.waived, found.remarks) == ([DIVISION], [(UNUSED, WAIVER)], [])


@pytest.mark.parametrize("place", ["c.py", "c.py:7", "c.py:7:5"])
def test_a_waiver_for_a_place(place: str) -> None:
    waiver = replace(WAIVER, code="L006", signal="", place=place)
    assert sort_findings([DIVISION], [waiver], TODAY).open == []


@pytest.mark.parametrize(
    "other", [replace(UNUSED, code="L012"), replace(UNUSED, signal="spares"), DIVISION]
)
def test_a_waiver_accepts_nothing_else_and_says_that_it_is_not_used(other: LintFinding) -> None:
    found = sort_findings([other], [WAIVER], TODAY)
    assert found.open == [other]
    assert found.remarks == ["the waiver spare is not used: no finding L004 at spare"]


def test_a_place_is_no_prefix_of_another_line() -> None:
    waiver = replace(WAIVER, code="L006", signal="", place="c.py:70")
    assert sort_findings([DIVISION], [waiver], TODAY).open == [DIVISION]


def test_the_last_day_and_the_day_after() -> None:
    assert sort_findings([UNUSED], [WAIVER], date(2027, 1, 31)).open == []
    late = sort_findings([UNUSED], [WAIVER], date(2027, 2, 1))
    assert late.open == [UNUSED]
    assert late.remarks == ["the waiver spare has expired on 2027-01-31"]


def test_a_reason_has_ten_letters() -> None:
    check_waiver(replace(WAIVER, reason="ten letters"), "w.yaml")
    with pytest.raises(InputError, match="the reason of the waiver spare is too short: expected 10 letters or more, got 9"):  # fmt: skip
        check_waiver(replace(WAIVER, reason="not yet, now 1"), "w.yaml")


@pytest.mark.parametrize("changes", [{"place": "c.py"}, {"signal": ""}])
def test_a_waiver_names_a_signal_or_a_place(changes: dict[str, str]) -> None:
    text = "the waiver spare is for no finding or for two kinds: expected either signal or place"
    with pytest.raises(InputError, match=text):
        check_waiver(replace(WAIVER, **changes), "w.yaml")
