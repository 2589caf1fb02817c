"""Shapes of constraints that passes look for: weighted sums of bits, equal wires, and the integers that a linear form can be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from zkctl.constraints.linear import Terms, scaled
from zkctl.constraints.simplify.rows import Constraint
from zkctl.lint.subject import Subject


class Decomposition(NamedTuple):
    """A linear row that spells a value by bits: value = sum of 2^k bits[k]; `value` is a linear form of other wires."""

    row: int
    bits: tuple[int, ...]
    value: Terms


def bits_of(subject: Subject) -> frozenset[int]:
    """Return the wires that are 0 or 1: proved, or by a row w * (w - 1) = 0 or a form of it."""
    found = {wire for wire, bound in subject.bounds.items() if bound <= 1}
    for row in subject.constraints:
        wire = _wire_of_bit(row, subject.modulus)
        if wire:
            found.add(wire)
    return frozenset(found)


def is_bit_row(row: Constraint, modulus: int) -> bool:
    """Return whether a row only makes one wire a bit."""
    return bool(_wire_of_bit(row, modulus))


def _wire_of_bit(row: Constraint, modulus: int) -> int:
    """Return the wire that (a w + b)(c w + d) = e w + f makes a bit; 0 if the roots are not 0 and 1."""
    signals = row.signals() if row.a and len(row.a) + len(row.b) + len(row.c) <= 6 else ()
    if len(signals) != 1:
        return 0
    (wire,) = signals

    def value(x: int) -> int:
        a, b, c = (side.get(wire, 0) * x + side.get(0, 0) for side in row)
        return (a * b - c) % modulus

    is_square = row.a.get(wire, 0) and row.b.get(wire, 0)
    return wire if is_square and not value(0) and not value(1) else 0


def decompositions(subject: Subject, bits: frozenset[int]) -> Iterator[Decomposition]:
    """Yield the linear rows in which at least two bits that no input has stand with the weights 1, 2, 4 ..."""
    for number, row in enumerate(subject.constraints):
        if not row.is_linear or len(row.c) < 3:
            continue
        inner = [wire for wire in row.c if wire in bits and wire not in subject.inputs]
        if len(inner) < 2:
            continue
        found = _spelled(row.c, inner, subject.modulus)
        if found is not None:
            yield Decomposition(number, *found)


def _spelled(
    form: Mapping[int, int], inner: list[int], modulus: int
) -> tuple[tuple[int, ...], Terms] | None:
    """Return bits and value of a form that is zero, scaled so that the bits have the weights 1, 2, 4 ..., or None."""
    weights = {form[wire] for wire in inner}
    unit = next((w for w in weights if w * pow(2, -1, modulus) % modulus not in weights), None)
    if unit is None:
        return None
    sums = scaled(form, pow(unit, -1, modulus), modulus)
    by_weight = {sums[wire]: wire for wire in inner}
    bits: list[int] = []
    while (weight := pow(2, len(bits), modulus)) in by_weight:
        bits.append(by_weight.pop(weight))
    if by_weight or len(bits) != len(inner):
        return None
    rest = {wire: value for wire, value in sums.items() if wire not in set(bits)}
    return tuple(bits), scaled(rest, -1, modulus)


class EqualWires:
    """Wires that rows x = y make equal: the smallest stands for each, an input before an inner wire."""

    def __init__(self, subject: Subject) -> None:
        self._parents: dict[int, int] = {}
        for row in subject.constraints:
            if row.is_linear and len(row.c) == 2 and 0 not in row.c:
                (x, a), (y, b) = row.c.items()
                if (a + b) % subject.modulus == 0:
                    self._join(x, y)
        self.bounds: dict[int, int] = {}
        for wire, bound in subject.bounds.items():
            root = self.root(wire)
            self.bounds[root] = min(bound, self.bounds.get(root, bound))

    def root(self, wire: int) -> int:
        """Return the wire that stands for a wire."""
        while wire in self._parents:
            wire = self._parents[wire]
        return wire

    @property
    def joined(self) -> Iterable[int]:
        """The wires for which another wire stands."""
        return self._parents.keys()

    def _join(self, x: int, y: int) -> None:
        x, y = sorted((self.root(x), self.root(y)))
        if x != y:
            self._parents[y] = x


def integer_range(
    form: Mapping[int, int], bounds: Mapping[int, int], modulus: int
) -> tuple[int, int]:
    """Return the least and the largest integer that a form with bounded wires can be, coefficients above p / 2 being negative."""
    low = high = 0
    for wire, value in form.items():
        coefficient = value - modulus if value > modulus // 2 else value
        largest = coefficient * (bounds[wire] if wire else 1)
        low += min(largest, 0) if wire else largest
        high += max(largest, 0) if wire else largest
    return low, high
