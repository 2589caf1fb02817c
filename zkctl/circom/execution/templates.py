"""Compiles the bodies of templates, functions and buses."""

from __future__ import annotations

from typing import Any

from zkctl.circom.execution import tagged
from zkctl.circom.execution.assigning import UNKNOWN_CONDITION
from zkctl.circom.execution.buses import MAX_NESTED_BUSES, BusShape, Field
from zkctl.circom.execution.components import Components
from zkctl.circom.execution.instances import create_component, execute_waiting
from zkctl.circom.execution.keys import key_of, title_of
from zkctl.circom.execution.names import NameKind
from zkctl.circom.execution.reading import known_indexes
from zkctl.circom.execution.run import Evaluated, Frame, SharedState, TemplateRun
from zkctl.circom.execution.statements import Executes, StatementCompiler
from zkctl.circom.execution.tagged import TagCompiler
from zkctl.circom.execution.variables import new_array
from zkctl.circom.execution.wires import Component, Wires
from zkctl.circom.nodes import (
    Bus,
    Call,
    DeclareBus,
    DeclareComponent,
    DeclareSignal,
    DeclareVariable,
    Expression,
    Role,
    Variable,
)
from zkctl.circom.source import Place


class FunctionCompiler(StatementCompiler):
    """Compiles functions: variables only."""

    def tag_slot(self, slot: int) -> int | None:
        """Return None: variables of functions carry no tags."""
        del slot
        return None  # mypy wants it

    def tags_of(self, node: Expression) -> Evaluated | None:
        """Return None: values in functions carry no tags."""
        del node
        return None  # mypy wants it


class TemplateCompiler(TagCompiler):
    """Compiles templates."""

    def __init__(self, shared: SharedState) -> None:
        super().__init__(shared)
        self.has_tags = shared.has_tags
        self.fixed_names: set[str] = set()  # of signals, buses and components

    def declare_wires(self, node: DeclareSignal | DeclareBus) -> Executes:
        """Return the function that declares a signal or bus."""
        dimensions = [self.expression(each) for each in node.dimensions]
        bus = self.bus(node)
        kind = NameKind.BUS if isinstance(node, DeclareBus) else NameKind.SIGNAL
        hidden = self.is_hiding(node.name)
        slot, role, name = self.declare(node.name, kind), node.role, node.name
        place, has_tags = node.place, self.has_tags

        def execute(frame: Frame) -> None:
            run: TemplateRun = frame[0]
            if run.is_silent:
                raise run.error(place, f"{name} is declared {UNKNOWN_CONDITION}")
            run.declare(name, place, is_hiding=hidden)
            shape = new_array(run, [each(frame) for each in dimensions], place)
            wires = Wires(name, role, shape, bus(frame) if bus else None, 0)
            wires.first = wires.start = run.new_numbers(wires.size, place)
            wires.assigned = bytearray(wires.size)
            if role is Role.INPUT:
                wires.assigned = bytearray(b"\1") * wires.size
            if has_tags:
                wires.tags = tagged.new_table(node, wires, run)
            run.wires.append(wires)
            frame[slot] = wires

        return execute

    def is_hiding(self, name: str) -> bool:
        """Note the name of a signal, bus or component; return whether a variable with it is visible."""
        self.fixed_names.add(name)
        found = self.slots.find(name)
        return found is not None and found.kind is NameKind.VARIABLE

    def bus(self, node: DeclareSignal | DeclareBus) -> Evaluated | None:
        """Return the function that finds the bus of a declaration."""
        if isinstance(node, DeclareSignal):
            return None
        arguments = [self.expression(each) for each in node.bus.arguments]
        name, place = node.bus.name, node.bus.place
        return lambda frame: bus_shape(frame[0], name, [each(frame) for each in arguments], place)

    def declare_variable(self, node: DeclareVariable) -> Executes:
        """Return the function that declares a variable: it may not hide a signal or component."""
        execute = super().declare_variable(node)
        if node.name not in self.fixed_names:
            return execute

        def run_checked(frame: Frame) -> None:
            frame[0].check_name(node.name, node.place)
            execute(frame)

        return run_checked

    def declare_component(self, node: DeclareComponent) -> Executes:
        """Return the function that declares a component."""
        dimensions = [self.expression(each) for each in node.dimensions]
        hidden = self.is_hiding(node.name)
        slot, name = self.declare(node.name, NameKind.COMPONENT), node.name
        place, is_counted = node.place, node.is_counted

        def execute(frame: Frame) -> None:
            frame[0].declare(name, place, is_hiding=hidden)
            shape = new_array(frame[0], [each(frame) for each in dimensions], place)
            frame[slot] = Components(name, shape, is_counted=is_counted)

        return execute

    def execute_waiting(self, run: TemplateRun, component: Component) -> None:
        """Execute the template of a component whose tagged inputs have their tags."""
        execute_waiting(run, component)

    def create(self, target: Variable, slot: int, call: Call) -> Executes:
        """Return the function that creates a component."""
        indexes = self.steps(target.access)
        arguments = [self.expression(each) for each in call.arguments]
        place, name = target.place, call.name

        def execute(frame: Frame) -> None:
            run: TemplateRun = frame[0]
            if run.is_silent:
                raise run.error(place, f"{target.name} is created {UNKNOWN_CONDITION}")
            index = known_indexes(indexes, frame, place)
            values = [each(frame) for each in arguments]
            create_component(run, frame[slot].add(index, run, place), name, values, call.place)

        return execute


class BusCompiler(TemplateCompiler):
    """Compiles buses: declarations are fields."""

    def declare_wires(self, node: DeclareSignal | DeclareBus) -> Executes:
        """Return the function that adds a field."""
        dimensions = [self.expression(each) for each in node.dimensions]
        bus = self.bus(node)
        self.declare(node.name, NameKind.SIGNAL)

        def execute(frame: Frame) -> None:
            run: TemplateRun = frame[0]
            fields: list[Field] = run.fields[-1]
            shape = new_array(run, [each(frame) for each in dimensions], node.place)
            offset = fields[-1].offset + fields[-1].size if fields else 0
            inner = bus(frame) if bus else None
            fields.append(Field(node.name, shape, inner, node.tags, offset, node.place))

        return execute


def bus_shape(run: TemplateRun, name: str, arguments: list[Any], place: Place) -> BusShape:
    """Return a bus with parameters."""
    shared = run.shared
    key = key_of(run, name, arguments, place)
    found = shared.buses.get(key)
    if found is not None:
        return found  # type: ignore[no-any-return]
    node = shared.program.definitions[name]
    assert isinstance(node, Bus)
    if len(run.fields) > MAX_NESTED_BUSES:
        raise run.error(place, f"bus {name} contains itself")
    compiler, parameters, body = shared.body(node, BusCompiler)
    frame: Frame = [None] * compiler.slots.n
    frame[0] = run
    for slot, value in zip(parameters, arguments, strict=True):
        frame[slot] = value
    run.fields.append([])
    body(frame)
    fields = run.fields.pop()
    size = fields[-1].offset + fields[-1].size if fields else 0
    made = BusShape(title_of(name, arguments), {each.name: each for each in fields}, size)
    shared.buses[key] = made
    return made
