"""L005 unranged-operand: a comparison or a choice of values whose operand is not proved to be in range.

`a < b` by the top bit of a - b + 2^n is right only for operands of n bits: -3 passes as smaller than 5.  In Unirep and in zkp2p a
value near the modulus passed such a comparison.  A choice s * (x - y) + y with a selector that is no bit returns any value: in a
Merkle path another leaf then reaches the same root.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from zkctl.constraints.linear import Terms, accumulate
from zkctl.constraints.simplify.rows import Constraint
from zkctl.lint.findings import Level, LintFinding
from zkctl.lint.shapes import (
    Decomposition,
    EqualWires,
    bits_of,
    decompositions,
    integer_range,
    is_bit_row,
)
from zkctl.lint.subject import Subject

_MOST_DEFINITIONS = 8  # put into one sum


def unranged_operands(subject: Subject) -> Iterator[LintFinding]:
    """Yield the comparisons with operands of any size, and the choices by a selector that is not proved to be a bit."""
    bits, equal = bits_of(subject), EqualWires(subject)
    for found in decompositions(subject, bits):
        yield from _comparison(subject, found, equal)
    yield from _choices(subject, bits, equal)


def _comparison(subject: Subject, found: Decomposition, equal: EqualWires) -> Iterator[LintFinding]:
    """Yield a finding for a comparison: of the bits only the top one is used, and a - b + 2^n can be outside of 0 .. 2^(n+1) - 1."""
    if not _only_top_bit_is_used(subject, found):
        return
    form = _expanded(subject, found, equal)
    operands = [wire for wire in form if wire]
    unranged = [wire for wire in operands if wire not in equal.bounds]
    if not operands:
        return
    if not unranged:
        low, high = integer_range(form, equal.bounds, subject.modulus)
        if low >= 0 and high < 1 << len(found.bits):
            return
    named = unranged or operands
    names = ", ".join(subject.names(wire) for wire in sorted(named)[:4])
    yield LintFinding(
        Level.WARNING,
        f"a comparison of {len(found.bits) - 1} bits has an operand that is not proved to have that many: {names}",
        hint="prove the range of each operand first",
        signal=subject.names(min(named)),
        chain=subject.chain_of_row(found.row),
        rows=(found.row,),
    )


def _only_top_bit_is_used(subject: Subject, found: Decomposition) -> bool:
    def is_used(wire: int) -> bool:
        rows = subject.rows_of_wire[wire]
        inner = (
            k == found.row or is_bit_row(subject.constraints[k], subject.modulus) for k in rows
        )
        return wire in subject.outputs or not all(inner)

    *low, top = (is_used(wire) for wire in found.bits)
    return top and not any(low)


def _expanded(subject: Subject, found: Decomposition, equal: EqualWires) -> Terms:
    """Return the value that is spelled, a single inner wire being replaced by the sum that defines it."""
    form = found.value
    wires = [wire for wire in form if wire]
    if len(wires) == 1 and 0 not in form and wires[0] not in subject.inputs:
        form = _definition(subject, wires[0], found.row) or form
    total = _of_roots(form, subject, equal)
    for _ in range(_MOST_DEFINITIONS):
        wire = next((w for w in total if _is_inner(subject, w, equal)), 0)
        definition = _definition(subject, wire, found.row) if wire else None
        if definition is None:
            break
        accumulate(total, _of_roots(definition, subject, equal), total.pop(wire), subject.modulus)
    return total


def _of_roots(form: Mapping[int, int], subject: Subject, equal: EqualWires) -> Terms:
    total: Terms = {}
    for wire, value in form.items():
        accumulate(total, {equal.root(wire): 1}, value, subject.modulus)
    return total


def _is_inner(subject: Subject, wire: int, equal: EqualWires) -> bool:
    return bool(wire) and wire not in equal.bounds and wire not in subject.inputs


def _definition(subject: Subject, wire: int, besides: int) -> Terms | None:
    """Return the sum that another linear row equates with a wire."""
    for number in subject.rows_of_wire[wire]:
        row = subject.constraints[number]
        if number != besides and row.is_linear and len(row.c) > 2:
            factor = -pow(row.c[wire], -1, subject.modulus)
            return {w: v * factor % subject.modulus for w, v in row.c.items() if w != wire}
    return None


def _choices(subject: Subject, bits: frozenset[int], equal: EqualWires) -> Iterator[LintFinding]:
    """Yield the selectors s of rows s * (x - y) = z - y, or of products d = s * (x - y) that are added to y, that may be no bit."""
    reported: set[int] = set()
    roots_of_bits = {equal.root(each) for each in bits}
    for number, row in enumerate(subject.constraints):
        for selector, difference in ((row.a, row.b), (row.b, row.a)):
            wire = _selector(selector)
            root = equal.root(wire)
            if not wire or root in reported or wire in bits or equal.bounds.get(root, 2) <= 1:
                continue
            if root in roots_of_bits:
                continue
            if _is_choice(subject, row, difference):
                reported.add(root)
                yield LintFinding(
                    Level.WARNING,
                    f"signal {subject.names(root)} chooses between two values and is not proved to be 0 or 1",
                    hint="constrain it to be a bit",
                    signal=subject.names(root),
                    chain=subject.chain_of_row(number),
                    rows=(number,),
                )


def _selector(side: Mapping[int, int]) -> int:
    return next(iter(side)) if len(side) == 1 else 0


def _is_choice(subject: Subject, row: Constraint, difference: Mapping[int, int]) -> bool:
    """Return whether the product by x - y is z - y, or a wire that other rows add to y."""
    if len(difference) != 2 or 0 in difference:
        return False
    p = subject.modulus
    (x, a), (y, b) = difference.items()
    if (a + b) % p or a not in (1, p - 1):
        return False
    if len(row.c) == 2 and 0 not in row.c and (x in row.c or y in row.c):
        return sum(row.c.values()) % p == 0
    (product,) = row.c if len(row.c) == 1 else (0,)
    others = (subject.constraints[k] for k in subject.rows_of_wire.get(product, ()))
    sides = [side for each in others if each is not row for side in each if product in side]
    return bool(product) and any(x in side or y in side for side in sides)
