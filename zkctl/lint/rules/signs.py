"""Wires known up to their sign, with a range that has only one of two signs: w^2 is unique, so w is.

A swap by a flag s leaves the difference of its results as (1 - 2 s) (a - b), whose square does not depend on s.
"""

from __future__ import annotations

from zkctl.lint.certificate import terms
from zkctl.lint.facts import Facts
from zkctl.lint.forms import add_to, scaled
from zkctl.lint.polynomials import Expansion, Polynomial, row_polynomial, wires_of
from zkctl.lint.rules.linear import digits_of
from zkctl.lint.rules.powers import has_one_root
from zkctl.lint.rules.roots import only_wire
from zkctl.lint.system import Row

_MOST_STEPS = 8  # definitions replaced
_MOST_TERMS = 120  # of an expanded polynomial
_MOST_ROWS = 20  # rows of a wire that are looked at


def take_signs(facts: Facts) -> bool:
    """Make wires unique whose square is unique and whose range has one sign; return whether there was one."""
    name_digits(facts)
    found = False
    for wire in sorted(facts.ranges.keys() - facts.unique):
        if facts.is_bit(wire) or not has_one_root(facts, wire):
            continue
        for k in facts.near.get(wire, ())[:_MOST_ROWS]:
            if k >= 0 and _take_sign(facts, wire, k):
                found = True
                break
    return found


def name_digits(facts: Facts) -> None:
    """Define a wire for the number that the unknown digits of a row spell, where the row has another unknown wire."""
    for k in facts.rows.numbers():
        row = facts.rows[k]
        n_terms = len(row.a) + len(row.b) + len(row.c)
        if n_terms < 4 or k in facts.joined or facts.unique.issuperset({*row.a, *row.b, *row.c}):
            continue
        form = facts.linear_of(k) or {}
        unknown = facts.unknown(form)
        bits = [wire for wire in unknown if facts.is_bit(wire)]
        if len(bits) < 3 or len(bits) == len(unknown):
            continue
        factor = digits_of(facts, form, bits)
        if factor:
            facts.joined.add(k)
            _name(facts, k, form, bits, factor)


def _name(facts: Facts, k: int, form: dict[int, int], bits: list[int], factor: int) -> None:
    p = facts.modulus
    part = scaled({wire: form[wire] for wire in bits}, factor, p)
    wire = facts.define(part, {0: 1})
    row = len(facts.rows) - 1
    # factor * row k - (part - wire) has the wire in place of the digits
    rest = scaled(form, factor, p)
    add_to(rest, part, p - 1, p)
    rest[wire] = 1
    opposite = scaled(rest, p - 1, p)
    parts = [[k, [[[], factor]]], [row, [[[], p - 1]]]]
    facts.steps.append(["derive", [], [], terms(opposite), parts])
    facts.joined.add(facts.append_row(Row({}, {}, opposite)))
    extent = facts.extent(part, 1)
    if extent is not None:
        facts.learn_range(wire, extent, ["range", row, p - 1, wire])


def _take_sign(facts: Facts, wire: int, k: int) -> bool:
    """Try the definition of a wire in row k: c w + rest = 0, so c^2 w^2 - rest^2 = (c w + rest) (c w - rest) = 0."""
    p = facts.modulus
    row = row_polynomial(facts, k)
    if (wire,) not in row or len(row) > 8 or sum(wire in monomial for monomial in row) != 1:
        return False
    if all(map(facts.is_bit, wires_of(row) - {wire})):
        return False
    factor = {m: value if m == (wire,) else p - value for m, value in row.items()}
    found = Expansion(facts)
    found.add_row(k, factor)
    if not _expand(found, wire, {k}):
        return False
    rest: Polynomial = {m: v for m, v in found.polynomial.items() if m != (wire, wire)}
    if (wire, wire) not in found.polynomial or not facts.unique.issuperset(wires_of(rest)):
        return False
    facts.learn_unique([wire], ["root", found.as_step(), wire, 2])
    return True


def _expand(found: Expansion, wire: int, used: set[int]) -> bool:
    """Replace the unknown wires but `wire` and bits by what rows say of them, and squares of bits by the bits."""
    facts = found.facts
    for _ in range(_MOST_STEPS):
        unknown = sorted(wires_of(found.polynomial) - facts.unique - {wire})
        others = [other for other in unknown if not facts.is_bit(other)]
        if not others:
            return all(_reduce_squares(found, bit) for bit in unknown)
        for other in others:
            k = _definition(facts, other, wire, used)
            if k is not None and found.replace(other, k, _MOST_TERMS):
                used.add(k)
                break
        else:
            return False
    return False


def _definition(facts: Facts, other: int, wire: int, used: set[int]) -> int | None:
    """Return the row that says most of a wire: the fewest other unknown wires that are not bits."""
    best: tuple[int, int] | None = None
    for k in facts.near[other][:_MOST_ROWS]:
        if k < 0 or k in used:
            continue
        row = facts.rows[k]
        if len(row.a) + len(row.b) + len(row.c) > 8:
            continue
        polynomial = row_polynomial(facts, k)
        wires = wires_of(polynomial)
        if wire in wires or (other,) not in polynomial:
            continue
        n = sum(not facts.is_bit(w) for w in wires - facts.unique - {other})
        best = min(best or (n, k), (n, k))
    return best[1] if best else None


def _reduce_squares(found: Expansion, bit: int) -> bool:
    """Replace powers of a bit by the bit; return whether its row was found."""
    facts, p = found.facts, found.facts.modulus
    while any(monomial.count(bit) > 1 for monomial in found.polynomial):
        rows = (k for k in facts.near[bit] if k >= 0 and only_wire(*facts.folded(k)) == bit)
        k = next((k for k in rows if row_polynomial(facts, k).keys() == {(bit,), (bit, bit)}), None)
        if k is None:
            return False
        inverse = pow(row_polynomial(facts, k)[bit, bit], -1, p)
        factor: Polynomial = {}
        for monomial, value in found.polynomial.items():
            if monomial.count(bit) > 1:
                place = monomial.index(bit)
                factor[monomial[:place] + monomial[place + 2 :]] = -value * inverse % p
        found.add_row(k, factor)
    return True
