"""The steps that a proof needs: a bound of a wire is left out if no later step reads it.

Most steps of a proof about long words bound their bits, and few of the bounds are used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zkctl.lint.certificate import Certificate, Step
from zkctl.lint.copies import copies_in
from zkctl.lint.facts import Facts

# the place of the wire in a step that does nothing but to bound it
BOUNDED = {"range": 3, "product": 3, "sum_range": 3, "table": 2, "roots": 2}
# steps that read the bounds of fixed wires only, and of the digits that they show to be unique
READS_DIGITS = {"solve", "combine", "digits"}


def needed_steps(facts: Facts, wanted: Iterable[int]) -> Certificate:
    """Return the steps of facts without bounds that nothing reads; the bounds of `wanted` wires are kept.

    A number in a step may be that of a wire, a row or a copy.  It is taken for all of them: rather too many bounds are kept than too few.
    """
    if facts.is_impossible:  # perhaps by a bound
        return facts.steps
    read, found = set(wanted), []
    for step in reversed(facts.steps):
        name = step[0]
        if name in BOUNDED and step[BOUNDED[name]] not in read:
            continue
        wires = _wires_of(facts, step)
        if name in READS_DIGITS:
            wires &= facts.fixed.keys()
        if name == "digits":
            wires |= facts.spelled[step[1]]
        read |= wires
        found.append(step)
    return found[::-1]


def _wires_of(facts: Facts, step: Step) -> set[int]:
    """Return the wires that a step may read."""
    found: set[int] = set()
    rows, n_rows = facts.rows, len(facts.rows)
    for number in _numbers(step):
        if number < n_rows:
            found.update(*rows[number])
        found.add(number)
    used = set(copies_in([step]))
    if used:
        for copy in facts.copies:
            if copy.number in used:
                found |= copy.wires
    return found


def _numbers(step: Step) -> Iterator[int]:
    name = step[0]
    if name in ("solve", "digits", "range", "product", "table"):
        yield step[1]
    elif name == "roots":
        yield from (k for k, _ in step[1])
    else:
        yield from _all_numbers(step)


def _all_numbers(values: list[object]) -> Iterator[int]:
    for each in values:
        if isinstance(each, list):
            yield from _all_numbers(each)
        elif isinstance(each, int) and each >= 0:
            yield each
