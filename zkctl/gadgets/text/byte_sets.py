"""Membership of a byte in sets of bytes: few multiplications for several sets at once.

Sets are masks: bit k is byte k.  The bit "is in the set" is a linear combination of a few computed ones: that of "a to z except c" is
that of "a to z" less that of "c".  A computed one is a comparison with one byte, or a decision diagram on the bits of the byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache

from zkctl.dsl import Array, Bit, Signal, dot, gadget
from zkctl.dsl.wires import proven
from zkctl.gadgets.compare import is_zero
from zkctl.gadgets.text.automaton import partition
from zkctl.gadgets.text.regular_expression import ALL_BYTES, N_BYTES
from zkctl.runtime.records import record

COST_OF_COMPARISON = 2


@record
class Basis:
    """The sets to compute, and for each wanted set its coefficients: one for each computed set, and the constant at the end."""

    computed: tuple[int, ...]
    combinations: tuple[tuple[Fraction, ...], ...]


@gadget(stamped=True)
def membership(bits: Array[Bit], *, sets: tuple[int, ...], named: tuple[int, ...]) -> Array[Bit]:
    """Return for each set whether the byte of eight bits, lowest first, is in it.

    `named` are further sets of which differences may be cheap, such as those that a pattern names.
    Assumes:  nothing.
    Enforces: bit k is 1 if the byte is in sets[k], else 0.
    Cost:     2 for a set of one byte, about 10 for a range, less where sets are made of others.
    """
    basis = basis_of(sets, named)
    byte = dot([1 << k for k in range(8)], list(bits))
    diagram = _Diagram(list(bits))
    computed: list[Signal] = [_member_bit(byte, mask, diagram) for mask in basis.computed]
    p = byte.field.modulus
    results = []
    for *coefficients, constant in basis.combinations:
        numbers = [_modulo(each, p) for each in coefficients]
        total = dot([0, *numbers], [bits[0], *computed], _modulo(constant, p))
        results.append(proven(total, (0, 1)))
    return Array(results)


def _modulo(number: Fraction, p: int) -> int:
    return number.numerator * pow(number.denominator, -1, p) % p


def _member_bit(byte: Signal, mask: int, diagram: _Diagram) -> Signal:
    if _is_compared(mask):
        return is_zero(byte - (mask.bit_length() - 1))
    return diagram.value(mask, N_BYTES)


def _is_compared(mask: int) -> bool:
    return mask.bit_count() == 1


class _Diagram:
    """Decision diagrams on the bits of a byte, highest first; equal parts are computed once."""

    def __init__(self, bits: list[Bit]) -> None:
        self.bits = bits
        self.known: dict[tuple[int, int], Signal | int] = {}

    def value(self, mask: int, size: int) -> Signal:
        """Return whether the lowest bits of the byte, a number below size, are in the mask."""
        node = self._node(mask, size)
        return node if isinstance(node, Signal) else self.bits[0] * 0 + node

    def _node(self, mask: int, size: int) -> Signal | int:
        if mask == 0 or mask == (1 << size) - 1:
            return int(mask != 0)
        key = (mask, size)
        if key not in self.known:
            half = size // 2
            low = self._node(mask & (1 << half) - 1, half)
            high = self._node(mask >> half, half)
            self.known[key] = self._chosen(self.bits[half.bit_length() - 1], high, low)
        return self.known[key]

    @staticmethod
    def _chosen(bit: Bit, high: Signal | int, low: Signal | int) -> Signal | int:
        if high is low or (isinstance(high, int) and isinstance(low, int) and high == low):
            return high
        return proven(low + bit * (high - low), (0, 1))


@cache
def cost_of(mask: int) -> int:
    """Return the constraints of a set that is computed."""
    return COST_OF_COMPARISON if _is_compared(mask) else len(_products(mask, N_BYTES))


def _products(mask: int, size: int) -> set[tuple[int, int]]:
    """Return the parts of a diagram that take a multiplication: those whose halves are not both constants or equal."""
    half = size // 2
    if mask == 0 or mask == (1 << size) - 1 or half == 0:
        return set()
    low, high = mask & (1 << half) - 1, mask >> half
    found = _products(low, half) | _products(high, half)
    constants = (0, (1 << half) - 1)
    if low == high or (low in constants and high in constants):
        return found
    return found | {(mask, size)}


@cache
def basis_of(sets: tuple[int, ...], named: tuple[int, ...]) -> Basis:
    """Return sets of which all wanted ones are combinations, chosen greedily by their cost."""
    parts = partition(sets, ALL_BYTES)
    fine = partition([*sets, *named], ALL_BYTES)
    candidates = sorted({*sets, *named, *parts, *fine} - {0, ALL_BYTES}, key=lambda m: (cost_of(m), m))  # fmt: skip
    space = _Space(fine)
    for mask in candidates:
        if all(space.combination(each) is not None for each in sets):
            break
        space.add(mask)
    combinations = [space.combination(each) or [] for each in sets]
    used = [k for k in range(1, len(space.members)) if any(row[k] for row in combinations)]
    return Basis(
        tuple(space.members[k] for k in used),
        tuple(tuple([row[k] for k in used] + [row[0]]) for row in combinations),
    )


class _Space:
    """Independent sets as vectors of 0 and 1, one number for each part; the first is the set of all bytes, the constant 1."""

    def __init__(self, parts: Sequence[int]) -> None:
        self.parts = parts
        self.members: list[int] = []
        self.rows: list[tuple[int, list[Fraction], list[Fraction]]] = []  # pivot, vector, members
        self.add(ALL_BYTES)

    def add(self, mask: int) -> None:
        """Add a set if it is independent of those before."""
        vector, used = self._reduced(mask)
        pivot = next((k for k, value in enumerate(vector) if value), None)
        if pivot is None:
            return
        self.members.append(mask)
        own = [-each for each in used] + [Fraction(0)] * (len(self.members) - 1 - len(used))
        own.append(Fraction(1))
        scale = vector[pivot]
        self.rows.append((pivot, [v / scale for v in vector], [c / scale for c in own]))

    def combination(self, mask: int) -> list[Fraction] | None:
        """Return the coefficients of the members that make up a set, None if there are none."""
        vector, used = self._reduced(mask)
        return None if any(vector) else used

    def _reduced(self, mask: int) -> tuple[list[Fraction], list[Fraction]]:
        """Return what the rows leave of a set, and the members taken away."""
        vector = [Fraction(int(bool(mask & part))) for part in self.parts]
        used = [Fraction(0)] * len(self.members)
        for pivot, row, members in self.rows:
            factor = vector[pivot]
            if factor:
                vector = [a - factor * b for a, b in zip(vector, row, strict=True)]
                for k, coefficient in enumerate(members):
                    used[k] += factor * coefficient
        return vector, used
