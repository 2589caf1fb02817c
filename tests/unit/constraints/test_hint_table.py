"""Hints in columns are the same calls."""

from __future__ import annotations

import pytest

from zkctl.constraints.hint_call import HintCall
from zkctl.constraints.hint_table import HintTable

CALLS = (
    HintCall(0, "bits", (3, 1), ({5: 7, 0: 2},), (6, 7, 8), 4),
    HintCall(0, "advice:0", (), (), (), 0),
    HintCall(9, "divide_or_zero", (), ({1: 2}, {}), (9,), 2),
    HintCall(9, "bits", (0, 0), ({5: 11},), (), 3),
)


def test_calls_come_back() -> None:
    table = HintTable.of_calls(CALLS, [2, 7])
    assert len(table) == 4
    assert tuple(table) == table.calls == CALLS
    assert [table[k] for k in (2, -1, 0)] == [CALLS[2], CALLS[3], CALLS[0]]
    assert table[1:3] == list(CALLS[1:3])
    for k in (4, -5):
        with pytest.raises(IndexError):
            table[k]
    assert table.names == ("bits", "advice:0", "divide_or_zero")
    assert list(table.pool) == [2, 7, 11]  # what the pool lacked is at its end


def test_no_calls() -> None:
    table = HintTable.of_calls((), [])
    assert (tuple(table), table.output_starts.tolist()) == ((), [0])
