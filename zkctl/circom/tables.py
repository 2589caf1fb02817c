"""The constraints of instances as tables in local numbers."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from zkctl.circom.execution.sums import ConstraintSides
from zkctl.circom.instance import LocalConstraint, Terms
from zkctl.circom.local_rows import RowColumns
from zkctl.circom.stamps import Tables, numbers
from zkctl.constraints.sides import CoefficientPool, Ints
from zkctl.runtime.arrays import np
from zkctl.runtime.records import record

if TYPE_CHECKING:
    from numpy.typing import NDArray


@record(eq=False)
class SideTables:
    """Tables of linear combinations, one after the other.

    The tables hold the number of terms of each, their wires, and their coefficients, which are indices into a pool.
    """

    lengths: Tables
    wires: Tables
    coefficients: Tables

    @classmethod
    def of(cls, sums: Iterable[Terms], n_sums: Ints, pool: CoefficientPool) -> SideTables:
        """Return linear combinations as tables of n_sums each.  Shapes: n_sums (n_tables,)."""
        lengths, wires, coefficients = array("q"), array("q"), array("q")
        for terms in sums:
            lengths.append(len(terms))
            wires.extend(terms)
            coefficients.extend(pool.indices(terms.values()))
        return cls.cut(numbers(lengths), n_sums, (numbers(wires), numbers(coefficients)))

    @classmethod
    def cut(
        cls, lengths: NDArray[np.integer], n_sums: Ints, terms: tuple[NDArray[np.integer], NDArray[np.integer]]
    ) -> SideTables:  # fmt: skip
        """Return tables of n_sums combinations each; `terms` are wires and coefficients.  Shapes: lengths (n,); n_sums (n_tables,)."""
        of_sums = Tables.cut(lengths, n_sums)
        ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])
        starts = ends[of_sums.starts]
        return cls(of_sums, *(Tables(each, starts) for each in terms))


def written_columns(
    tables: Sequence[Sequence[LocalConstraint]], pool: CoefficientPool
) -> SideTables:
    """Return the constraints of the files, side by side, as circom stores them."""
    rows = RowColumns.of(tables, pool.modulus)
    is_written = rows.lengths.reshape(-1, 3).any(axis=1)
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(is_written)])
    ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(rows.n_rows)])
    return SideTables.cut(
        rows.lengths.reshape(-1, 3)[is_written].reshape(-1),
        3 * np.diff(before[ends]),
        (rows.wires, _positions(rows.coefficients, rows.values, pool)),
    )


def evaluated_columns(rows: RowColumns, pool: CoefficientPool) -> SideTables:
    """Return constraints as rows of a witness program: the target's coefficient in C is 1, as `solved` makes it."""
    side = np.repeat(np.arange(len(rows.lengths), dtype=np.int32), rows.lengths)
    row, side = np.divmod(side, np.int32(3))
    is_one = np.array([value == 1 for value in rows.values], np.bool_)[rows.coefficients]
    is_turned = np.zeros(len(rows.targets), np.bool_)
    is_turned[row[(side == 2) & (rows.wires == rows.targets[row]) & ~is_one]] = True
    keys = rows.coefficients * np.uint32(2)
    keys += is_turned[row] & (side != 1)
    p = pool.modulus
    values = [each for value in rows.values for each in (value, p - value)]
    return SideTables.cut(
        rows.lengths, 3 * rows.n_rows, (rows.wires, _positions(keys, values, pool))
    )


def _positions(
    keys: NDArray[np.uint32], values: Sequence[int], pool: CoefficientPool
) -> NDArray[np.uint32]:
    """Return the positions of values in a pool; those that are new are added in the order of use.  Shapes: keys (n,) -> (n,)."""
    first = np.full(len(values), len(keys))
    first[keys[::-1]] = np.arange(len(keys))[::-1]  # of equal indexes the last assignment stays
    used = np.flatnonzero(first < len(keys))
    used = used[np.argsort(first[used])]
    positions = np.zeros(len(values), np.uint32)
    positions[used] = pool.indices(map(values.__getitem__, used.tolist()))
    return positions[keys]


def solved(constraint: LocalConstraint, p: int) -> ConstraintSides:
    """Return A * B = C with the coefficient of the target, which is 1 or -1, made 1."""
    a, b, c = constraint.a, constraint.b, constraint.c
    if c.get(constraint.target, 1) != 1:
        a = {wire: p - value for wire, value in a.items()}
        c = {wire: p - value for wire, value in c.items()}
    return ConstraintSides(a, b, c)
