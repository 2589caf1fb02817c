"""The places of elements, rows and fields in arrays and buses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from zkctl.circom.execution.buses import BusShape
from zkctl.circom.source import Place

if TYPE_CHECKING:
    from zkctl.circom.execution.run import TemplateRun


class WirePart(NamedTuple):
    """A part of a signal, bus or array: its begin and its shape.

    `path` are the fields on the way, `left` the members behind it that are no fields: a tag.
    """

    offset: int
    shape: tuple[int, ...]
    bus: BusShape | None
    path: tuple[str, ...]
    left: tuple[int | str, ...]

    @property
    def size(self) -> int:
        """Number of wires or elements."""
        return math.prod(self.shape) * (self.bus.size if self.bus else 1)


def part_of(
    shape: tuple[int, ...],
    bus: BusShape | None,
    access: Sequence[int | str],
    run: TemplateRun,
    place: Place,
) -> WirePart:
    """Return the part that known indexes and members lead to.  Raises: CircomError for an index outside."""
    offset = 0
    path: list[str] = []
    for k, each in enumerate(access):
        if isinstance(each, str):
            if bus is None or each not in bus.fields:
                return WirePart(offset, shape, bus, tuple(path), tuple(access[k:]))
            field = bus.fields[each]
            offset, shape, bus = offset + field.offset, field.shape, field.bus
            path.append(each)
        else:
            check_index(each, shape, run, place)
            shape = shape[1:]
            offset += each * math.prod(shape) * (bus.size if bus else 1)
    return WirePart(offset, shape, bus, tuple(path), ())


def check_index(index: int, shape: Sequence[int], run: TemplateRun, place: Place) -> None:
    """Raise CircomError unless an index is below the first length of a shape."""
    if not shape:
        raise run.error(place, "an index is given, but this is not an array", code="T2032")
    if index >= shape[0]:
        raise run.error(
            place, f"index {shown(index, run)} is out of bounds: the array has {shape[0]} elements"
        )


def shown(number: int, run: TemplateRun) -> str:
    """Return a number as people write it: those above (p-1)/2 as negative ones."""
    signed = run.shared.operators.signed(number)
    return str(signed) if abs(signed) < 1 << 64 else str(number)
