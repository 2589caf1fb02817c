"""Assigns signals: which are assigned already, the constraints of `<==`, the run of a component whose inputs are complete."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from zkctl.circom.execution.gathering import gathered
from zkctl.circom.execution.nonquadratic import reason
from zkctl.circom.execution.positions import WirePart, part_of
from zkctl.circom.execution.reading import check_indexes
from zkctl.circom.execution.sums import assigning, equating
from zkctl.circom.execution.tags import ValueTags
from zkctl.circom.execution.wires import Mark, Wires
from zkctl.circom.nodes import Role
from zkctl.circom.source import Place
from zkctl.circom.values import ArrayValue, Linear, Quadratic, Unknown, WireValue

if TYPE_CHECKING:
    from zkctl.circom.execution.run import TemplateRun

UNKNOWN_CONDITION = "under a condition that is not known when the circuit is compiled"


class AssignedValue:
    """`target <== value`; `access` are the indexes and members behind the name of the signal."""

    __slots__ = ("access", "operator", "place", "tags", "value")

    def __init__(self, access: Sequence[Any], value: Any, operator: str, place: Place) -> None:
        self.access, self.value, self.operator, self.place = access, value, operator, place
        self.tags: ValueTags | None = None


def assign_wires(run: TemplateRun, wires: Wires, made: AssignedValue) -> None:
    """Assign a value to a part of a signal or bus."""
    access, value, place = made.access, made.value, made.place
    if made.operator == "<--" and has_quadratic(value):
        run.suggest_constraint(place)
    n = next((k for k, each in enumerate(access) if not isinstance(each, int | str)), len(access))
    part = part_of(wires.shape, wires.bus, access[:n], run, place)
    if n < len(access):
        _assign_at(run, wires, part, made, access[n:])
        return
    if part.left:
        raise run.error(place, f"{wires.name} has no field {part.left[0]}", code="T2048")
    _check_shapes(run, wires, part, made)
    mark(run, wires, part.offset, part.size, place)
    if wires.tags is not None and wires.component is None:
        wires.tags.receive(part.path, made.tags or {}, part.size)
    first = wires.first + part.offset
    values = value.values if isinstance(value, ArrayValue) else (value,)
    if made.operator == "<--":
        for k, each in enumerate(values, start=first):
            run.recorder.assign(k, each, place)
    else:
        for k in constraint_order(value):
            constrain_assigned(run, wires, first + k, values[k], place)
    if wires.component is not None:
        complete(run, wires)


def assign_single(run: TemplateRun, wires: Wires, number: int, value: Any, place: Place) -> None:
    """Assign a value by `<==` to one signal that is not an input."""
    position = number - wires.start
    if wires.assigned[position] or run.is_silent:
        mark(run, wires, number - wires.first, 1, place)
    wires.assigned[position] = 1
    constrain_assigned(run, wires, number, value, place)


def assign_input(run: TemplateRun, wires: Wires, value: Any, place: Place) -> None:
    """Assign a value by `<==` to an input of a component that is one signal."""
    mark(run, wires, 0, 1, place)
    constrain_assigned(run, wires, wires.first, value, place)
    complete(run, wires)


def constrain_assigned(
    run: TemplateRun, wires: Wires, number: int, value: Any, place: Place
) -> None:
    """Add the constraint of `signal <== value`."""
    if run.is_silent:
        raise run.error(place, f"a constraint stands {UNKNOWN_CONDITION}")
    sides = assigning(number, value, run.shared.p)
    if sides is None:
        name = wires.element_name(number - wires.first)
        what, hint = reason(run.shared.program, place)
        because = f": {what}" if what else ""
        raise run.error(place, f"{name} is assigned a value that is not quadratic{because}", hint)
    run.add_row(sides, number, place)


def constrain(run: TemplateRun, left: Any, right: Any, place: Place) -> None:
    """Add the constraints of `left === right`."""
    if run.is_silent:
        raise run.error(place, f"a constraint stands {UNKNOWN_CONDITION}")
    if isinstance(left, ArrayValue) or isinstance(right, ArrayValue):
        if (
            not isinstance(left, ArrayValue)
            or not isinstance(right, ArrayValue)
            or shape_text(left) != shape_text(right)
        ):
            shapes = f"{shape_text(left)} and {shape_text(right)}"
            raise run.error(place, f"the sides of === have different shapes: {shapes}")
        pairs = [(left.values[k], right.values[k]) for k in constraint_order(left)]
    else:
        pairs = [(left, right)]
    for one, other in pairs:
        sides = equating(one, other, run.shared.p)
        if sides is None:
            what, hint = reason(run.shared.program, place)
            because = f": {what}" if what else ""
            raise run.error(place, f"the two sides of === are not quadratic{because}", hint)
        run.add_row(sides, 0, place)


def has_quadratic(value: object) -> bool:
    """Return whether a constraint can express the value, or an element of it."""
    if isinstance(value, ArrayValue):
        return any(not isinstance(each, Unknown) for each in value.values)
    return not isinstance(value, Unknown)


def discard(run: TemplateRun, value: object) -> None:
    """Note the signals of `_ <== value`, which the author knows to be without a constraint."""
    for each in value.values if isinstance(value, ArrayValue) else (value,):
        match each:
            case WireValue():
                run.discarded.add(each.number)
            case Linear():
                run.discarded.update(each.terms)
            case Quadratic():
                run.discarded.update(each.a, each.b, each.c)


def constraint_order(value: Any) -> Sequence[int]:
    """Return the positions of a value's elements in the order of their constraints."""
    if not isinstance(value, ArrayValue):
        return (0,)
    if value.bus is None:
        return range(len(value.values))
    starts = range(0, len(value.values), value.bus.size or 1)
    return [start + k for start in starts for k in value.bus.order]


def shape_text(value: Any) -> str:
    """Return what people call a value's shape."""
    if not isinstance(value, ArrayValue):
        return "a single value"
    sizes = "".join(f"[{n}]" for n in value.shape)
    if value.bus is None:
        return f"an array {sizes}"
    return f"{value.bus.title}{sizes}"


def _check_shapes(run: TemplateRun, wires: Wires, part: WirePart, made: AssignedValue) -> None:
    value, place = made.value, made.place
    if type(value) is Unknown and run.is_silent and made.operator == "<--":
        return  # it may be a choice between arrays: the recorder checks its shape
    shape, bus = (value.shape, value.bus) if isinstance(value, ArrayValue) else ((), None)
    if shape != part.shape or bus is not part.bus:
        target = ArrayValue(part.shape, [], part.bus) if part.shape or part.bus else 0
        raise run.error(place, f"{wires.name} takes {shape_text(target)}, got {shape_text(value)}")


def mark(run: TemplateRun, wires: Wires, offset: int, size: int, place: Place) -> None:
    """Note that wires are assigned."""
    if wires.role is Role.INPUT and wires.component is None:
        raise run.error(place, f"{wires.name} is an input of this template and cannot be assigned here")  # fmt: skip
    if wires.role is Role.OUTPUT and wires.component is not None:
        raise run.error(place, f"{wires.name} is an output of a component and cannot be assigned")
    begin = wires.first - wires.start + offset
    found = wires.assigned.find(1, begin, begin + size)
    if found >= 0:
        name = wires.element_name(found - begin + offset)
        raise run.error(place, f"signal {name} is assigned twice")
    wires.assigned[begin : begin + size] = b"\1" * size
    if run.is_silent:
        run.marks.append(Mark(wires, begin, size))
    if wires.component is not None:
        wires.component.n_missing -= size


def complete(run: TemplateRun, wires: Wires) -> None:
    """Run a component whose last input was assigned; later, if control flow is not known."""
    component = wires.component
    if component is None or component.n_missing or component.has_run:
        return
    if run.is_silent:
        run.touched.append(component)
    else:
        component.start(run)


def start_touched(run: TemplateRun) -> None:
    """Run the components that became complete in control flow that was not known."""
    for component in run.touched:
        if not component.n_missing and not component.has_run:
            component.start(run)
    run.touched.clear()


def unmark(run: TemplateRun, start: int) -> list[Mark]:
    """Take back the assignments of a branch; return them."""
    taken = run.marks[start:]
    del run.marks[start:]
    for wires, begin, size in taken:
        wires.assigned[begin : begin + size] = bytes(size)
        if wires.component is not None:
            wires.component.n_missing += size
    return taken


def mark_again(run: TemplateRun, taken: Sequence[Mark]) -> None:
    """Repeat the assignments of a branch that were taken back; the other branch may have the same."""
    for wires, begin, size in taken:
        n_new = wires.assigned.count(0, begin, begin + size)
        wires.assigned[begin : begin + size] = b"\1" * size
        if wires.component is not None:
            wires.component.n_missing -= n_new
            complete(run, wires)
    run.marks += taken


def _assign_at(
    run: TemplateRun, wires: Wires, part: WirePart, made: AssignedValue, indexes: Sequence[Any]
) -> None:
    """Assign at an index that is not known: all of the array counts as assigned."""
    value, place = made.value, made.place
    if made.operator != "<--":
        raise run.error(
            place,
            f"a constraint assigns {wires.name} at an index that is not known when the circuit is compiled",
            "select the element with constraints: the sum over i of (index == i) * array[i], IsEqual for each i",
        )
    if part.bus is not None:
        _assign_gathered(run, wires, made)
        return
    check_indexes(run, part.shape, indexes, place)
    rest = part.shape[len(indexes) :]
    if rest != (value.shape if isinstance(value, ArrayValue) else ()):
        target = ArrayValue(rest, []) if rest else 0
        raise run.error(place, f"{wires.name} takes {shape_text(target)}, got {shape_text(value)}")
    mark(run, wires, part.offset, part.size, place)
    first = wires.first + part.offset
    if not rest:
        run.recorder.assign_at(first, part.shape, indexes, value, place)
    else:
        held: list[Any] = [0] * part.size
        for where, each in zip(product(*map(range, rest)), value.values, strict=True):
            refs = run.recorder.stored(held, part.shape, (*indexes, *where), each, place=place)
            held = list(map(Unknown, refs))
        for k, each in enumerate(held, start=first):
            run.recorder.assign(k, each, place)
    complete(run, wires)


def _assign_gathered(run: TemplateRun, wires: Wires, made: AssignedValue) -> None:
    """Assign a member behind an index that is not known: all signals that it may mean count as assigned, others of them become 0."""
    value, place = made.value, made.place
    found = gathered(run, wires, made.access, place)
    target = ArrayValue(found.shape, [], found.bus)
    values = value.values if isinstance(value, ArrayValue) else [value]
    size = len(found.numbers) // (math.prod(found.lengths) or 1)
    if len(values) != size:
        raise run.error(place, f"{wires.name} takes {shape_text(target)}, got {shape_text(value)}")
    for number in found.numbers:
        mark(run, wires, number - wires.first, 1, place)
    indexes = [each for each in made.access if not isinstance(each, int | str)]
    for k, each in enumerate(values):
        numbers = found.numbers[k::size]
        refs = run.recorder.stored([0] * len(numbers), found.lengths, indexes, each, place=place)
        for number, ref in zip(numbers, refs, strict=True):
            run.recorder.assign(number, Unknown(ref), place)
    complete(run, wires)
