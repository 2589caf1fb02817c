"""A copy of a body that is proved."""

from __future__ import annotations

from zkctl.lint.copies import UsedCopy
from zkctl.lint.facts import Facts
from zkctl.lint.forms import Range, meet
from zkctl.lint.rules.form_values import extent_by_name


def use_copy(facts: Facts, copy: UsedCopy) -> None:
    """Learn what a body proves of a copy: bounds, and unique results where the wires of the ports are unique.

    The rows of the copy are those of the body, so a pair of assignments is a pair of the body's.  The body's promises must hold.
    """
    reasons = []
    for port, form, bound in copy.given:
        extent, reason = extent_by_name(facts, form)
        if extent is None or extent[0] < 0 or extent[1] > bound:
            return
        if reason:
            reasons.append([port, *reason])
    bounds = [(wire, _met(facts, wire, bound)) for wire, bound in copy.bounds]
    news = [(wire, met) for wire, met in bounds if met != facts.ranges.get(wire)]
    are_unique = facts.unique.issuperset(copy.wires)
    if news or (are_unique and not facts.unique.issuperset(copy.results)):
        facts.steps.append(["copy", copy.number, reasons])
        for wire, met in news:
            facts.put_range(wire, met)
        if are_unique:
            facts.put_unique(set(copy.results))


def _met(facts: Facts, wire: int, bound: int) -> Range | None:
    old = facts.ranges.get(wire)
    return meet(old, (0, bound), facts.modulus) if old else (0, bound)
