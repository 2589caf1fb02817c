"""A copy of a body that is proved."""

from __future__ import annotations

from zkctl.lint.copies import UsedCopy
from zkctl.lint.facts import Facts
from zkctl.lint.rules.form_values import extent_by_name


def use_copy(facts: Facts, copy: UsedCopy) -> None:
    """Learn what a body proves of a copy: bounds, and unique results where the wires of the ports are unique.

    The rows of the copy are those of the body, so a pair of assignments is a pair of the body's; what the body was promised must hold.
    """
    reasons = []
    for port, form, bound in copy.given:
        extent, reason = extent_by_name(facts, form)
        if extent is None or extent[0] < 0 or extent[1] > bound:
            return
        if reason:
            reasons.append([port, *reason])
    facts.learn_results(copy, reasons, are_unique=facts.unique.issuperset(copy.wires))
