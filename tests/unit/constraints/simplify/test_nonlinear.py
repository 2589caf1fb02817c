"""Rows that multiply signals, as they change."""

from __future__ import annotations

import numpy as np

from tests.support.constraint_rows import rows
from zkctl.constraints.simplify.changed import ChangedRows
from zkctl.constraints.simplify.nonlinear import NonlinearRows
from zkctl.constraints.simplify.rows import Constraint

P = 13
BASE = rows(
    [({1: 2}, {2: 1}, {3: 1}), ({0: 3}, {2: 1}, {4: 1}), ({2: 1}, {2: 1}, {0: 5})],
    n_signals=6,
    modulus=P,
)


def test_changed_rows_are_found_by_what_they_hold_now() -> None:
    nonlinear = NonlinearRows(BASE, ~BASE.linear_rows())
    assert nonlinear.holding_any([2, 5]) == [0, 2]
    assert nonlinear.holding(2) == [0, 2]
    nonlinear[2] = Constraint({5: 1}, {1: 1}, {})
    assert nonlinear[2] == ({5: 1}, {1: 1}, {})
    assert (nonlinear.holding(2), nonlinear.holding(5), nonlinear.holding(1)) == ([0], [2], [0, 2])
    assert np.flatnonzero(nonlinear.occurring()).tolist() == [1, 2, 3, 5]
    nonlinear.remove(0)
    assert nonlinear.holding(1) == [2]
    assert np.flatnonzero(nonlinear.occurring()).tolist() == [1, 5]


def test_changed_rows_may_be_kept_as_columns() -> None:
    nonlinear = NonlinearRows(BASE, ~BASE.linear_rows(), ChangedRows(BASE))
    nonlinear[2] = Constraint({5: 1}, {1: 1}, {0: 7})
    assert nonlinear[2] == ({5: 1}, {1: 1}, {0: 7})
    assert np.flatnonzero(nonlinear.occurring()).tolist() == [0, 1, 2, 3, 5]
    assert (nonlinear.holding(5), nonlinear.holding(2)) == ([2], [0])
    nonlinear.remove(2)
    assert np.flatnonzero(nonlinear.occurring()).tolist() == [1, 2, 3]
