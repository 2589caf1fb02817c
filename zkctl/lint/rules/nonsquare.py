"""Divisors that are never 0 because a constant is no square: the additions on complete curves.

If a form F is 0, then c * M^2 + d = 0 for a monomial M, which no assignment satisfies if -d / c is not a square.
"""

from __future__ import annotations

from collections.abc import Iterator

from zkctl.lint.facts import Facts
from zkctl.lint.forms import is_constant
from zkctl.lint.polynomials import Expansion, Polynomial, as_step, of_form, wires_of
from zkctl.lint.system import Form

_MOST_LEVELS = 8  # definitions replaced one after another
_MOST_TERMS = 60  # of an expanded polynomial


def refute_zero(facts: Facts, form: Form, zero_row: int) -> None:
    """Show that the world in which row `zero_row` says `form = 0` is impossible, if squares show it."""
    start = Expansion(facts)
    wires = [wire for wire in form if wire]
    if len(wires) > 1:
        start.add_row(zero_row, {(): facts.modulus - 1})
    elif wires[0] in facts.solved:  # the wire is fixed; its definition says more
        start.add_row(facts.solved[wires[0]], {(): 1})
    else:
        return
    relations = list(_relations(facts, form, zero_row))
    for _ in range(_MOST_LEVELS):
        for found in (start, *(f for other in relations for f in _reduced(start, other))):
            if _learn_nonsquare(facts, found):
                return
        relations = [other for other in relations if _expand(facts, other)]
        if not _expand(facts, start):
            return


def _relations(facts: Facts, form: Form, zero_row: int) -> Iterator[Expansion]:
    """Yield `C = 0` for the rows `A * B = C` whose side A or B is a multiple of the form."""
    rows = set.intersection(*(set(facts.near[wire]) for wire in form if wire))
    for k in sorted(k for k in rows if k >= 0):
        a, b, c = facts.folded(k)
        if facts.is_zero(a) or facts.is_zero(b):
            yield from _definitions(facts, facts.rows[k].c)
        if is_constant(c) or not facts.unique.issuperset(c):
            continue
        for side, other in ((a, b), (b, a)):
            if facts.is_zero(side):
                yield _relation(facts, k, side, other, zero_row)
                break


def _definitions(facts: Facts, form: Form) -> Iterator[Expansion]:
    """Yield what the definitions of fixed wires say."""
    for wire in form:
        if wire in facts.fixed and wire in facts.solved:
            found = Expansion(facts)
            found.add_row(facts.solved[wire], {(): 1})
            yield found


def _relation(facts: Facts, k: int, side: Form, other: Form, zero_row: int) -> Expansion:
    """Return -C of a row with a side that is 0: A * B - C + ratio * B * (0 - form) where A = ratio * form."""
    found = Expansion(facts)
    found.add_row(k, {(): 1})
    if side:
        p = facts.modulus
        last = max(side)
        ratio = side[last] * pow(facts.rows[zero_row].c[last], -1, p) % p
        found.add_row(zero_row, {m: value * ratio % p for m, value in of_form(other).items()})
    return found


def _expand(facts: Facts, found: Expansion) -> bool:
    """Replace each wire that a row defines by its definition; return whether one was replaced within the limit."""
    wires = sorted(wire for wire in wires_of(found.polynomial) if wire in facts.solved)
    for wire in wires:
        if not found.replace(wire, facts.solved[wire], _MOST_TERMS):
            return False
    return bool(wires) and len(found.polynomial) <= _MOST_TERMS


def _reduced(start: Expansion, relation: Expansion) -> Iterator[Expansion]:
    """Yield the start with one monomial of a relation of two replaced by the other."""
    facts, p = start.facts, start.facts.modulus
    if len(relation.polynomial) != 2:
        return
    for monomial, value in relation.polynomial.items():
        if not monomial:
            continue
        factor: Polynomial = {}
        for other, coefficient in start.polynomial.items():
            rest = _quotient(other, monomial)
            if rest is not None:
                factor[rest] = -coefficient * pow(value, -1, p) % p
        if factor:
            found = Expansion(facts)
            found.add(start, {(): 1})
            found.add(relation, factor)
            yield found


def _quotient(monomial: tuple[int, ...], divisor: tuple[int, ...]) -> tuple[int, ...] | None:
    """Return the monomial divided by another, None if it is not a multiple."""
    rest = list(monomial)
    for wire in divisor:
        if wire not in rest:
            return None
        rest.remove(wire)
    return tuple(rest)


def _learn_nonsquare(facts: Facts, found: Expansion) -> bool:
    """Note that the world is impossible if the polynomial is c * M^2 + d and -d / c is no square."""
    p, polynomial = facts.modulus, found.polynomial
    if len(polynomial) != 2 or not polynomial.get(()):
        return False
    monomial = max(polynomial)
    root = monomial[::2]
    if len(monomial) % 2 or root != monomial[1::2]:
        return False
    lead = polynomial[monomial]
    square = -polynomial[()] * pow(lead, -1, p) % p
    if pow(square, p >> 1, p) == 1:
        return False
    step = ["nonsquare", found.as_step(), as_step({root: 1}), lead]
    facts.steps.append(step)
    facts.set_impossible()
    return True
