"""Constraints in columns: the same as in objects."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.circom_instances import P
from zkctl.circom.instance import LocalConstraint
from zkctl.circom.local_rows import (
    LocalRows,
    RowColumns,
    n_written,
    places_of,
    targets_of,
    written_places,
)
from zkctl.circom.source import Place
from zkctl.constraints.sides import CoefficientPool

ROWS = [
    LocalConstraint({2: 12}, {3: 1}, {1: 12, 4: 2}, 1, Place(0, 0, 1)),
    LocalConstraint({}, {}, {}, 5, Place(0, 1, 2)),
    LocalConstraint({}, {}, {2: 12, 0: 7}, 0, Place(0, 2, 3)),
]


def columns() -> LocalRows:
    return LocalRows.of(ROWS, CoefficientPool(P))


def test_columns_are_a_sequence_of_constraints() -> None:
    rows = columns()
    assert list(rows) == ROWS
    assert (rows[-1], rows[:2], len(rows)) == (ROWS[2], (ROWS[0], ROWS[1]), 3)
    with pytest.raises(IndexError):
        rows[3]
    assert LocalRows.of(rows, rows.pool) is rows
    assert list(LocalRows.of(rows, CoefficientPool(P))) == ROWS


@pytest.mark.parametrize("rows", [ROWS, columns()], ids=["objects", "columns"])
def test_written_constraints_are_those_with_terms(rows: list[LocalConstraint]) -> None:
    assert n_written(rows) == 2
    assert list(written_places(rows)) == [ROWS[0].place, ROWS[2].place]
    assert list(places_of(rows)) == [row.place for row in ROWS]
    assert list(targets_of(rows)) == [1, 5, 0]


def test_no_rows_are_written() -> None:
    assert n_written(LocalRows(CoefficientPool(P))) == 0


def test_wires_get_other_numbers_and_late_rows_their_places() -> None:
    rows = columns()
    found = rows.with_rows({1: (({1: 3}, {}, {}), 4, Place(0, 7, 8))})
    assert list(found) == [ROWS[0], LocalConstraint({1: 3}, {}, {}, 4, Place(0, 7, 8)), ROWS[2]]
    rows.renumbered([0, 10, 20, 30, 40, 50].__getitem__)
    assert rows[0] == LocalConstraint({20: 12}, {30: 1}, {10: 12, 40: 2}, 10, Place(0, 0, 1))
    assert rows[2].c == {20: 12, 0: 7}


def test_rows_are_chosen_in_an_order() -> None:
    rows = RowColumns.of([columns(), [], ROWS[:1]], P)
    assert rows.n_rows.tolist() == [3, 0, 1]
    found = rows.chosen(np.array([2, 0]), np.array([1, 1]))
    assert found.lengths.tolist() == [0, 0, 2, 1, 1, 2]
    assert found.wires.tolist() == [2, 0, 2, 3, 1, 4]
    assert [found.values[k] for k in found.coefficients.tolist()] == [12, 7, 12, 1, 12, 2]
    assert (found.targets.tolist(), found.n_rows.tolist()) == ([0, 1], [1, 1])
    assert rows.chosen(np.arange(4), np.array([4])).wires is rows.wires
