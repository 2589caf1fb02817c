"""Declared signals and buses: their numbers, and which of them have been assigned."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from zkctl.circom.execution.buses import BusShape
from zkctl.circom.execution.tags import TagTable
from zkctl.circom.nodes import Role
from zkctl.circom.values import Array, Signal

if TYPE_CHECKING:
    from zkctl.circom.execution.components import Component


class Wires:
    """A declared signal or bus, or one of a component: the numbers first .. first + size - 1.

    `assigned` has a byte for each number from `start` on.
    """

    __slots__ = ("assigned", "bus", "component", "first", "name", "role", "shape", "size", "start", "tags")  # fmt: skip

    def __init__(
        self,
        name: str,
        role: Role,
        shape: tuple[int, ...],
        bus: BusShape | None,
        first: int,
    ) -> None:
        self.name, self.role, self.shape, self.bus = name, role, shape, bus
        self.first = self.start = first
        self.size = math.prod(shape) * (bus.size if bus else 1)
        self.assigned = bytearray(0)
        self.component: Component | None = None
        self.tags: TagTable | None = None

    def unassigned(self, offset: int, size: int) -> int | None:
        """Return the offset of the first of some wires that has no value yet."""
        begin = self.first - self.start + offset
        found = self.assigned.find(0, begin, begin + size)
        return None if found < 0 else found - begin + offset

    def value(self, offset: int, shape: tuple[int, ...], bus: BusShape | None) -> Signal | Array:
        """Return wires as a value."""
        first = self.first + offset
        if not shape and bus is None:
            return Signal(first)
        size = math.prod(shape) * (bus.size if bus else 1)
        return Array(shape, list(map(Signal, range(first, first + size))), bus)

    def element_name(self, offset: int) -> str:
        """Return the name of one wire."""
        return self.name + element_suffix(offset, self.shape, self.bus)


def element_suffix(offset: int, shape: Sequence[int], bus: BusShape | None) -> str:
    """Return the indexes and fields of one wire: [3].x."""
    inner = bus.size if bus else 1
    position, offset = divmod(offset, inner) if inner else (0, 0)
    suffix = ""
    for axis in range(len(shape)):
        index, position = divmod(position, math.prod(shape[axis + 1 :]) or 1)
        suffix += f"[{index}]"
    if bus is None:
        return suffix
    for each in bus.fields.values():
        if each.offset <= offset < each.offset + each.size:
            return (
                f"{suffix}.{each.name}{element_suffix(offset - each.offset, each.shape, each.bus)}"
            )
    return suffix
