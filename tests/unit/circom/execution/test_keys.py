"""The identity of instances."""

from __future__ import annotations

from zkctl.circom.execution.keys import title_of
from zkctl.circom.values import ArrayValue


def test_titles_name_the_parameters() -> None:
    assert title_of("T", [3, ArrayValue((2,), [1, 2])]) == "T(3,[1,2])"
