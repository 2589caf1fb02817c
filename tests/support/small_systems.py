"""Small constraint systems over small primes, their changed copies, and the exhaustive judge: which outputs are unique?

The judge tries every assignment; it knows no rule of the linter.  All randomness comes from the generator given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import tests.support.small_fields  # noqa: F401  # the checker in small fields

PRIMES = (5, 7, 11, 13, 17, 19, 23, 29, 31)
MOST_ASSIGNMENTS = 400_000  # partial ones held at a time

Terms = Mapping[int, int]
Values = NDArray[np.int64]


class SmallRow(NamedTuple):
    """A * B = C; wire 0 is the constant 1, coefficients are in 1 .. p-1."""

    a: Terms
    b: Terms
    c: Terms


@dataclass(frozen=True)
class SmallSystem:
    """Constraints over a small prime: are the outputs functions of the inputs?"""

    modulus: int
    n_wires: int
    rows: tuple[SmallRow, ...]
    inputs: frozenset[int]
    outputs: tuple[int, ...]


class TooManyAssignments(Exception):
    """The system has too many partial assignments to be judged."""


def satisfying(system: SmallSystem) -> Values:
    """Return every assignment that satisfies all rows.  Shapes: -> (n, n_wires).

    Raises: TooManyAssignments.
    """
    known = [0]
    found = np.ones((1, 1), np.int64)
    open_rows = list(system.rows)
    found, open_rows = _filtered(system, found, known, open_rows)
    while len(known) < system.n_wires:
        wire = _next_wire(system, set(known), open_rows)
        if len(found) * system.modulus > MOST_ASSIGNMENTS:
            raise TooManyAssignments
        values = np.tile(np.arange(system.modulus), len(found))
        found = np.column_stack([np.repeat(found, system.modulus, axis=0), values])
        known.append(wire)
        found, open_rows = _filtered(system, found, known, open_rows)
    return found[:, np.argsort(known)]


def _next_wire(system: SmallSystem, known: set[int], rows: Sequence[SmallRow]) -> int:
    """Return a wire of the row with the fewest unknown wires."""
    missing = [unknown for row in rows if (unknown := wires_of(row) - known)]
    if missing:
        return min(min(missing, key=len))
    return min(set(range(system.n_wires)) - known)


def _filtered(
    system: SmallSystem, found: Values, known: Sequence[int], rows: Sequence[SmallRow]
) -> tuple[Values, list[SmallRow]]:
    """Return the assignments that satisfy the rows whose wires are all known, and the other rows."""
    position = {wire: k for k, wire in enumerate(known)}
    waiting = []
    for row in rows:
        if not wires_of(row) <= position.keys():
            waiting.append(row)
            continue
        a, b, c = (_sum(found, side, position) for side in row)
        found = found[(a * b - c) % system.modulus == 0]
    return found, waiting


def _sum(found: Values, side: Terms, position: Mapping[int, int]) -> Values:
    total = np.zeros(len(found), np.int64)
    for wire, value in side.items():
        total += value * found[:, position[wire]]
    return total


def wires_of(row: SmallRow) -> set[int]:
    """Return the wires of a row and the constant."""
    return {0, *row.a, *row.b, *row.c}


def unique_wires(system: SmallSystem, wires: Iterable[int]) -> set[int]:
    """Return those of the wires on which any two satisfying assignments with equal inputs agree.

    Raises: TooManyAssignments.
    """
    return unique_of(system, satisfying(system), wires)


def unique_of(system: SmallSystem, found: Values, wires: Iterable[int]) -> set[int]:
    """Return the unique ones of wires, of whose system all assignments are given."""
    key = _key(found[:, sorted(system.inputs)], system.modulus)
    n_keys = len(np.unique(key))
    return {
        wire for wire in wires if len(np.unique(key * system.modulus + found[:, wire])) == n_keys
    }


def _key(columns: Values, modulus: int) -> Values:
    """Return one number for each row, equal for equal rows.  Shapes: (n, k) -> (n,)."""
    key = np.zeros(len(columns), np.int64)
    for column in columns.T:
        key = np.unique(key * modulus + column, return_inverse=True)[1].astype(np.int64)
    return key


def without_row(system: SmallSystem, row: int) -> SmallSystem:
    """Return the system without one constraint."""
    return replace(system, rows=system.rows[:row] + system.rows[row + 1 :])


def with_coefficient(system: SmallSystem, place: tuple[int, int, int], value: int) -> SmallSystem:
    """Return the system with another coefficient at (row, side, wire); 0 removes the term."""
    row, side, wire = place
    terms = {**system.rows[row][side], wire: value}
    changed = {w: c for w, c in terms.items() if c}
    sides = [changed if k == side else old for k, old in enumerate(system.rows[row])]
    return replace(system, rows=(*system.rows[:row], SmallRow(*sides), *system.rows[row + 1 :]))


def mutant(system: SmallSystem, random: Random) -> SmallSystem:
    """Return the system with one constraint dropped or one coefficient changed."""
    row = random.randrange(len(system.rows))
    if random.random() < 0.4:
        return without_row(system, row)
    side = random.randrange(3)
    wires = list(system.rows[row][side]) if random.random() < 0.8 else []
    wire = random.choice(wires) if wires else random.randrange(system.n_wires)
    old = system.rows[row][side].get(wire, 0)
    value = random.choice([v for v in range(system.modulus) if v != old])
    return with_coefficient(system, (row, side, wire), value)


class Builder:
    """Collects wires and rows of a system in which most wires follow from earlier ones."""

    def __init__(self, modulus: int, n_inputs: int, random: Random) -> None:
        self.modulus = modulus
        self.random = random
        self.n_wires = 1 + n_inputs
        self.n_inputs = n_inputs
        self.rows: list[SmallRow] = []

    def wire(self) -> int:
        """Return a new wire."""
        self.n_wires += 1
        return self.n_wires - 1

    def any_wire(self) -> int:
        """Return a wire that is there, most often a late one."""
        return max(self.random.randrange(1, self.n_wires) for _ in range(2))

    def coefficient(self) -> int:
        """Return a coefficient that is not 0; half of them 1 or -1."""
        p = self.modulus
        return self.random.choice([1, p - 1, self.random.randrange(1, p), self.random.randrange(1, p)])  # fmt: skip

    def sum(self, n_terms: int, *, constant: bool = True) -> dict[int, int]:
        """Return a linear combination of wires that are there."""
        terms = {self.any_wire(): self.coefficient() for _ in range(n_terms)}
        if constant and self.random.random() < 0.3:
            terms[0] = self.coefficient()
        return terms

    def add(self, a: Terms, b: Terms, c: Terms) -> None:
        """Append a row; coefficients are reduced."""
        self.rows.append(SmallRow(*(self._reduced(side) for side in (a, b, c))))

    def equal(self, left: Terms, right: Terms) -> None:
        """Append left = right as a linear row, in one of its two usual forms."""
        if self.random.random() < 0.5:
            self.add(left, {0: 1}, right)
            return
        total = dict(left)
        for wire, value in right.items():
            total[wire] = total.get(wire, 0) - value
        self.add({}, {}, total)

    def _reduced(self, side: Terms) -> dict[int, int]:
        return {w: v % self.modulus for w, v in side.items() if v % self.modulus}

    def finish(self, outputs: Sequence[int]) -> SmallSystem:
        """Return the system."""
        inputs = frozenset(range(1, 1 + self.n_inputs))
        return SmallSystem(
            self.modulus, self.n_wires, tuple(self.rows), inputs, tuple(sorted(set(outputs)))
        )


def add_bit(b: Builder) -> None:
    """A wire that is 0 or 1, not determined."""
    x = b.wire()
    b.add({x: 1}, {x: 1, 0: -1}, {})


def add_bits(b: Builder) -> None:
    """The bits of a sum; one bit too many for small primes in some."""
    weights = [2**k for k in range(b.random.randint(2, b.modulus.bit_length()))]
    bits = [b.wire() for _ in weights]
    for bit in bits:
        b.add({bit: 1}, {bit: 1, 0: -1}, {})
    signs = [b.random.choice([1, 1, 1, -1]) for _ in bits]
    total = {bit: w * s for bit, w, s in zip(bits, weights, signs, strict=True)}
    b.equal(total, b.sum(1))


def add_digits(b: Builder) -> None:
    """A number as digits of several sizes."""
    weight, total = 1, {}
    for _ in range(b.random.randint(1, 3)):
        size = b.random.choice([2, 3])
        digit = b.wire()
        b.add({digit: 1}, {digit: 1, 0: -1}, {})
        if size == 3:
            low = b.rows.pop()
            square = b.wire()
            b.add(low.a, low.b, {square: 1})
            b.add({square: 1}, {digit: 1, 0: -2}, {})
        total[digit] = weight
        weight *= b.random.choice([size, size, 2])
    b.equal(total, b.sum(1))


def add_rest_bit(b: Builder) -> None:
    """Bits of which the lowest is what the others leave of a sum, with no wire for itself."""
    high = [b.wire() for _ in range(b.random.randint(1, 3))]
    for bit in high:
        b.add({bit: 1}, {bit: 1, 0: -1}, {})
    low = {**b.sum(1), **{bit: -(2 ** (k + 1)) for k, bit in enumerate(high)}}
    factor, extra = b.coefficient(), b.random.choice([0, 0, 0, 1])
    other = {wire: -c for wire, c in low.items()}
    b.add(low, {**other, 0: other.get(0, 0) + 1 + extra}, {})
    if b.random.random() < 0.5:
        b.equal({b.wire(): factor}, low)


def add_three_bits(b: Builder) -> None:
    """A wire that multiplies the number of ones of three bits: (3 - 2 s) * (other - w) = right."""
    bits = [b.wire() for _ in range(3)]
    for bit in bits:
        b.add({bit: 1}, {bit: 1, 0: -1}, {})
    total = {0: 3, **dict.fromkeys(bits, -2)}
    b.add(total, {b.wire(): b.coefficient(), 0: b.random.randrange(3)}, {bits[0]: b.coefficient(), 0: 1})  # fmt: skip


def add_product(b: Builder) -> None:
    """A product of two sums."""
    out = b.wire()
    b.add(b.sum(b.random.randint(1, 2)), b.sum(b.random.randint(1, 2)), {out: b.coefficient()})


def add_linear(b: Builder) -> None:
    """A sum as a new wire."""
    terms = b.sum(b.random.randint(1, 3))
    b.equal({b.wire(): b.coefficient()}, terms)


def add_is_zero(b: Builder) -> None:
    """Whether a sum is zero: out = 1 - x * inv, x * out = 0."""
    x, inverse, out = b.sum(b.random.randint(1, 2)), b.wire(), b.wire()
    b.add(x, {inverse: 1}, {0: 1, out: -1})
    if b.random.random() < 0.85:
        b.add(x, {out: 1}, {})


def add_inverse(b: Builder) -> None:
    """x * inverse = 1, and perhaps a quotient."""
    x, inverse = b.sum(b.random.randint(1, 2)), b.wire()
    b.add(x, {inverse: 1}, {0: 1})
    if b.random.random() < 0.5:
        quotient = b.wire()
        b.add(x, {quotient: 1}, b.sum(1))


def add_division(b: Builder) -> None:
    """A quotient by what may be zero."""
    quotient = b.wire()
    b.add(b.sum(b.random.randint(1, 2)), {quotient: 1}, b.sum(1))


def add_select(b: Builder) -> None:
    """A choice between two sums by a bit, or by what is thought to be one."""
    bit, out = b.any_wire(), b.wire()
    if b.random.random() < 0.7:
        b.add({bit: 1}, {bit: 1, 0: -1}, {})
    x, y = b.any_wire(), b.any_wire()
    if x != y:
        b.add({bit: 1}, {x: 1, y: -1}, {out: 1, y: -1})
    else:
        b.add({bit: 1}, {x: 1}, {out: 1})


def add_square(b: Builder) -> None:
    """A power whose root is taken: the square has two."""
    root = b.wire()
    if b.random.random() < 0.5:
        b.add({root: 1}, {root: 1}, b.sum(1))
        return
    square = b.wire()
    b.add({root: 1}, {root: 1}, {square: 1})
    b.add({square: 1}, {root: 1}, b.sum(1))


def add_member(b: Builder) -> None:
    """A wire that takes one of two values."""
    x = b.any_wire() if b.random.random() < 0.4 else b.wire()
    low, high = b.random.randrange(b.modulus), b.random.randrange(b.modulus)
    b.add({x: 1, 0: -low}, {x: b.coefficient(), 0: -high}, {})


def add_one_hot(b: Builder) -> None:
    """Flags with x = sum of k * flag_k, sum of flags = 1, flag_k * (x - k) = 0."""
    x, flags = b.any_wire(), [b.wire() for _ in range(b.random.randint(2, 3))]
    for k, flag in enumerate(flags):
        b.add({flag: 1}, {x: 1, 0: -k}, {})
    b.equal(dict.fromkeys(flags, 1), {0: 1})


def add_system(b: Builder) -> None:
    """Two linear rows with two new wires."""
    x, y = b.wire(), b.wire()
    for _ in range(2):
        b.equal({x: b.coefficient(), y: b.coefficient()}, b.sum(1))


def add_remainder(b: Builder) -> None:
    """A quotient and a remainder of small range."""
    divisor = b.random.randint(2, 3)
    quotient, remainder = b.wire(), b.wire()
    b.add({remainder: 1}, {remainder: 1, 0: -1}, {})
    b.add({quotient: 1}, {quotient: 1, 0: -b.random.randint(1, 2)}, {})
    b.equal({quotient: divisor, remainder: 1}, b.sum(1))


def add_anything(b: Builder) -> None:
    """A row of no kind."""
    b.add(*(b.sum(b.random.randint(0, 2)) for _ in range(3)))


PARTS: tuple[Callable[[Builder], None], ...] = (
    add_bit, add_bits, add_digits, add_product, add_linear, add_is_zero, add_inverse, add_division,
    add_select, add_square, add_rest_bit, add_three_bits, add_member, add_one_hot, add_system, add_remainder, add_anything,
)  # fmt: skip


def random_system(random: Random) -> SmallSystem:
    """Return a system made of a few parts."""
    b = Builder(random.choice(PRIMES), random.randint(1, 2), random)
    for _ in range(random.randint(1, 3)):
        random.choice(PARTS)(b)
    own = range(1 + b.n_inputs, b.n_wires)
    outputs = random.sample(own, min(len(own), random.randint(1, 3))) if own else [1]
    return b.finish(outputs)


def judged_systems(random: Random, count: int) -> Iterator[tuple[SmallSystem, set[int]]]:
    """Yield systems, each second one a mutant of the one before, and the outputs that are unique; those too large are left out."""
    made = 0
    while made < count:
        system = random_system(random)
        for each in (system, mutant(system, random)):
            try:
                yield each, unique_wires(each, each.outputs)
            except TooManyAssignments:
                continue
            made += 1
