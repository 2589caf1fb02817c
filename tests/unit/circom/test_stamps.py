"""Columns of stamps: tables at their places, with the offsets of each place."""

from __future__ import annotations

import numpy as np

from zkctl.circom.stamps import Offsets, Stamps, Tables


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def test_tables_follow_each_other_in_the_order_of_the_stamps() -> None:
    stamps = Stamps(ints(1, 0, 1), 3)
    parts = Tables.of([[7], [1, 2], [9, 9, 9]])
    assert stamps.column(parts).tolist() == [1, 2, 7, 1, 2]
    assert stamps.column(parts, ints(10, 20, 30)).tolist() == [11, 12, 27, 31, 32]


def test_wires_take_the_offsets_of_signals_and_of_hidden_wires() -> None:
    stamps = Stamps(ints(0, 0), 1)
    offsets = Offsets(ints(0, 10), ints(0, 4), 100)
    assert stamps.wires(Tables.of([[0, 1, -1, -2]]), offsets).tolist() == [
        0,
        1,
        100,
        101,
        0,
        11,
        104,
        105,
    ]


def test_nothing_is_stamped() -> None:
    stamps = Stamps(ints(), 1)
    assert stamps.column(Tables.of([[1]])).tolist() == []


def test_long_columns_are_made_in_steps() -> None:
    rng = np.random.default_rng(7)
    sizes = [300_000, 5, 0, 1, 700]
    tables = [rng.integers(-9, 9, n) for n in sizes]
    order = np.concatenate([np.array([2, 0, 0]), rng.integers(1, 5, 5_000)])
    stamps, parts = Stamps(order, len(sizes)), Tables.of(each.tolist() for each in tables)
    signals, hidden = rng.integers(0, 1000, (2, len(order)))
    expected = [tables[k] + 9 + shift for k, shift in zip(order, signals, strict=True)]
    moved = Tables(parts.values + 9, parts.starts)
    assert np.array_equal(stamps.column(moved, signals), np.concatenate(expected))
    wires = [
        np.where(tables[k] < 0, 49 - tables[k] + below, tables[k] + above * (tables[k] > 0))
        for k, above, below in zip(order, signals, hidden, strict=True)
    ]
    assert np.array_equal(stamps.wires(parts, Offsets(signals, hidden, 50)), np.concatenate(wires))
    assert stamps.of_table(2).tolist() == np.flatnonzero(order == 2).tolist()


def test_tables_are_cut() -> None:
    assert Tables.cut(ints(1, 2, 3), ints(2, 0, 1)).starts.tolist() == [0, 2, 2, 3]
    assert Tables.of([[], []]).values.tolist() == []
