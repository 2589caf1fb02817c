"""The worklist: local rules on each row until nothing new follows.

A wire becomes unique once, and a row is visited again only when one of its wires has a new fact.
"""

from __future__ import annotations

from zkctl.lint.facts import Facts
from zkctl.lint.forms import is_constant
from zkctl.lint.rules.copy import use_copy
from zkctl.lint.rules.division import divide, factors
from zkctl.lint.rules.form_values import name_form
from zkctl.lint.rules.linear import digits, solve
from zkctl.lint.rules.ranges import bound_from_product, bound_from_sum
from zkctl.lint.rules.roots import find_roots, has_these_roots, only_wire
from zkctl.lint.system import Form

MOST_WORK_IN_CASES = 5_000_000  # some seconds
WORK_OF_A_VISIT = 30  # terms: the cost of a short row


def propagate(facts: Facts, n_visits: int = -1) -> None:
    """Apply the local rules until nothing new follows, the world is impossible, or so many rows were visited.

    Work is counted in terms of rows. All cases of a proof together do MOST_WORK_IN_CASES at most.
    """
    visits, bounds = facts.to_visit, facts.to_bound
    while not facts.is_impossible and n_visits:
        n_visits -= 1
        if facts.is_branch and not may_work(facts):
            return
        if visits.short or (visits.long and not bounds.short):
            k = visits.take()
            rule = visit
        elif bounds.short or bounds.long:
            k = bounds.take()
            rule = bound
        else:
            return
        if facts.is_branch:
            facts.visited.add(k)
            facts.work_in_cases += WORK_OF_A_VISIT + facts.long.get(k, 0)
        rule(facts, k)


def may_work(facts: Facts) -> bool:
    """Return whether the work in cases is below its limit."""
    return facts.work_in_cases <= MOST_WORK_IN_CASES


def visit(facts: Facts, k: int) -> None:
    """Apply the rules of uniqueness to a row, or use a copy."""
    if k < 0:
        use_copy(facts, facts.copies[-1 - k])
        return
    a, b, c = facts.folded(k)
    form = facts.linear(a, b, c)
    if form is None:
        _visit_product(facts, k, a, b, c)
        return
    if is_constant(form) or (facts.is_branch and facts.is_nonzero(form)):
        if form:
            facts.steps.append(["contradiction", k])
            facts.set_impossible()
        return
    unknown = facts.unknown(form)
    if len(unknown) == 1:
        solve(facts, k, unknown)
    elif unknown:
        digits(facts, k, form, unknown)


def _visit_product(facts: Facts, k: int, a: Form, b: Form, c: Form) -> None:
    wire = only_wire(a, b, c)
    if wire:
        if not has_these_roots(facts, a, b, c, wire):
            find_roots(facts, k, a, b, c, wire)
        return
    if not c:
        name_form(facts, k, a, b)
    unknown_c = facts.unknown(c)
    if facts.unique.issuperset(a) and facts.unique.issuperset(b):
        if len(unknown_c) == 1:
            solve(facts, k, unknown_c)
        elif unknown_c:
            digits(facts, k, {w: facts.modulus - v for w, v in c.items()}, unknown_c)
    else:
        n_fixed = len(facts.fixed)
        divide(facts, k, a, b, c)
        if len(facts.fixed) > n_fixed:  # the row is visited again: its folded sides are others
            return
    factors(facts, k, a, b, c)


def bound(facts: Facts, k: int) -> None:
    """Apply the rules of ranges to a row, or use a copy."""
    if k < 0:
        use_copy(facts, facts.copies[-1 - k])
        return
    a, b, c = facts.folded(k)
    form = facts.linear(a, b, c)
    if form is None:
        bound_from_product(facts, k, a, b, c)
    elif not is_constant(form):
        bound_from_sum(facts, k, form)
