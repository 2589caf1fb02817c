"""Templates of circom called by Python circuits that do nothing else, for comparison with the same template as main."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.support.constraint_rows import Sides, sides_of
from zkctl import circom
from zkctl.circom.circuit import CircomCircuit
from zkctl.circom.nodes import Call, Parallel
from zkctl.circom.python.template import CircomTemplate
from zkctl.circom.python.values import value_of
from zkctl.constraints.evaluate import evaluate
from zkctl.constraints.r1cs import R1CS
from zkctl.constraints.signals import Role, flatten_inputs
from zkctl.constraints.witness_program import check_program
from zkctl.dsl import Array, CompiledCircuit, Signal, circuit, private
from zkctl.dsl.nested_values import signals_in
from zkctl.errors import ZkctlError
from zkctl.field import BN254_FR, ints_from_words
from zkctl.formats.binary.wprog import read_wprog, write_wprog

P = BN254_FR.modulus


def main_template(found: CircomCircuit, path: Path) -> CircomTemplate:
    """The template of the main component, loaded for Python."""
    assert found.source.main is not None
    value = found.source.main.value
    while isinstance(value, Parallel):
        value = value.value
    assert isinstance(value, Call)
    made: CircomTemplate = getattr(circom.load(path), value.name)(*found.main.parameters)
    return made


def nested(template: CircomTemplate, values: Sequence[Any]) -> dict[str, Any]:
    """The inputs of a template from a flat list in its own order."""
    flat = iter(values)
    return {group.name: value_of([group], flat, "x") for group in template.inputs()}


def calling(template: CircomTemplate) -> CompiledCircuit:
    """A circuit with all inputs as one array x, whose outputs are those of the template."""
    size = sum(group.size for group in template.inputs())

    def called(values: Sequence[Any]) -> Any:
        result = template(**nested(template, values))
        return None if result is None else Array(list(signals_in(result)))

    if not size:

        def body() -> Any:
            return called([])

        return circuit(body).compile()

    def body_of_inputs(x: Array[Signal] = private(size)) -> Any:
        return called(list(x))

    return circuit(body_of_inputs).compile()


def flat_inputs(found: CircomCircuit, template: CircomTemplate, inputs: dict[str, Any]) -> tuple[list[int], list[int]]:  # fmt: skip
    """The inputs in the order of main's wires, and in that of the template."""
    flat = flatten_inputs(found.main.signals, inputs, _number, takes_flat=True)
    left, values = iter(flat), {}
    for group in found.main.signals:
        if group.role is not Role.OUTPUT:
            values[group.name] = [next(left) for _ in range(group.size)]
    return flat, [value for group in template.inputs() for value in values[group.name]]


def _number(value: object, name: str) -> int:
    assert isinstance(value, int | str), name
    return int(value) % P


def witness(compiled: CompiledCircuit, values: Sequence[int], folder: Path) -> list[int]:
    """All wires, by the program as its file holds it."""
    check_program(compiled.program)
    path = folder / "python.wprog"
    with path.open("wb") as file:
        write_wprog(file, compiled.program)
    program = read_wprog(path)
    found = evaluate(program, values)
    return found if program.kept is None else [found[k] for k in program.kept.tolist()]


def values_by_name(compiled: CompiledCircuit, wires: Sequence[int]) -> dict[str, int]:
    """The values of the signals of the only template, named from its component on."""
    found = {}
    for _, wire, _, name in compiled.symbols():
        _, _, inner = name.removeprefix("main.").partition("].")
        if inner and wire >= 0:
            found[inner] = wires[wire]
    return found


def satisfied(r1cs: R1CS, wires: Sequence[int]) -> bool:
    """True if all constraints hold."""
    sides = [list(_sums(matrix, wires)) for matrix in (r1cs.a, r1cs.b, r1cs.c)]
    return all((a * b - c) % P == 0 for a, b, c in zip(*sides, strict=True))


def _sums(matrix: Any, wires: Sequence[int]) -> Iterator[int]:
    values, columns, starts = ints_from_words(matrix.values), matrix.wires.tolist(), matrix.starts.tolist()  # fmt: skip
    for start, stop in pairwise(starts):
        yield sum(values[k] * wires[columns[k]] for k in range(start, stop)) % P


def check_same_constraints(
    found: CircomCircuit, template: CircomTemplate, called: CompiledCircuit
) -> None:
    """Check that the circuit has exactly the constraints of the template as main, up to factors and order."""
    wires: dict[int, int] = {0: 0}
    named = {name.partition("].")[2]: wire for _, wire, _, name in called.symbols()}
    n_outputs = sum(g.size for g in found.main.signals if g.role is Role.OUTPUT)
    wires.update((k, k) for k in range(1, n_outputs + 1))
    labels = {name.removeprefix("main."): label for label, _, _, name in found.symbols()}
    inputs = [name for group in template.inputs() for name in group.element_names()]
    for wire, name in enumerate(inputs, start=n_outputs + 1):
        wires[labels[name]] = wire
    for name, label in labels.items():
        wires.setdefault(label, named.get(name, -label))
    expected = Counter(_canonical(row, wires) for row in sides_of(found.r1cs))
    assert Counter(_canonical(row, None) for row in sides_of(called.r1cs)) == expected


def _canonical(sides: Sides, wires: dict[int, int] | None) -> object:
    """A constraint with 1 as the first coefficient of A and B, or of C if there is no product."""
    a, b, c = ({wires[k] if wires else k: v for k, v in side.items()} for side in sides)
    factor = 1
    if a and b:
        for side in (a, b):
            factor = factor * pow(side[min(side)], -1, P) % P
        a, b = (_scaled(side, pow(side[min(side)], -1, P)) for side in (a, b))
    elif c:
        a, b, factor = {}, {}, pow(c[min(c)], -1, P)
    return frozenset((frozenset(a.items()), frozenset(b.items()))), frozenset(_scaled(c, factor).items())  # fmt: skip


def _scaled(terms: Mapping[int, int], factor: int) -> dict[int, int]:
    return {wire: value * factor % P for wire, value in terms.items()}


def compare(found: CircomCircuit, path: Path, examples: list[dict[str, Any]], folder: Path) -> None:
    """Compare the values of all signals, and check all constraints."""
    template = main_template(found, path)
    whole = calling(template)
    check_same_constraints(found, template, whole)
    levels = [whole.simplified(level) for level in (0, 1, 2)]
    for inputs in examples:
        flat, values = flat_inputs(found, template, inputs)
        try:
            expected = evaluate(found.program, flat)
        except ZkctlError as refused:
            with pytest.raises(type(refused)):
                witness(whole, values, folder)
            continue
        wires = [witness(each, values, folder) for each in levels]
        assert all(satisfied(each.r1cs, wires[k]) for k, each in enumerate(levels))
        labels = {name.removeprefix("main."): label for label, _, _, name in found.symbols()}
        named = values_by_name(whole, wires[0])
        named = {name: value for name, value in named.items() if name in labels}  # no hidden wires
        assert {name: expected[labels[name]] for name in named} == named
        n_outputs = sum(g.size for g in found.main.signals if g.role is Role.OUTPUT)
        assert wires[0][1 : 1 + n_outputs] == expected[1 : 1 + n_outputs]
        # outputs of the template may be those of the circuit, its inputs are the circuit's
        assert len(named) >= found.main.n_signals - n_outputs - len(values)
