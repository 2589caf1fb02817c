"""Constraints as columns: as circom writes them, and as a witness program evaluates them."""

from __future__ import annotations

from zkctl.circom.instance import LocalConstraint
from zkctl.circom.local_rows import RowColumns
from zkctl.circom.source import Place
from zkctl.circom.tables import evaluated_columns, written_columns
from zkctl.constraints.sides import CoefficientPool

P = 13
HERE = Place(0, 0, 1)


def test_circoms_signs_are_written_and_turned_for_evaluation() -> None:
    pool = CoefficientPool(P)
    product = LocalConstraint({2: P - 1}, {3: 1}, {1: P - 1, 4: 2}, 1, HERE)
    check = LocalConstraint({}, {}, {2: P - 1, 3: 1}, 0, HERE)
    nothing = LocalConstraint({}, {}, {}, 0, HERE)
    written = written_columns([[product, nothing], [check]], pool)
    assert written.lengths.values.tolist() == [1, 1, 2, 0, 0, 2]
    assert [pool.values[k] for k in written.coefficients.values.tolist()] == [12, 1, 12, 2, 12, 1]
    evaluated = evaluated_columns(RowColumns.of([[], [product, check]], P), pool)
    assert evaluated.wires.values.tolist() == [2, 3, 1, 4, 2, 3]
    assert [pool.values[k] for k in evaluated.coefficients.values.tolist()] == [1, 1, 1, 11, 12, 1]
    assert (written.lengths.starts.tolist(), written.wires.starts.tolist()) == (
        [0, 3, 6],
        [0, 4, 6],
    )
    assert evaluated.coefficients.starts.tolist() == [0, 0, 6]
