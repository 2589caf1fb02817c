"""Compiles tags: reading and setting their values, which ones an assigned value carries, components with tagged inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from zkctl.circom.execution.assigning import UNKNOWN_CONDITION, AssignedValue, assign_wires
from zkctl.circom.execution.buses import MAX_NESTED_BUSES
from zkctl.circom.execution.components import wires_of
from zkctl.circom.execution.names import NameKind
from zkctl.circom.execution.positions import part_of
from zkctl.circom.execution.reading import followed, leading_indexes
from zkctl.circom.execution.run import Evaluated, Frame, TemplateRun
from zkctl.circom.execution.statements import Executes, StatementCompiler
from zkctl.circom.execution.tags import TagTable, ValueTags, common
from zkctl.circom.execution.wires import Component, Wires
from zkctl.circom.nodes import (
    ArrayLiteral,
    Assign,
    Bus,
    DeclareBus,
    DeclareSignal,
    Definition,
    Expression,
    Member,
    Role,
    Variable,
)
from zkctl.circom.source import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zkctl.circom.execution.buses import BusShape


DeclaredTags: TypeAlias = "dict[tuple[str, ...], tuple[str, ...]]"  # fields -> tags


class TagCompiler(StatementCompiler):
    """Compiles what has to do with tags.  A variable has a second slot for the tags that its value carries."""

    def declare(self, name: str, kind: NameKind) -> int:
        """Make a name visible; return its slot."""
        slot = self.slots.declare(name, kind)
        if self.has_tags and kind is NameKind.VARIABLE:
            self.slots.new()
        return slot

    def tag_slot(self, slot: int) -> int | None:
        """Return the slot of the tags that a variable carries."""
        return slot + 1 if self.has_tags else None

    def tags_of(self, node: Expression) -> Evaluated | None:
        """Return the function that finds the tags of a value, None if it never has any."""
        if not self.has_tags:
            return None
        if isinstance(node, ArrayLiteral):
            parts = [self.tags_of(each) for each in node.values]
            if any(part is None for part in parts):
                return None
            return lambda frame: common([part(frame) or {} for part in parts if part is not None])
        if not isinstance(node, Variable):
            return None
        entry = self.found(node)
        if entry.kind is NameKind.VARIABLE:
            slot = self.tag_slot(entry.slot)
            return None if node.access or slot is None else lambda frame: frame[slot]
        find = self._find_wires(node, entry.slot, entry.kind)

        def tags(frame: Frame) -> ValueTags:
            found = find(frame)
            if found is None:
                return {}
            wires, access = found
            known = [each for each in access if isinstance(each, int | str)]
            if wires.tags is None or len(known) != len(access):
                return {}
            part = part_of(wires.shape, wires.bus, known, frame[0], node.place)
            return {} if part.left else wires.tags.below(part.path)

        return tags

    def _find_wires(self, node: Variable, slot: int, kind: NameKind) -> Any:
        if kind is not NameKind.COMPONENT:
            steps = self.steps(node.access)
            return lambda frame: (frame[slot], followed(steps, frame))
        n = leading_indexes(node)
        indexes, steps = self.steps(node.access[:n]), self.steps(node.access[n + 1 :])
        member, place = node.access[n] if n < len(node.access) else None, node.place
        name = member.name if isinstance(member, Member) else ""

        def find(frame: Frame) -> tuple[Wires, list[Any]] | None:
            run: TemplateRun = frame[0]
            index = followed(indexes, frame)
            if not all(type(each) is int for each in index):
                return None  # an element of unknown signals has no tags
            component = frame[slot].find(tuple(index), run, place)
            return component.port(name, run, place), followed(steps, frame)

        return find

    def set_tag(self, node: Assign) -> Executes:
        """Return the function that sets the value of a tag."""
        target = node.target
        assert isinstance(target, Variable)
        entry, value, place = self.found(target), self.expression(node.value), node.place
        steps = self.steps(target.access)

        def execute(frame: Frame) -> None:
            run: TemplateRun = frame[0]
            wires = frame[entry.slot]
            if not isinstance(wires, Wires) or not steps or not isinstance(steps[-1], str):
                raise run.error(
                    place,
                    f"{target.name} is no variable: = does not assign it",
                    "signals are assigned with <== or <--",
                    code="T2054",
                )
            _set_tag(run, wires, followed(steps, frame), value(frame), place)

        return execute

    def execute_waiting(self, run: TemplateRun, component: Component) -> None:
        """Execute the template of a component whose tagged inputs have their tags."""
        raise NotImplementedError

    def feed_tagged(
        self, run: TemplateRun, component: Component, name: str, made: AssignedValue
    ) -> None:
        """Assign an input of a component; execute its template when all tagged inputs have their tags."""
        tagged = component.tagged
        assert tagged is not None
        if name in tagged.names:
            _take_tags(run, component, name, made)
        if component.executed is None:
            is_last = name in tagged.names and not tagged.missing - {name}
            tagged.missing.discard(name)
            if not is_last:
                rows = run.reserve_rows(made.value, made.operator)
                tagged.waiting.append(lambda: _assign_reserved(run, component, name, made, rows))
                return
            self.execute_waiting(run, component)
        assign_wires(run, component.port(name, run, made.place), made)


def _set_tag(run: TemplateRun, wires: Wires, access: list[Any], value: Any, place: Place) -> None:
    part = part_of(wires.shape, wires.bus, access, run, place)
    name = str(part.left[0]) if part.left else ""
    shown = ".".join([wires.name, *part.path, name])
    if wires.tags is None or name not in wires.tags.values.get(part.path, {}):
        raise run.error(place, f"{wires.name} has no tag {name}", code="T2048")
    if type(value) is not int:
        raise run.error(place, f"the value of tag {shown} must be a known number")
    if wires.role is Role.INPUT:
        raise run.error(place, f"tag {shown} belongs to an input and cannot be set", code="T2051")
    if wires.tags.is_set(part.path, name):
        raise run.error(place, f"tag {shown} is set twice")
    begin = wires.first - wires.start + part.offset
    if run.is_silent:
        raise run.error(place, f"tag {shown} is set {UNKNOWN_CONDITION}")
    if wires.assigned.find(1, begin, begin + part.size) >= 0:
        raise run.error(
            place, f"tag {shown} is set after {wires.name} was assigned", f"set {shown} before"
        )
    wires.tags.set_value(part.path, name, value)


def new_table(node: DeclareSignal | DeclareBus, wires: Wires, run: TemplateRun) -> TagTable:
    """Return the tags of a declared signal or bus; those of an input with the values that the component was given."""
    table = TagTable(wires.shape, wires.bus)
    table.declare((), node.tags)
    if wires.bus is not None:
        _declare_fields(table, wires.bus, ())
    for path, tags in run.given_tags.get(node.name, {}).items():
        table.values.setdefault(path, {}).update(tags)
    return table


def _declare_fields(table: TagTable, bus: BusShape, path: tuple[str, ...]) -> None:
    for each in bus.fields.values():
        table.declare((*path, each.name), each.tags)
        if each.bus is not None:
            _declare_fields(table, each.bus, (*path, each.name))


def declared_tags(
    node: DeclareSignal | DeclareBus, definitions: Mapping[str, Definition]
) -> DeclaredTags:
    """Return the tags of a declaration and of the fields of its bus, those without any left out."""
    found: DeclaredTags = {(): node.tags} if node.tags else {}
    if isinstance(node, DeclareBus):
        found |= _tags_of_bus(node.bus.name, definitions, ())
    return found


def _tags_of_bus(
    name: str, definitions: Mapping[str, Definition], path: tuple[str, ...]
) -> DeclaredTags:
    bus = definitions.get(name)
    found: DeclaredTags = {}
    if not isinstance(bus, Bus) or len(path) > MAX_NESTED_BUSES:
        return found
    for each in wires_of(bus.body):
        inner = (*path, each.name)
        if each.tags:
            found[inner] = each.tags
        if isinstance(each, DeclareBus):
            found |= _tags_of_bus(each.bus.name, definitions, inner)
    return found


def _assign_reserved(
    run: TemplateRun, component: Component, name: str, made: AssignedValue, rows: list[int]
) -> None:
    run.reserved = rows
    try:
        assign_wires(run, component.port(name, run, made.place), made)
    finally:
        run.reserved = []


def _take_tags(run: TemplateRun, component: Component, name: str, made: AssignedValue) -> None:
    """Note the tags of a value that an input is assigned.  Raises: CircomError if it lacks one, or for another value of it."""
    assigned = tuple(each for each in made.access if isinstance(each, str))
    tagged = component.tagged
    assert tagged is not None
    for path, names in tagged.names[name].items():
        if path[: len(assigned)] != assigned:
            continue
        carried = (made.tags or {}).get(path[len(assigned) :], {})
        given = tagged.given.setdefault(name, {}).setdefault(path, {})
        shown = ".".join([component.name, name, *path])
        for tag in names:
            if tag not in carried:
                raise run.error(
                    made.place,
                    f"{shown} needs a value with the tag {tag}, which the assigned value does not have",
                    f"declare the assigned signal with it: signal {{{tag}}} ...",
                )
            if tag in given and given[tag] != carried[tag]:
                values = f"{given[tag]} and {carried[tag]}"
                raise run.error(
                    made.place, f"{shown} gets different values of the tag {tag}: {values}"
                )
            given[tag] = carried[tag]
