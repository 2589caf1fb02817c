"""Chains of products: roots of products of linear factors, and powers that permute the field."""

from __future__ import annotations

from math import gcd

from zkctl.lint.facts import Facts
from zkctl.lint.forms import combined, normal
from zkctl.lint.polynomials import Expansion
from zkctl.lint.system import Form

MOST_FACTORS = 64
_MOST_TERMS = 2000  # of an expanded polynomial


def follow_products(facts: Facts) -> bool:
    """Learn from chains of products; return whether something was learnt.

    A product of linear factors of one wire that is 0 bounds the wire to its roots.  A unique power x^e makes x unique
    where gcd(e, p - 1) = 1, or where e = 2 and the range of x has only one of two roots.
    """
    chains = _Chains(facts)
    found = False
    for k in facts.rows.numbers():
        found |= chains.visit(k)
        if facts.is_impossible:
            return True
    return found


class _Chains:
    """The wires that are products of linear factors, with the row that says so."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.factors: dict[int, list[Form]] = {}
        self.copies: dict[int, Form] = {}
        self.rows: dict[int, int] = {}

    def visit(self, k: int) -> bool:
        """Look at a row; return whether it taught something."""
        facts = self.facts
        row = facts.rows[k]
        if facts.unique.issuperset({*row.a, *row.b, *row.c}):
            return False
        a, b, c = facts.folded(k)
        form = facts.linear(a, b, c)
        if form is not None:
            self._note_copy(k, form)
            return False
        factors = [*self._factors_of(a), *self._factors_of(b)]
        if len(factors) > MOST_FACTORS:
            return False
        if facts.is_zero(c):
            return len(factors) > 2 and self._find_values(k, factors)
        if len(c) == 1:
            wire = next(iter(c))
            if wire not in self.factors and wire:
                self.factors[wire] = factors
                self.rows[wire] = k
        if facts.unique.issuperset(c):
            return self._find_power(k, factors)
        return False

    def _factors_of(self, side: Form) -> list[Form]:
        side = self._without_copies(side)
        if len(side) == 1 and next(iter(side)) in self.factors:
            return self.factors[next(iter(side))]
        return [side]

    def _without_copies(self, form: Form) -> Form:
        """Return the form with copies of wires replaced by the wires that they copy."""
        p = self.facts.modulus
        while not self.copies.keys().isdisjoint(form):
            parts = [(self.copies.get(wire, {wire: 1}), value) for wire, value in form.items()]
            form = combined(parts, p)
        return form

    def _note_copy(self, k: int, form: Form) -> None:
        """Note that a linear row makes one unknown wire a multiple of another, plus a constant."""
        wires = sorted(form.keys() - {0}, reverse=True)
        if len(wires) != 2 or len(self.facts.unknown(form)) != 2:
            return
        for wire, other in (wires, wires[::-1]):
            if wire in self.copies or wire in self._without_copies({other: 1}):
                continue
            p = self.facts.modulus
            factor = -pow(form[wire], -1, p) % p
            self.copies[wire] = {w: v * factor % p for w, v in form.items() if w != wire}
            self.rows[wire] = k
            return

    def _replace_copies(self, found: Expansion, side: Form) -> bool:
        """Replace the copies in a side of a row, and the copies in their rows."""
        waiting = list(side)
        while waiting:
            wire = waiting.pop()
            if wire in self.copies:
                if not found.replace(wire, self.rows[wire], _MOST_TERMS):
                    return False
                waiting.extend(self.copies[wire])
        return True

    def _expand(self, k: int) -> Expansion | None:
        """Return row k with the wires of its chain replaced by products, and copies by the wires that they copy."""
        found = Expansion(self.facts)
        found.add_row(k, {(): 1})
        row = self.facts.rows[k]
        waiting = [row.a, row.b]
        while waiting:
            side = waiting.pop()
            if not self._replace_copies(found, side):
                return None
            own = self._without_copies(self.facts.fold(side))
            wire = next(iter(own), 0)
            if len(own) != 1 or wire not in self.factors:
                continue
            if not found.replace(wire, self.rows[wire], _MOST_TERMS):
                return None
            row = self.facts.rows[self.rows[wire]]
            waiting += [row.a, row.b]
        return found

    def _find_values(self, k: int, factors: list[Form]) -> bool:
        facts = self.facts
        wires = {wire for factor in factors for wire in factor if wire}
        if len(wires) != 1:
            return False
        wire = wires.pop()
        p = facts.modulus
        values = sorted(-f.get(0, 0) * pow(f[wire], -1, p) % p for f in factors)
        if facts.roots.get(wire) == tuple(sorted(set(values))):
            return False
        expansion = self._expand(k)
        if expansion is None or {w for m in expansion.polynomial for w in m} != {wire}:
            return False
        return facts.learn_values(wire, values, ["roots", expansion.as_step(), wire, values])

    def _find_power(self, k: int, factors: list[Form]) -> bool:
        facts = self.facts
        p = facts.modulus
        base = factors[0]
        unknown = facts.unknown(base)
        if len(unknown) != 1 or not all(factors):
            return False
        key = normal(base, p)
        if any(normal(factor, p) != key for factor in factors):
            return False
        exponent = len(factors)
        is_alone = len(base) == 1
        if gcd(exponent, p - 1) != 1 and not (
            exponent == 2 and (not is_alone or has_one_root(facts, unknown[0]))
        ):
            return False
        return self._learn_power(k, base, unknown[0], exponent)

    def _learn_power(self, k: int, base: Form, wire: int, exponent: int) -> bool:
        facts = self.facts
        expansion = self._expand(k)
        if expansion is None:
            return False
        if len(base) == 1:
            facts.learn_unique([wire], ["root", expansion.as_step(), wire, exponent])
            return True
        if exponent == 2 and not _form_has_one_root(facts, base):
            return False
        power = facts.define(base, {0: 1})
        row = len(facts.rows) - 1
        if exponent == 2:
            bound_form(facts, row, base, power)
        if not expansion.replace(wire, row, _MOST_TERMS):
            return False
        facts.learn_unique([power], ["root", expansion.as_step(), power, exponent])
        return True


def has_one_root(facts: Facts, wire: int) -> bool:
    """Return whether no two values w and -w, different, are in the range of a wire."""
    return wire in facts.ranges and _is_one_sided(*facts.ranges[wire], facts.modulus)


def _is_one_sided(low: int, high: int, modulus: int) -> bool:
    """Return whether no multiple of p lies strictly between 2 low and 2 high."""
    return (2 * low // modulus + 1) * modulus >= 2 * high


def _form_has_one_root(facts: Facts, base: Form) -> bool:
    found = facts.extent(base, 1)
    return found is not None and _is_one_sided(*found, facts.modulus)


def bound_form(facts: Facts, k: int, form: Form, wire: int) -> None:
    """Bound the wire that row k defines by the range of its form."""
    found = facts.extent(form, 1)
    if found is not None:
        facts.learn_range(wire, found, ["range", k, facts.modulus - 1, wire])
