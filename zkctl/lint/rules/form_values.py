"""Sums of wires that are 0 or 1: a decomposition spends no row on its sum, and its last bit is what the others leave."""

from __future__ import annotations

from zkctl.lint.certificate import terms
from zkctl.lint.facts import Facts
from zkctl.lint.forms import is_constant, normal, scaled
from zkctl.lint.system import Form


def name_form(facts: Facts, k: int, a: Form, b: Form) -> None:
    """Define a wire for F / v where the row says F * (x F + y) = 0, with the roots 0 and v = -y / x, neither x nor y being 0.

    With A' = F / v, the row of the definition A' - w = 0, and the row k: w^2 - w = (x v^2)^-1 * row k - (w + A' - 1) * (A' - w).
    """
    p = facts.modulus
    if facts.is_branch or len(a) < 3 or a.keys() - {0} != b.keys() - {0}:
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
    factor = {**form, wire: 1, 0: (form.get(0, 0) - 1) % p}
    parts = [
        [k, [[[], pow(x * root * root, -1, p)]]],
        [row, [[[w] if w else [], p - v] for w, v in terms(factor) if v]],
    ]
    facts.learn_values(wire, [0, 1], ["roots", parts, wire, [0, 1]])


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
