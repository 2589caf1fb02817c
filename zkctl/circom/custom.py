"""Custom templates in the files: the list of their instances, and the signals of each use."""

from __future__ import annotations

from collections.abc import Iterator

from zkctl.circom.instance import Instance
from zkctl.circom.layout import Layout
from zkctl.circom.nodes import Block, DeclareBus, DeclareSignal, If, Program, Statement, Template
from zkctl.circom.values import ArrayValue
from zkctl.constraints.custom_gates import CustomGate, CustomGates
from zkctl.constraints.sides import Ints


def custom_gates(layout: Layout, program: Program, wires: Ints) -> CustomGates | None:
    """Return the custom gates if the file with main allows them.  Shapes: wires (n_labels,) the wire of each label."""
    if not program.has_custom_templates:
        return None
    instances = layout.tree.instances
    gates: list[CustomGate] = []
    numbers: dict[int, int] = {}  # of an instance in the list
    signals: dict[int, list[int]] = {}
    for k, instance in enumerate(instances):
        if instance.is_custom:
            template = program.definitions[instance.template]
            assert isinstance(template, Template)
            numbers[k] = len(gates)
            gates.append(CustomGate(instance.template, _parameters(instance, template)))
            signals[k] = _declared_signals(instance, template)
    visits = layout.tree.visits
    uses = [
        (numbers[k], [int(wires[offset + signal]) for signal in signals[k]])
        for k, offset in zip(visits.instances.tolist(), visits.signals.tolist(), strict=True)
        if k in numbers
    ]
    return CustomGates(gates, uses)


def _parameters(instance: Instance, template: Template) -> list[int]:
    """Return the numbers of all parameters, in the order of the parameters' names."""
    named = sorted(zip(template.parameters, instance.parameters, strict=True), key=lambda p: p[0])
    return [number for _, value in named for number in _numbers(value)]


def _numbers(value: object) -> list[int]:
    if isinstance(value, int):
        return [value]
    values = value.values if isinstance(value, ArrayValue) else value
    assert isinstance(values, list | tuple)
    return [number for each in values for number in _numbers(each)]


def _declared_signals(instance: Instance, template: Template) -> list[int]:
    """Return an instance's own signals in the order in which the text declares them."""
    ranges: dict[str, range] = {}
    first = 1
    for group in (*instance.signals, *instance.intermediates):
        ranges[group.name] = range(first, first + group.size)
        first += group.size
    names = dict.fromkeys(_declared(template.body))
    return [signal for name in names if name in ranges for signal in ranges[name]]


def _declared(statement: Statement) -> Iterator[str]:
    match statement:
        case DeclareSignal(name) | DeclareBus(name):
            yield name
        case Block(statements):
            for each in statements:
                yield from _declared(each)
        case If(_, then, otherwise):
            yield from _declared(then)
            if otherwise is not None:
                yield from _declared(otherwise)
