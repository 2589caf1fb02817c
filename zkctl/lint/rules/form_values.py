"""Sums of wires that are 0 or 1: a decomposition spends no row on its sum, and its last bit is what the others leave."""

from __future__ import annotations

from zkctl.lint.certificate import terms
from zkctl.lint.facts import Facts
from zkctl.lint.forms import combined, is_constant, normal, scaled
from zkctl.lint.rules.roots import ONE
from zkctl.lint.system import Form, Row

MOST_PRODUCTS = 200_000  # of terms of a row in which a form is named: the checker multiplies them


def name_form(facts: Facts, k: int, a: Form, b: Form) -> None:
    """Define a wire for F / v where the row says F * (x F + y) = 0, with the roots 0 and v = -y / x, neither x nor y being 0.

    With A' = F / v, the row of the definition is A' - w = 0, and w is 0 or 1.
    """
    p = facts.modulus
    if facts.is_branch or k in facts.looked_at or len(a) < 2 or len(a) * len(b) > MOST_PRODUCTS:
        return
    facts.looked_at.add(k)
    wires = a.keys() - {0}
    if len(wires) < 2 or wires != b.keys() - {0}:
        return
    last = max(a)
    x = b[last] * pow(a[last], -1, p) % p
    y = (b.get(0, 0) - x * a.get(0, 0)) % p
    if y == 0 or any(b[wire] != x * value % p for wire, value in a.items() if wire):
        return
    root = -y * pow(x, -1, p) % p
    form = scaled(a, pow(root, -1, p), p)
    key = normal({w: v for w, v in form.items() if w}, p)
    if key in facts.named:
        return
    wire = facts.define(form, {0: 1})
    row = len(facts.rows) - 1
    facts.named[key] = row
    facts.learn_values(wire, [0, 1], ["named_bit", k, row, wire])
    _use_name(facts, row, skipped={k, row})


def _use_name(facts: Facts, named: int, skipped: set[int]) -> None:
    """Append each row that has the defined form, with the wire in its place.

    With d = form - wire and sides A = A' + x d, B = B' + y d, C = C' + z d: A' B' - C' = A B - C - d (x B + y A - x y d - z).
    """
    p, (form, _, product) = facts.modulus, facts.rows[named]
    (wire,) = product
    probe = min((w for w in form if w), key=lambda w: len(facts.near[w]))
    difference = {**form, wire: p - 1}
    for k in list(facts.near[probe]):
        if k < 0 or k in skipped:
            continue
        row, shares, sides = facts.rows[k], [], []
        if len(row.a) * len(row.b) > MOST_PRODUCTS:
            continue
        for side in row:
            share, found = _without(side, form, difference, p)
            is_shorter = len(found) + len(form) // 2 < len(side)
            shares.append(share if is_shorter else 0)
            sides.append(found if is_shorter else side)
        x, y, z = shares
        if x or y or z:
            factor = combined([(row.b, x), (row.a, y), (difference, -x * y), ({0: 1}, -z)], p)
            parts = [[k, ONE]]
            if factor:
                parts.append([named, [[[w] if w else [], p - v] for w, v in terms(factor)]])
            facts.steps.append(["derive", *map(terms, sides), parts])
            facts.append_row(Row(*sides))


def _without(side: Form, form: Form, difference: Form, modulus: int) -> tuple[int, Form]:
    """Return a factor and the side less so many differences: of the ratios at three wires of the form, the one that leaves least."""
    wires = [wire for wire in form if wire and wire in side]
    if 2 * len(wires) < len(form):
        return 0, side
    best: tuple[int, Form] = 0, side
    for wire in (wires[0], wires[len(wires) // 2], wires[-1]):
        share = side[wire] * pow(form[wire], -1, modulus) % modulus
        found = combined([(side, 1), (difference, modulus - share)], modulus)
        if len(found) < len(best[1]):
            best = share, found
    return best


def extent_by_name(facts: Facts, form: Form) -> tuple[tuple[int, int] | None, list[int]]:
    """Return the range of a form, if need be by a wire defined for it, and then [row, factor]: the range is that of form + factor * row."""
    p = facts.modulus
    form = facts.fold(form)
    found = facts.extent(form, 1)
    rest = {wire: value for wire, value in form.items() if wire}
    if found is not None and found[0] >= 0:
        return found, []
    row = facts.named.get(normal(rest, p)) if not is_constant(form) else None
    if row is None:
        return found, []
    a, _, c = facts.rows[row]
    (wire,) = c
    last = max(rest)
    factor = form[last] * pow(a[last], -1, p) % p
    constant = (form.get(0, 0) - factor * a.get(0, 0)) % p
    named = {wire: factor, 0: constant} if constant else {wire: factor}
    return facts.extent(named, 1), [row, p - factor]
