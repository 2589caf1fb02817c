"""Constraints as arrays, and single ones as dictionaries.

A linear constraint is kept as C = 0: its A and B are empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zkctl.constraints.linear import Terms, accumulate, is_constant
from zkctl.runtime.records import record

Ints = NDArray[np.int64]
Indices = NDArray[np.int64] | NDArray[np.uint32]


class Constraint(NamedTuple):
    """A * B = C."""

    a: Terms
    b: Terms
    c: Terms

    @property
    def is_linear(self) -> bool:
        """True if nothing is multiplied."""
        return not self.a

    @property
    def is_empty(self) -> bool:
        """True if it holds for all values."""
        return not self.a and not self.c

    def signals(self) -> set[int]:
        """Return the signals in it, without the constant."""
        return {signal for side in self for signal in side if signal}


@record(eq=False)
class ConstraintRows:
    """The constraints of a circuit.

    Shapes: starts (3 n_rows + 1,) delimits the terms of the sides A, B, C of each row; signals and coefficients (n_terms,),
    coefficients being indices into `pool`.
    """

    modulus: int
    n_signals: int
    starts: Ints
    signals: Indices
    coefficients: Indices
    pool: tuple[int, ...]

    @property
    def n_rows(self) -> int:
        """Number of constraints."""
        return (len(self.starts) - 1) // 3

    def first(self, n_rows: int) -> ConstraintRows:
        """Return the first rows."""
        end = int(self.starts[3 * n_rows])
        return ConstraintRows(
            self.modulus,
            self.n_signals,
            self.starts[: 3 * n_rows + 1],
            self.signals[:end],
            self.coefficients[:end],
            self.pool,
        )

    def constraint(self, row: int) -> Constraint:
        """Return one constraint, in its simplest form."""
        first, last = int(self.starts[3 * row]), int(self.starts[3 * row + 3])
        signals = self.signals[first:last].tolist()
        coefficients = self.coefficients[first:last].tolist()
        sides: list[Terms] = []
        for k in range(3 * row, 3 * row + 3):
            part = slice(int(self.starts[k]) - first, int(self.starts[k + 1]) - first)
            values = map(self.pool.__getitem__, coefficients[part])
            sides.append(_collected(signals[part], list(values), self.modulus))
        return fixed(Constraint(sides[0], sides[1], sides[2]), self.modulus)

    def is_sum(self) -> NDArray[np.bool_]:
        """Return for each row whether its A and B have no terms.  Shapes: -> (n_rows,)."""
        return np.equal(self.starts[:-1:3], self.starts[2::3])

    def n_terms(self, side: int) -> Ints:
        """Return the number of terms of side 0, 1 or 2 of each row.  Shapes: -> (n_rows,)."""
        return self.starts[side + 1 :: 3] - self.starts[side:-1:3]

    def sides_of_terms(self) -> Ints:
        """Return the side that each term belongs to.  Shapes: -> (n_terms,)."""
        return np.repeat(np.arange(3 * self.n_rows, dtype=np.int64), np.diff(self.starts))

    def rows_with(self, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return for each row whether one of its terms is chosen.  Shapes: chosen (n_terms,) -> (n_rows,)."""
        return _is_any(chosen, self.starts[::3])

    def terms_of(self, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return for each term whether its row is chosen.  Shapes: chosen (n_rows,) -> (n_terms,)."""
        return np.repeat(chosen, np.diff(self.starts[::3]))

    def linear_rows(self) -> NDArray[np.bool_]:
        """Return for each row whether its A or B holds no signal.  Shapes: -> (n_rows,)."""
        has_signal = _is_any(self.signals > 0, self.starts)
        return ~(has_signal[0::3] & has_signal[1::3])

    def blocks(self, n_terms: int) -> Iterator[slice]:
        """Yield ranges of rows with about so many terms."""
        starts, first = self.starts[::3], 0
        while first < self.n_rows:
            last = int(np.searchsorted(starts, starts[first] + n_terms, "right")) - 1
            yield slice(first, max(last, first + 1))
            first = max(last, first + 1)


def _is_any(chosen: NDArray[np.bool_], starts: Ints) -> NDArray[np.bool_]:
    """Return for each part whether one of its entries is chosen.  Shapes: (n,), starts (n_parts + 1,) -> (n_parts,)."""
    before = np.zeros(len(chosen) + 1, np.uint32)
    np.cumsum(chosen, out=before[1:])
    found: NDArray[np.bool_] = np.diff(before[starts]) != 0
    return found


def _collected(signals: list[int], values: list[int], modulus: int) -> Terms:
    """Return the linear combination of terms whose signals may repeat."""
    side = dict(zip(signals, values, strict=True))
    if len(side) == len(signals) and 0 not in side.values():
        return side
    side = {}
    for signal, value in zip(signals, values, strict=True):
        accumulate(side, {signal: value}, 1, modulus)
    return side


def fixed(constraint: Constraint, modulus: int) -> Constraint:
    """Return the same constraint as C = 0 if it is linear."""
    a, b, c = constraint
    if a and b and (is_constant(a) or is_constant(b)):
        constant, other = (a, b) if is_constant(a) else (b, a)
        c = dict(c)
        accumulate(c, other, -constant[0], modulus)
        a = b = {}
    if not a or not b:
        a = b = {}
    return Constraint(a, b, c)


def replaced(terms: Terms, replacements: Mapping[int, Terms], modulus: int) -> Terms:
    """Return the linear combination with signals replaced; the same object if none is."""
    found = [signal for signal in terms if signal in replacements]
    if not found:
        return terms
    total = {signal: value for signal, value in terms.items() if signal not in replacements}
    for signal in found:
        accumulate(total, replacements[signal], terms[signal], modulus)
    return total


def with_replaced(
    constraint: Constraint, replacements: Mapping[int, Terms], modulus: int
) -> Constraint:
    """Return a constraint with signals replaced, in its simplest form; the same object if none is."""
    a, b, c = (replaced(side, replacements, modulus) for side in constraint)
    if a is constraint.a and b is constraint.b and c is constraint.c:
        return constraint
    return fixed(Constraint(a, b, c), modulus)
