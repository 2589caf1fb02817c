"""The constraints of an instance as arrays in local numbers."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence

from zkctl.circom.execution.sums import ConstraintSides
from zkctl.circom.instance import LocalConstraint, Terms
from zkctl.circom.stamps import Tables, numbers
from zkctl.constraints.sides import CoefficientPool
from zkctl.runtime.arrays import np
from zkctl.runtime.records import record


@record(eq=False)
class SideTables:
    """Tables of linear combinations, one after the other.

    The tables hold the number of terms of each, their wires, and their coefficients, which are indices into a pool.
    """

    lengths: Tables
    wires: Tables
    coefficients: Tables

    @classmethod
    def of(cls, tables: Iterable[Iterable[Terms]], pool: CoefficientPool) -> SideTables:
        """Return linear combinations as tables."""
        lengths, wires, coefficients = array("q"), array("q"), array("q")
        ends = array("q"), array("q")
        for sums in tables:
            values: list[int] = []
            for terms in sums:
                lengths.append(len(terms))
                wires.extend(terms)
                values += terms.values()
            coefficients.extend(pool.indices(values))
            ends[0].append(len(lengths))
            ends[1].append(len(wires))
        of_sums, of_terms = (np.array([0, *each], np.int64) for each in ends)
        return cls(
            Tables(numbers(lengths), of_sums),
            Tables(numbers(wires), of_terms),
            Tables(numbers(coefficients), of_terms),
        )


def written_columns(
    tables: Iterable[Sequence[LocalConstraint]], pool: CoefficientPool
) -> SideTables:
    """Return the constraints of the files, side by side, as circom stores them."""
    return SideTables.of(
        (
            (side for each in rows if each.is_written for side in (each.a, each.b, each.c))
            for rows in tables
        ),
        pool,
    )


def evaluated_columns(
    tables: Iterable[Sequence[LocalConstraint]], pool: CoefficientPool
) -> SideTables:
    """Return constraints as rows of a witness program: the target's coefficient in C is 1."""
    return SideTables.of(
        ((side for each in rows for side in solved(each, pool.modulus)) for rows in tables), pool
    )


def solved(constraint: LocalConstraint, p: int) -> ConstraintSides:
    """Return A * B = C with the coefficient of the target, which is 1 or -1, made 1."""
    a, b, c = constraint.a, constraint.b, constraint.c
    if c.get(constraint.target, 1) != 1:
        a = {wire: p - value for wire, value in a.items()}
        c = {wire: p - value for wire, value in c.items()}
    return ConstraintSides(a, b, c)
