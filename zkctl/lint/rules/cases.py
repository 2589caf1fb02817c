"""Cases: a form is 0 or it is not; a wire has one of a few values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zkctl.lint.certificate import Certificate, Step, terms
from zkctl.lint.facts import Facts
from zkctl.lint.forms import Key, Range, combined, is_constant, normal, signed
from zkctl.lint.propagation import WORK_OF_A_VISIT, may_work, propagate
from zkctl.lint.rules.division import divisor_of
from zkctl.lint.rules.elimination import RowSpan
from zkctl.lint.rules.nonsquare import refute_zero
from zkctl.lint.system import Form, Row
from zkctl.runtime.records import record

MOST_VISITS = 3000  # rows visited in a case
_MOST_ROWS = 80  # of an elimination around a bit
_SHORT = 8  # terms of a zero form whose wires are looked at one by one
_MOST_CHANGES = 1000  # facts after which cases that led to nothing are tried again
MOST_VALUES = 4  # of a wire whose values are cases

Inside = Callable[[Facts], None]  # the rules that are applied in a case


@record(eq=False)
class Outcome:
    """The facts that a case added."""

    steps: Certificate
    is_impossible: bool
    unique: set[int]
    nonzero: set[Key]
    zero: set[Key]
    ranges: dict[int, Range]
    roots: dict[int, tuple[int, ...]]


def run_case(facts: Facts, begin: Callable[[], None], inside: Inside) -> Outcome:
    """Return what follows in a case that `begin` sets up, but for wires that it defines; the facts are as before."""
    start, n_wires = len(facts.trail), facts.n_wires
    mark = facts.begin()
    begin()
    if not facts.is_impossible:
        inside(facts)
    added: list[tuple[Any, Any]] = [(where, key) for where, key, _ in facts.trail[start:]]

    def of(which: object) -> list[int]:
        return [key for where, key in added if where is which and key < n_wires]

    def forms_of(which: object) -> set[Key]:
        return {key for where, key in added if where is which and key[-1][0] < n_wires}

    outcome = (
        facts.is_impossible,
        set(of(facts.unique)),
        forms_of(facts.nonzero),
        forms_of(facts.zero),
        {wire: facts.ranges[wire] for wire in of(facts.ranges)},
        {wire: facts.roots[wire] for wire in of(facts.roots)},
    )
    return Outcome(facts.end(mark), *outcome)


def split(
    facts: Facts, form: Form, inside: Inside = lambda facts: propagate(facts, MOST_VISITS)
) -> bool:
    """Consider whether a folded form is 0; return whether something new holds in both cases.

    If all its wires are unique, both assignments of a pair are in the same case.
    """
    is_joint = facts.unique.issuperset(form)
    outcomes = [
        run_case(facts, lambda: facts.put_zero(form), inside),
        run_case(facts, lambda: facts.learn_nonzero(form, None), inside),
    ]
    step: Step = ["zero_or_not", terms(form), *(outcome.steps for outcome in outcomes)]
    return accept(facts, outcomes, step, is_joint=is_joint)


def split_by_value(
    facts: Facts, wire: int, inside: Inside = lambda facts: propagate(facts, MOST_VISITS)
) -> bool:
    """Consider each of the few values of a wire; return whether something new holds for all of them."""
    values = facts.values(wire, MOST_VALUES) or ()
    p = facts.modulus

    def begin(value: int) -> Callable[[], None]:
        near = signed(value, p)
        return lambda: facts.fix(wire, near)

    outcomes = [run_case(facts, begin(value), inside) for value in values]
    step: Step = ["by_value", wire, list(values), [outcome.steps for outcome in outcomes]]
    return accept(facts, outcomes, step, is_joint=wire in facts.unique)


def accept(facts: Facts, outcomes: list[Outcome], step: Step, *, is_joint: bool) -> bool:
    """Add what all possible cases have in common, if that is worth a step: a unique wire, or a case less."""
    live = [outcome for outcome in outcomes if not outcome.is_impossible]
    common = set.intersection(*(outcome.unique for outcome in live)) if live and is_joint else set()
    if len(live) == len(outcomes) and not common:
        return False
    facts.steps.append(step)
    if not live:
        facts.set_impossible()
        return True
    n_facts = len(facts.trail)
    for wire in {wire for outcome in live for wire in outcome.ranges}:
        _hull(facts, wire, [outcome.ranges.get(wire, facts.ranges.get(wire)) for outcome in live])
    for wire in {wire for outcome in live for wire in outcome.roots}:
        roots = {outcome.roots.get(wire, facts.roots.get(wire)) for outcome in live}
        facts.put_roots(wire, roots)
    facts.put_unique(common)
    for where, added in (
        (facts.nonzero, [outcome.nonzero for outcome in live]),
        (facts.zero, [outcome.zero for outcome in live]),
    ):
        facts.put_keys(where, set.intersection(*added))
    if len(facts.trail) == n_facts:  # a case less says nothing by itself
        facts.steps.pop()
    return len(facts.trail) > n_facts


def _hull(facts: Facts, wire: int, ranges: list[Range | None]) -> None:
    known = [found for found in ranges if found is not None]
    if len(known) < len(ranges):
        return
    hull = (min(low for low, _ in known), max(high for _, high in known))
    if hull[1] - hull[0] < facts.modulus and hull != facts.ranges.get(wire):
        facts.put_range(wire, hull)


def split_rows(facts: Facts) -> bool:
    """Try cases on the unique forms that multiply unknown wires; return whether one helped."""
    found = False
    tried: set[Key] = set()
    for k in facts.rows.numbers():
        if facts.is_impossible:
            return True
        if not may_work(facts):
            return found
        for form in _forms_to_split(facts, k):
            key = normal(form, facts.modulus)
            if key in tried or facts.is_zero(form) or facts.is_nonzero(form):
                continue
            tried.add(key)
            if _fails_again(facts, key):
                continue
            facts.visited = set()
            if _split_form(facts, form):
                found = True
                propagate(facts)
                break
            facts.failed[key] = len(facts.trail), frozenset(facts.visited)
    return found


def _fails_again(facts: Facts, key: Key) -> bool:
    """Return whether cases on a form led to nothing before, and no row that they visited has changed."""
    if key not in facts.failed:
        return False
    n_trail, visited = facts.failed[key]
    if len(facts.trail) - n_trail > _MOST_CHANGES:
        return False
    return visited.isdisjoint(rows_changed_since(facts, n_trail))


def rows_changed_since(facts: Facts, n_trail: int) -> set[int]:
    """Return the rows of wires with facts that were learnt after the first so many entries of the undo log."""
    found: set[int] = set()
    for where, key, _ in facts.trail[n_trail:]:
        is_form = where is facts.zero or where is facts.nonzero
        for wire in [w for w, _ in key] if is_form else [key]:
            found.update(facts.near.get(wire, ()))  # the key of a sum has none
    return found


def _split_form(facts: Facts, form: Form) -> bool:
    wires = [wire for wire in form if wire]
    if len(wires) == 1 and facts.values(wires[0], MOST_VALUES) is not None:
        return split_by_value(facts, wires[0])
    return split(facts, form, lambda facts: _look_closely(facts, form))


def _look_closely(facts: Facts, form: Form) -> None:
    """Apply the local rules in a case, and where the form is 0 try to refute that."""
    zero_row = len(facts.rows) - 1
    propagate(facts, MOST_VISITS)
    key = normal(form, facts.modulus)
    if not facts.is_impossible and key in facts.zero:
        refute_zero(facts, form, zero_row)
    if not facts.is_impossible and key in facts.zero:
        _refute_bits(facts, zero_row)


def _refute_bits(facts: Facts, zero_row: int) -> None:
    """Try the values of the few unknown bits that were multiplied by the form that is 0."""
    wires = [wire for wire in facts.rows[zero_row].c if wire]
    rows = set.intersection(*(set(facts.near[wire]) for wire in wires)) - {zero_row}
    for k in sorted(k for k in rows if k >= 0):
        a, b, _ = facts.folded(k)
        other = b if facts.is_zero(a) else a
        bits = facts.unknown(other)
        if len(bits) == 1 and facts.is_bit(bits[0]):
            _refute_bit(facts, bits[0], zero_row)


def _refute_bit(facts: Facts, bit: int, zero_row: int) -> None:
    if split_by_value(facts, bit, lambda facts: _eliminate_around(facts, bit, zero_row)):
        propagate(facts, MOST_VISITS)


def _eliminate_around(facts: Facts, bit: int, zero_row: int) -> None:
    """Apply the local rules, then fix the wires around a bit that linear rows make constant, the form that is 0 being one."""
    propagate(facts, MOST_VISITS)
    if facts.is_impossible:
        return
    rows, seen, wires, ends = {zero_row}, {zero_row}, {bit}, {bit}
    while ends and len(rows) < _MOST_ROWS and may_work(facts):
        near = {k for wire in ends for k in facts.near[wire][:_MOST_ROWS] if k >= 0} - seen
        seen |= near
        facts.work_in_cases += WORK_OF_A_VISIT * len(near)
        rows |= {k for k in near if facts.linear_of(k)}
        found = {w for k in near for form in facts.rows[k] for w in form if w}
        ends = {w for w in found - wires if not facts.is_bit(w)}
        wires |= ends
    form = facts.rows[zero_row].c
    wires |= {wire for wire in form if wire} if len(form) <= _SHORT else set()
    span = RowSpan(facts, sorted(rows))
    p = facts.modulus
    for wire in sorted(wires - facts.fixed.keys()):
        rest, made_of = span.reduce({wire: 1})
        if rest.keys() <= {0}:  # wire - rest is the sum of rows times factors
            row = Row({}, {}, combined([({wire: 1}, -1), (rest, 1)], p))
            parts = [[k, [[[], made_of[k]]]] for k in sorted(made_of)]
            facts.steps.append(["derive", [], [], terms(row.c), parts])
            facts.append_row(row)
    propagate(facts, MOST_VISITS)


def _forms_to_split(facts: Facts, k: int) -> list[Form]:
    """Return the sides of a row that are unique beside unknown wires, and the divisor of its one unknown wire."""
    row = facts.rows[k]
    unique = facts.unique
    if unique.issuperset(row.a) and unique.issuperset(row.b):
        return []
    a, b, c = facts.folded(k)
    found: list[Form] = []
    for side, other in ((a, b), (b, a)):
        if is_constant(side) or not unique.issuperset(side):
            continue
        unknown = {*facts.unknown(other), *facts.unknown(c)}
        if not unknown:
            continue
        found.append(side)
        if len(unknown) == 1:
            divisor = divisor_of(side, other, c, next(iter(unknown)), facts.modulus)
            if divisor != side and not is_constant(divisor):
                found.append(divisor)
    return found
