from __future__ import annotations

from zkctl.lint.waiting import WaitingRows


def test_each_row_waits_once_and_short_rows_come_first() -> None:
    rows = WaitingRows()
    rows.add([4, 1, 4, 2], {4: 30, 5: 40})
    rows.add([5, 1], {4: 30, 5: 40})
    assert [rows.take() for _ in range(4)] == [1, 2, 4, 5]
    assert not rows.short
    assert not rows.long


def test_a_row_that_was_taken_can_be_added_again() -> None:
    rows = WaitingRows()
    rows.add([1], {})
    rows.take()
    rows.add([1, 2], {})
    rows.clear()
    rows.add([2], {2: 20})
    assert (list(rows.short), list(rows.long)) == ([], [2])
