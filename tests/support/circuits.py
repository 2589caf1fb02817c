"""Check a circuit in every way at once: compiled, eager, as constraints, and over small fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Any

from tests.support.all_witnesses import SMALL_FIELDS, possible_outputs
from zkctl import testing
from zkctl.constraints.signals import Role, SignalGroup
from zkctl.dsl import Circuit, CompiledCircuit
from zkctl.dsl.nested_values import leaves
from zkctl.errors import UnsatisfiedError

Inputs = Mapping[str, Any]
TRIES = 300  # combinations of inputs per small field


def check_circuit(
    checked: Circuit,
    good: Sequence[Inputs],
    bad: Sequence[Inputs] = (),
    *,
    all_witnesses: bool = False,
    **parameters: Any,
) -> CompiledCircuit:
    """Check as `zkctl.testing.check_circuit` does; return the circuit without simplification.

    With `all_witnesses`, over small fields every witness of every input must have the outputs that eager
    execution computes, and none may exist where it refuses.
    """
    compiled = testing.compile_and_try(checked, good, bad, **parameters).simplified(0)
    if all_witnesses:
        for field in SMALL_FIELDS:
            check_all_witnesses(checked.over(field), parameters)
    return compiled


def check_all_witnesses(checked: Circuit, parameters: Inputs) -> None:
    compiled = checked.compile(**parameters)
    groups = [group for group in compiled.program.signals if group.role is not Role.OUTPUT]
    modulus = compiled.program.field.modulus
    tried = product(range(modulus), repeat=sum(group.size for group in groups))
    for values in islice(tried, TRIES):
        assert possible_outputs(compiled, values) == expected(checked, groups, values, parameters)


def expected(
    checked: Circuit, groups: Sequence[SignalGroup], values: Sequence[int], parameters: Inputs
) -> set[tuple[int, ...]]:
    """The outputs of eager execution; none if it refuses the inputs."""
    rest = iter(values)
    inputs = {group.name: nested(group, group.shape, rest) for group in groups}
    try:
        return {tuple(flat(checked(**inputs, **parameters)))}
    except UnsatisfiedError:
        return set()


def nested(group: SignalGroup, shape: Sequence[int], values: Iterator[int]) -> Any:
    """The next values as an input: lists for arrays, dictionaries for structures."""
    if shape:
        return [nested(group, shape[1:], values) for _ in range(shape[0])]
    if group.fields:
        return {field.name: nested(field, field.shape, values) for field in group.fields}
    return next(values)


def flat(outputs: Any) -> list[int]:
    """The numbers of a result: one, a structure, a sequence of sequences, or none."""
    return [int(leaf) for leaf in leaves(outputs)]
