"""Counterexamples, and the check that every one of them passes."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.lint.system import Form, System
from zkctl.runtime.records import record


@record(eq=False, repr=False)  # no repr: the values may be secret
class Counterexample:
    """Two satisfying assignments that agree on the inputs and differ in `outputs`.  Shapes: (n_wires,) each."""

    first: list[int]
    second: list[int]
    outputs: tuple[int, ...]


def satisfies(system: System, values: Sequence[int]) -> bool:
    """Return whether canonical values of all wires satisfy every row."""
    p = system.modulus

    def total(form: Form) -> int:
        return sum(c * values[w] for w, c in form.items())

    return (
        len(values) == system.n_wires
        and values[0] == 1
        and all(0 <= v < p for v in values)
        and all((total(a) * total(b) - total(c)) % p == 0 for a, b, c in system.rows)
    )


def counterexample(
    system: System, first: Sequence[int], second: Sequence[int]
) -> Counterexample | None:
    """Return two assignments as a counterexample, or None if they are not one: every condition is checked here."""
    outputs = tuple(w for w in system.outputs if first[w] != second[w])
    if not outputs or any(first[w] != second[w] for w in system.inputs):
        return None
    if not satisfies(system, first) or not satisfies(system, second):
        return None
    return Counterexample(list(first), list(second), outputs)
