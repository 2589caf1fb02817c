"""The steps that a proof needs: bounds of wires, and forms that are not 0, are left out if no later step reads them.

Most steps of a proof about long words bound their bits, and few of the bounds are used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zkctl.lint.certificate import Certificate, Step
from zkctl.lint.copies import copies_in
from zkctl.lint.facts import Facts

# the place of the wire in a step that does nothing but to bound it; such steps read bounds only
BOUNDED = {"range": 3, "product": 3, "sum_range": 3, "table": 2, "roots": 2, "named_bit": 3}
# of the bounds of a row's wires these steps read those of fixed ones, and of the digits that they read off it
READS_FIXED = {"solve", "combine", "digits", "divide", "nonzero", "define", "roots", "named_bit"}


def needed_steps(facts: Facts, wanted: Iterable[int]) -> Certificate:
    """Return the steps of facts without those that nothing reads; the bounds of `wanted` wires are kept.

    A number in a step may be that of a wire, a row or a copy.  It is taken for all of them: rather too many steps are kept than too few.
    """
    if facts.is_impossible:  # perhaps by a bound
        return facts.steps
    fixed, found = facts.fixed.keys(), []
    read, divisors = (
        set(wanted),
        {0},
    )  # wires whose bounds are read, and those of forms that are not 0
    for step in reversed(facts.steps):
        name = step[0]
        if name in BOUNDED and step[BOUNDED[name]] not in read:
            continue
        if name == "nonzero" and not divisors.issuperset(
            facts.rows[step[1]][step[2]].keys() - fixed
        ):
            continue
        wires = _wires_of(facts, step)
        if name == "divide":
            divisors |= facts.divisors[step[1]]
        elif name == "nonzero":  # of the product's other side, or of both factors
            a, b, c = facts.rows[step[1]]
            divisors.update(*((a, b) if step[2] == 2 else (c,)))
        elif name not in BOUNDED and name not in READS_FIXED:
            divisors |= wires
        if name in READS_FIXED:
            wires &= fixed
        if name == "digits":
            wires |= facts.spelled[step[1]]
        read |= wires
        found.append(step)
    return found[::-1]


def _wires_of(facts: Facts, step: Step) -> set[int]:
    """Return the wires that a step may read."""
    name, rows = step[0], facts.rows
    if name in ("solve", "digits", "divide", "nonzero", "range", "product", "table"):
        return set().union(*rows[step[1]])
    if name == "roots":
        return set().union(*(side for k, _ in step[1] for side in rows[k]))
    numbers = set(_numbers(step))
    found = numbers.union(*(side for k in numbers if k < len(rows) for side in rows[k]))
    used = set(copies_in([step]))
    return found.union(*(copy.wires for copy in facts.copies if copy.number in used))


def _numbers(values: list[object]) -> Iterator[int]:
    for each in values:
        if isinstance(each, list):
            yield from _numbers(each)
        elif isinstance(each, int) and each >= 0:
            yield each
