"""Changed constraints as columns."""

from __future__ import annotations

import pytest

from tests.support.constraint_rows import rows
from zkctl.constraints.simplify.changed import ChangedRows
from zkctl.constraints.simplify.rows import Constraint

BASE = rows([({1: 2}, {2: 1}, {3: 1})] * 6, n_signals=8, modulus=13)
FIRST = Constraint({5: 9, 1: 2}, {}, {0: 7})
SECOND = Constraint({}, {4: 2}, {6: 12})


def test_constraints_are_found_by_row() -> None:
    table = ChangedRows(BASE)
    table[4], table[1] = FIRST, SECOND
    assert (list(table), len(table), 4 in table, 0 in table) == ([4, 1], 2, True, False)
    assert dict(table) == {4: FIRST, 1: SECOND}
    assert sorted(table.signals().tolist()) == [0, 1, 4, 5, 6]
    with pytest.raises(KeyError):
        _ = table[0]


def test_columns_hold_a_constraint_at_its_place() -> None:
    table = ChangedRows(BASE)
    table[4], table[1] = FIRST, SECOND
    columns = table.columns()
    assert table.places(6).tolist() == [-1, 1, -1, -1, 0, -1]
    assert [tuple(columns.pool[: len(BASE.pool)]), columns.n_rows] == [BASE.pool, 2]
    assert columns.signals.tolist() == [5, 1, 0, 4, 6]
    assert [columns.pool[k] for k in columns.coefficients.tolist()] == [9, 2, 7, 2, 12]


def test_what_was_replaced_or_taken_away_holds_no_signals() -> None:
    table = ChangedRows(BASE)
    table[4], table[1] = FIRST, SECOND
    table[4] = SECOND
    assert (table[4], table[1]) == (SECOND, SECOND)
    assert sorted(table.signals().tolist()) == [4, 4, 6, 6]
    del table[1]
    assert sorted(table.signals().tolist()) == [4, 6]
    assert table.places(5).tolist() == [-1, -1, -1, -1, 2]


@pytest.mark.parametrize("is_table", [True, False])
def test_a_copy_is_apart(is_table: bool) -> None:
    given = {4: FIRST}
    if is_table:
        table = ChangedRows(BASE)
        table.update(given)
        copy = ChangedRows.of(BASE, table)
    else:
        copy = ChangedRows.of(BASE, given)
    copy[5] = SECOND
    assert dict(copy) == {4: FIRST, 5: SECOND}
    assert not is_table or dict(table) == given
