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
WITH_CASES = {"zero_or_not", "by_value", "at_most"}


def needed_steps(facts: Facts, outputs: Iterable[int], wanted: Iterable[int]) -> Certificate:
    """Return the steps of facts without those that nothing reads; that outputs are unique is kept, and the bounds of `wanted` wires.

    A number in a step may be that of a wire, a row or a copy.  It is taken for all of them: rather too many steps are kept than too few.
    """
    if facts.is_impossible:  # perhaps by a bound
        return facts.steps
    needed = _Needed(facts, set(outputs), set(wanted))
    return [step for step in reversed(facts.steps) if needed.takes(step)][::-1]


class _Needed:
    """The facts that the steps taken so far read, the last step being the first one asked about."""

    def __init__(self, facts: Facts, unique: set[int], bounds: set[int]) -> None:
        self._facts = facts
        self._fixed = facts.fixed.keys()
        self._copies = {copy.number: copy for copy in facts.copies}
        self._unique = unique  # wires that must be unique
        self._bounds = bounds  # wires whose bounds are read
        self._divisors = {0}  # wires of forms that are not 0

    def takes(self, step: Step) -> bool:
        """Return whether a step is needed; then what it reads is."""
        if not self._is_read(step):
            return False
        name, facts = step[0], self._facts
        wires = _wires_of(facts, step)
        if name not in BOUNDED and name != "nonzero":
            self._unique |= wires
        if name == "divide":
            self._divisors |= facts.divisors.get(step[1], set())
        elif name == "nonzero":  # of the product's other side, or of both factors
            a, b, c = facts.rows[step[1]]
            self._divisors.update(*((a, b) if step[2] == 2 else (c,)))
        elif name not in BOUNDED and name not in READS_FIXED:
            self._divisors |= wires
        if name in READS_FIXED:
            wires &= self._fixed
        if name == "digits":
            wires |= facts.spelled[step[1]]
        elif name == "divide" and step[1] in facts.by_function:
            wires.add(facts.functions[step[1]])
        self._bounds |= wires
        return True

    def _is_read(self, step: Step) -> bool:
        name, facts = step[0], self._facts
        if name in BOUNDED:
            return step[BOUNDED[name]] in self._bounds
        if name == "nonzero":
            return self._divisors.issuperset(facts.rows[step[1]][step[2]].keys() - self._fixed)
        if name == "copy":
            copy = self._copies[step[1]]
            has_bounds = any(wire in self._bounds for wire, _ in copy.bounds)
            return has_bounds or not self._unique.isdisjoint(copy.results)
        made = facts.made_unique.get(id(step))
        return made is None or not self._unique.isdisjoint(made)


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


def has_cases_about(facts: Facts, wires: Iterable[int]) -> bool:
    """Return whether the steps of a case may read a row of these wires."""
    rows = {k for wire in wires for k in facts.near.get(wire, ())}
    cases = [step for step in facts.steps if step[0] in WITH_CASES]
    return any(not rows.isdisjoint(_numbers(step)) for step in cases)
