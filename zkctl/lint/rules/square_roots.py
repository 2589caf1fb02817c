"""Square roots whose sign follows from a bit: for each value of the bit the root is in one half of the field."""

from __future__ import annotations

from collections.abc import Iterator

from zkctl.lint.facts import Facts
from zkctl.lint.forms import normal
from zkctl.lint.propagation import propagate
from zkctl.lint.rules.cases import MOST_VISITS, split_by_value
from zkctl.lint.rules.decomposition import at_most, use_sum, wide_digits
from zkctl.lint.rules.powers import follow_products

_MOST_BITS = 12  # tried for a circuit; rows of a wire that are looked at
_MOST_STEPS = 3  # rows between a root and its flag
_SHORT = 8  # terms of such a row


def split_roots(facts: Facts) -> bool:
    """Make roots unique for each value of a unique bit; return whether there was one."""
    roots = list(_open_squares(facts))
    if not roots:
        return False
    bits = [bit for root in roots for bit in _bits_near(facts, root)] + sorted(facts.inputs)
    flags = [wire for wire in dict.fromkeys(bits) if _is_flag(facts, wire)]
    return any(split_by_value(facts, flag, _take_half) for flag in flags[:_MOST_BITS])


def _is_flag(facts: Facts, wire: int) -> bool:
    return facts.is_bit(wire) and wire in facts.unique and wire not in facts.fixed


def _bits_near(facts: Facts, wire: int) -> list[int]:
    """Return the bits in short rows around a wire."""
    wires, seen = {wire}, {wire}
    for _ in range(_MOST_STEPS):
        rows = {k for each in wires for k in facts.near[each][:_MOST_BITS] if k >= 0}
        short = [facts.rows[k] for k in rows if sum(map(len, facts.rows[k])) <= _SHORT]
        wires = {w for row in short for form in row for w in form if w} - seen
        seen |= wires
    return sorted(filter(facts.is_bit, seen))


def _open_squares(facts: Facts) -> Iterator[int]:
    """Yield the unknown wires whose square is unique."""
    for k in facts.rows.numbers():
        row = facts.rows[k]
        if facts.unique.issuperset(row.a) or not facts.unique.issuperset(row.c):
            continue
        a, b, _ = facts.folded(k)
        wires = facts.unknown(a)
        if (
            len(wires) == 1
            and b.keys() == a.keys()
            and normal(a, facts.modulus) == normal(b, facts.modulus)
        ):
            yield wires[0]


def _take_half(facts: Facts) -> None:
    """Apply the local rules in a case, and bound digits to one half of the field."""
    propagate(facts, MOST_VISITS)
    n_bits = (facts.modulus >> 1).bit_length()
    for digits in [*wide_digits(facts, n_bits), *wide_digits(facts, n_bits + 1)]:
        if facts.is_impossible:
            return
        if _is_in_a_half(facts, digits.wires):
            use_sum(facts, digits)
            propagate(facts, MOST_VISITS)
    if not facts.is_impossible:
        follow_products(facts)
        propagate(facts, MOST_VISITS)


def _is_in_a_half(facts: Facts, wires: tuple[int, ...]) -> bool:
    """Return whether digits are bounded to 0 .. (p - 1) / 2 or to (p + 1) / 2 .. p - 1."""
    half, highest = facts.modulus >> 1, (1 << len(wires)) - 1
    if facts.sums.get(wires, (0, highest))[1] <= half or at_most(facts, wires, half, flip=0):
        return True
    if len(wires) == facts.modulus.bit_length():
        _take_upper(facts, wires)
    return facts.sums.get(wires, (0, highest))[0] > half


def _take_upper(facts: Facts, wires: tuple[int, ...]) -> None:
    """Bound digits to (p + 1) / 2 .. p - 1, if the circuit says so."""
    highest = (1 << len(wires)) - 1
    low, high = facts.sums.get(wires, (0, highest))
    half = facts.modulus >> 1
    if low <= half and not at_most(facts, wires, highest - half - 1, flip=1):
        return
    if high >= facts.modulus:
        at_most(facts, wires, facts.modulus - 1, flip=0)
