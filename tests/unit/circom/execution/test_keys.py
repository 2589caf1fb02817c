"""The identity of instances."""

from __future__ import annotations

from zkctl.circom.execution.keys import title_of
from zkctl.circom.values import ArrayValue


def test_titles_name_the_parameters() -> None:
    assert title_of("T", [3, ArrayValue((2,), [1, 2])]) == "T(3,[1,2])"


def test_titles_of_long_tables_are_cut_off() -> None:
    title = title_of("T", [3, ArrayValue((100,), list(range(100)))])
    assert title.startswith("T(3,[0,1,2,") and title.endswith("...)")
    assert len(title) < 100
    assert title_of("T", [2**254]) == f"T({2**254})"
