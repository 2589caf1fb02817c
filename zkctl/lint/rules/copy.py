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
    reasons = _kept_promises(facts, copy)
    if reasons is None:
        return
    bounds = [] if copy.number in facts.of_copies.bounded else copy.bounds
    mets = [(wire, _met(facts, wire, bound)) for wire, bound in bounds]
    news = [(wire, met) for wire, met in mets if met != facts.ranges.get(wire)]
    are_unique = facts.unique.issuperset(copy.wires)
    if news or (are_unique and not facts.unique.issuperset(copy.results)):
        facts.steps.append(["copy", copy.number, reasons])
        for wire, met in news:
            facts.put_range(wire, met)
        if are_unique:
            facts.put_unique(set(copy.results))
    if not facts.is_branch:
        facts.of_copies.bounded.add(copy.number)


def _kept_promises(facts: Facts, copy: UsedCopy) -> list[list[int]] | None:
    """Return the reasons why the ports are in their bounds, None if one is not known to be; outside of cases they are looked at once."""
    if copy.number in facts.of_copies.kept_promises:
        return facts.of_copies.kept_promises[copy.number]
    first = facts.of_copies.open_ports.get(copy.number, 0)  # the port that was too wide before
    reasons = []
    for k in (first, *range(len(copy.given))) if copy.given else ():
        port, form, bound = copy.given[k]
        extent, reason = extent_by_name(facts, form)
        if extent is None or extent[0] < 0 or extent[1] > bound:
            facts.of_copies.open_ports[copy.number] = k
            return None
        if reason and [port, *reason] not in reasons:
            reasons.append([port, *reason])
    if not facts.is_branch:
        facts.of_copies.kept_promises[copy.number] = reasons
    return reasons


def _met(facts: Facts, wire: int, bound: int) -> Range | None:
    old = facts.ranges.get(wire)
    return meet(old, (0, bound), facts.modulus) if old else (0, bound)
