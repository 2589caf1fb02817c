"""Reads names: variables, signals, components' signals, fields of buses, tags."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from typing import Any, TypeAlias

from zkctl.circom.execution.arrays import share
from zkctl.circom.execution.compiler import ExpressionCompiler, check_single
from zkctl.circom.execution.gathering import Gathered, gathered, gathered_of_components
from zkctl.circom.execution.names import NameKind, Names
from zkctl.circom.execution.positions import WirePart, check_index, part_of
from zkctl.circom.execution.run import Evaluated, Frame, TemplateRun
from zkctl.circom.execution.wires import Wires
from zkctl.circom.nodes import Index, Member, Role, Variable
from zkctl.circom.source import Place
from zkctl.circom.values import ArrayValue, Unknown, WireValue

Steps: TypeAlias = "list[Evaluated | str]"  # the function of an index, or the name of a member


class Reader(ExpressionCompiler):
    """Compiles reading of names."""

    def variable(self, node: Variable) -> Evaluated:
        """Return the function that reads a name."""
        entry = self.found(node)
        if entry.kind is NameKind.VARIABLE:
            return self._read_variable(node, entry.slot)
        if entry.kind is NameKind.COMPONENT:
            return self._read_port(node, entry.slot)
        if entry.kind is NameKind.SIGNAL and len(node.access) <= 1:
            if not node.access:
                return _read_whole(entry.slot, node.place)
            if isinstance(node.access[0], Index):
                return self._read_element(node, entry.slot)
        return self._read_wires(node, entry.slot)

    def found(self, node: Variable) -> Names:
        """Return the declaration of a name."""
        entry = self.slots.find(node.name)
        if entry is None:
            raise KeyError(node.name)
        return entry

    def steps(self, access: Sequence[Index | Member]) -> Steps:
        """Return the steps behind a name."""
        return [each.name if isinstance(each, Member) else self.expression(each.value) for each in access]  # fmt: skip

    # -- variables

    def _read_variable(self, node: Variable, slot: int) -> Evaluated:
        if not node.access:
            return lambda frame: frame[slot]
        if any(isinstance(each, Member) for each in node.access):
            return self._read_tag_of_variable(node, slot)
        indexes, place = self._indexes(node.access), node.place
        if len(indexes) > 1:
            return lambda frame: _read_array(frame, frame[slot], indexes, place)
        index = indexes[0]

        def element(frame: Frame) -> Any:
            array, k = frame[slot], index(frame)
            if (
                type(k) is int
                and type(array) is ArrayValue
                and len(array.shape) == 1
                and k < array.shape[0]
            ):
                return array.values[k]
            return _read_array(frame, array, (lambda _: k,), place)

        return element

    def _indexes(self, access: Sequence[Index | Member]) -> Sequence[Evaluated]:
        return [self.expression(each.value) for each in access if isinstance(each, Index)]

    def _read_tag_of_variable(self, node: Variable, slot: int) -> Evaluated:
        member = node.access[-1]
        name, tags = member.name if isinstance(member, Member) else "", self.tag_slot(slot)

        def tag(frame: Frame) -> int:
            held = frame[tags] if tags is not None else None
            found = (held or {}).get((), {}).get(name)
            if found is None:
                raise frame[0].error(node.place, f"tag {name} of {node.name} has no value")
            return found  # type: ignore[no-any-return]

        return tag

    def tag_slot(self, slot: int) -> int | None:
        """Return the slot of the tags that a variable carries, None if the program has no tags."""
        raise NotImplementedError

    # -- signals

    def _read_element(self, node: Variable, slot: int) -> Evaluated:
        step = node.access[0]
        assert isinstance(step, Index)
        index, place = self.expression(step.value), node.place

        def element(frame: Frame) -> Any:
            wires, k = frame[slot], index(frame)
            is_inside = type(k) is int and len(wires.shape) == 1 and k < wires.shape[0]
            if is_inside and wires.assigned[wires.first - wires.start + k]:
                return WireValue(wires.first + k)
            return read_wires(frame[0], wires, (k,), place)

        return element

    def _read_wires(self, node: Variable, slot: int) -> Evaluated:
        steps, place = self.steps(node.access), node.place

        def read(frame: Frame) -> Any:
            return read_wires(frame[0], frame[slot], followed(steps, frame), place)

        return read

    def _read_port(self, node: Variable, slot: int) -> Evaluated:
        n = leading_indexes(node)
        indexes, steps = self.steps(node.access[:n]), self.steps(node.access[n + 1 :])
        place, member = node.place, node.access[n] if n < len(node.access) else None
        name = member.name if isinstance(member, Member) else ""

        def read(frame: Frame) -> Any:
            run: TemplateRun = frame[0]
            if not name:
                raise run.error(place, f"component {node.name} is used as a value", code="T2060")
            index = followed(indexes, frame)
            if not all(type(each) is int for each in index):
                access = (*index, name, *followed(steps, frame))
                found = gathered_of_components(run, frame[slot], access, place)
                return read_gathered(run, found, access, place)
            component = frame[slot].find(tuple(index), run, place)
            wires = component.port(name, run, place)
            if wires.role is Role.OUTPUT and component.n_missing:
                missing = component.first_missing()
                raise run.error(
                    place,
                    f"output {name} of {component.name} is read before all inputs have values: {missing} has none",
                    "assign every input of the component before you read an output",
                )
            if not steps:
                return _whole(run, wires, place)
            return read_wires(run, wires, followed(steps, frame), place)

        return read


def leading_indexes(node: Variable) -> int:
    """Return the number of indexes before the first member."""
    members = (k for k, each in enumerate(node.access) if isinstance(each, Member))
    return next(members, len(node.access))


def followed(steps: Steps, frame: Frame) -> list[Any]:
    """Return the values of indexes and the names of members."""
    return [each if isinstance(each, str) else each(frame) for each in steps]


def known_indexes(steps: Steps, frame: Frame, place: Place) -> tuple[int, ...]:
    """Return the indexes of a component."""
    if not steps:
        return ()
    found = []
    for each in followed(steps, frame):
        if type(each) is not int:
            raise frame[0].error(place, "the index of a component is not known when the circuit is compiled")  # fmt: skip
        found.append(each)
    return tuple(found)


def _read_whole(slot: int, place: Place) -> Evaluated:
    def read(frame: Frame) -> Any:
        wires: Wires = frame[slot]
        if not wires.shape and wires.assigned[wires.first - wires.start]:
            return WireValue(wires.first)
        return _whole(frame[0], wires, place)

    return read


def _whole(run: TemplateRun, wires: Wires, place: Place) -> Any:
    check_assigned(run, wires, 0, wires.size, place)
    return wires.value(0, wires.shape, wires.bus)


def check_assigned(run: TemplateRun, wires: Wires, offset: int, size: int, place: Place) -> None:
    """Raise CircomError unless wires have values."""
    missing = wires.unassigned(offset, size)
    if missing is not None:
        name = wires.element_name(missing)
        raise run.error(place, f"signal {name} is read before it gets a value", f"assign {name} before")  # fmt: skip


def read_wires(run: TemplateRun, wires: Wires, access: Sequence[Any], place: Place) -> Any:
    """Return the value of a part of a signal or bus, or of a tag."""
    n = next((k for k, each in enumerate(access) if not isinstance(each, int | str)), len(access))
    part = part_of(wires.shape, wires.bus, access[:n], run, place)
    if part.left:
        return _tag(run, wires, part, place)
    if n == len(access):
        check_assigned(run, wires, part.offset, part.size, place)
        return wires.value(part.offset, part.shape, part.bus)
    if part.bus is not None:
        is_given = wires.role is Role.INPUT and wires.component is None
        return read_gathered(run, gathered(run, wires, access, place), access, place, is_given=is_given)  # fmt: skip
    signals = list(map(WireValue, range(wires.first + part.offset, wires.first + part.offset + part.size)))  # fmt: skip
    return read_at(run, ArrayValue(part.shape, signals), access[n:], place)


def read_gathered(
    run: TemplateRun, found: Gathered, access: Sequence[Any], place: Place, *, is_given: bool = False
) -> Any:  # fmt: skip
    """Return the value behind indexes of which some are not known; signals that have no value yet are 0, but not those `is_given`."""
    unknown = [each for each in access if not isinstance(each, int | str)]
    size = math.prod(found.dimensions[len(unknown) :])
    if run.is_silent:
        values: list[Any] = [Unknown() for _ in range(size)]
    else:
        values = []
        for k in range(size):
            signals = [
                WireValue(number) if is_given or run.recorder.has_value(number) else 0
                for number in found.numbers[k::size]
            ]
            values.append(Unknown(run.recorder.load(signals, found.lengths, unknown, place=place)))
    if not found.shape and found.bus is None:
        return values[0]
    return ArrayValue(found.shape, values, found.bus)


def _tag(run: TemplateRun, wires: Wires, part: WirePart, place: Place) -> int:
    name = str(part.left[0])
    found = wires.tags.values.get(part.path, {}).get(name) if wires.tags else None
    if found is None:
        raise run.error(place, f"tag {name} of {wires.name} has no value", f"set it: {wires.name}.{name} = ...;")  # fmt: skip
    return found


# -- arrays


def _read_array(frame: Frame, array: Any, indexes: Sequence[Evaluated], place: Place) -> Any:
    found = [index(frame) for index in indexes]
    run: TemplateRun = frame[0]
    if not isinstance(array, ArrayValue):
        if type(array) is Unknown and run.is_silent:  # a choice between arrays
            return Unknown()
        raise run.error(place, "an index is given, but this is not an array", code="T2032")
    if any(type(each) is not int for each in found):
        return read_at(run, array, found, place)
    part = part_of(array.shape, array.bus, found, run, place)
    if not part.shape and part.bus is None:
        return array.values[part.offset]
    values = array.values[part.offset : part.offset + part.size]
    share(values)
    return ArrayValue(part.shape, values, part.bus)


def read_at(run: TemplateRun, array: ArrayValue, indexes: Sequence[Any], place: Place) -> Any:
    """Return an element or row of an array at indexes of which some are not known."""
    check_indexes(run, array.shape, indexes, place)
    shape = array.shape[len(indexes) :]
    if run.is_silent:
        found: list[Any] = [Unknown() for _ in range(math.prod(shape))]
    else:
        found = [
            Unknown(run.recorder.load(array.values, array.shape, (*indexes, *rest), place=place))
            for rest in product(*map(range, shape))
        ]
    return ArrayValue(shape, found) if shape else found[0]


def check_indexes(
    run: TemplateRun, shape: Sequence[int], indexes: Sequence[Any], place: Place
) -> None:
    """Raise CircomError unless the known ones of some indexes are below the lengths of a shape."""
    for axis, index in enumerate(indexes):
        check_single(index, run, place)
        if isinstance(index, str):
            raise run.error(place, "a member behind an index that is not known when the circuit is compiled")  # fmt: skip
        if axis >= len(shape) or type(index) is int:
            check_index(index if type(index) is int else 0, shape[axis:], run, place)
