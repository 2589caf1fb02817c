"""Columns of stamps: tables at their places, with the offsets of each place."""

from __future__ import annotations

import numpy as np

from zkctl.circom.stamps import Offsets, Stamps


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def test_tables_follow_each_other_in_the_order_of_the_stamps() -> None:
    stamps = Stamps(ints(1, 0, 1), 3)
    parts = [ints(7), ints(1, 2), ints(9, 9, 9)]
    assert stamps.column(parts).tolist() == [1, 2, 7, 1, 2]
    assert stamps.column(parts, ints(10, 20, 30)).tolist() == [11, 12, 27, 31, 32]


def test_wires_take_the_offsets_of_signals_and_of_hidden_wires() -> None:
    stamps = Stamps(ints(0, 0), 1)
    offsets = Offsets(ints(0, 10), ints(0, 4), 100)
    assert stamps.wires([ints(0, 1, -1, -2)], offsets).tolist() == [0, 1, 100, 101, 0, 11, 104, 105]


def test_nothing_is_stamped() -> None:
    stamps = Stamps(ints(), 1)
    assert stamps.column([ints(1)]).tolist() == []
