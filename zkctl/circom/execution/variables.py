"""Assigns variables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from zkctl.circom.execution.arrays import copy_into, position_in
from zkctl.circom.execution.positions import part_of
from zkctl.circom.execution.reading import check_indexes
from zkctl.circom.source import Place
from zkctl.circom.values import ArrayValue, Linear, Unknown

if TYPE_CHECKING:
    from zkctl.circom.execution.run import Frame, TemplateRun


def assign_variable(frame: Frame, slot: int, value: Any, place: Place, *, is_fresh: bool) -> None:
    """Assign a whole variable.  `is_fresh`: the value is in no other place."""
    held = frame[slot]
    if type(held) is not ArrayValue:
        if type(value) is ArrayValue:
            raise frame[0].error(place, "an array is assigned to a single variable", code="T2061")
        if type(value) is Linear and not is_fresh:
            value.is_shared = True
        frame[slot] = value
        return
    if type(value) is not ArrayValue:
        if type(value) is Unknown and frame[0].is_silent:  # a choice between arrays
            held.values = [Unknown() for _ in held.values]
            return
        raise frame[0].error(place, "a single value is assigned to an array", code="T2061")
    copy_into(frame[0], held, 0, held.shape, value, place)


def assign_part(frame: Frame, slot: int, indexes: Sequence[Any], value: Any, place: Place) -> None:
    """Assign an element or row of an array variable."""
    run: TemplateRun = frame[0]
    held = frame[slot]
    if type(held) is not ArrayValue:
        raise run.error(place, "an index is given, but this is not an array", code="T2032")
    if any(type(each) is not int for each in indexes):
        _assign_at(run, held, indexes, value, place)
        return
    part = part_of(held.shape, held.bus, indexes, run, place)
    if not part.shape:
        if type(value) is ArrayValue:
            raise run.error(place, "an array is assigned to an element of an array", code="T2061")
        if type(value) is Linear:
            value.is_shared = True
        held.values[part.offset] = value
    elif type(value) is Unknown and run.is_silent:
        held.values[part.offset : part.offset + part.size] = [Unknown() for _ in range(part.size)]
    elif type(value) is not ArrayValue:
        raise run.error(place, "a single value is assigned to an array", code="T2061")
    else:
        copy_into(run, held, part.offset, part.shape, value, place)


def forget_part(frame: Frame, slot: int, indexes: Sequence[Any], place: Place) -> None:
    """Make a variable or a part of it unknown."""
    run: TemplateRun = frame[0]
    held = frame[slot]
    if type(held) is not ArrayValue:
        frame[slot] = Unknown()
        return
    check_indexes(run, held.shape, indexes, place)
    if any(type(each) is not int for each in indexes):
        held.values = [Unknown() for _ in held.values]
        return
    part = part_of(held.shape, held.bus, indexes, run, place)
    held.values[part.offset : part.offset + part.size] = [Unknown() for _ in range(part.size)]


def _assign_at(
    run: TemplateRun, held: ArrayValue, indexes: Sequence[Any], value: Any, place: Place
) -> None:
    check_indexes(run, held.shape, indexes, place)
    if run.is_silent:
        held.values = [Unknown() for _ in held.values]
        return
    rest = held.shape[len(indexes) :]
    given = value if type(value) is ArrayValue else ArrayValue((), [value])
    shape = tuple(map(min, zip(rest, given.shape, strict=True)))
    for where in product(*map(range, shape)):
        each = given.values[position_in(where, given.shape)]
        refs = run.recorder.stored(held.values, held.shape, (*indexes, *where), each, place=place)
        held.values = list(map(Unknown, refs))


def new_array(run: TemplateRun, shape: Sequence[Any], place: Place) -> tuple[int, ...]:
    """Return a shape whose lengths are known and not too large."""
    for each in shape:
        if type(each) is not int:
            raise run.error(place, "the length of an array is not known when the circuit is compiled")  # fmt: skip
    limit = run.shared.limits.elements
    if math.prod(max(each, 1) for each in shape) > limit:
        sizes = "".join(f"[{n}]" for n in shape)
        raise run.error(place, f"the array {sizes} has more than {limit:,} elements")
    return tuple(shape)
