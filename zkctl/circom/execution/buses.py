"""Buses: fields with their offsets."""

from __future__ import annotations

import math
from functools import cached_property

from zkctl.circom.source import Place
from zkctl.constraints.signals import Role, SignalGroup
from zkctl.runtime.records import record

MAX_NESTED_BUSES = 100  # buses in buses


@record(eq=False)
class Field:
    """A field of a bus; its wires begin `offset` behind the first one of the bus."""

    name: str
    shape: tuple[int, ...]
    bus: BusShape | None
    tags: tuple[str, ...]
    offset: int
    place: Place

    @property
    def size(self) -> int:
        """Number of wires."""
        return math.prod(self.shape) * (self.bus.size if self.bus else 1)


@record(eq=False)
class BusShape:
    """A bus with parameters; equal ones are one object."""

    title: str  # Point(2), for messages
    fields: dict[str, Field]
    size: int

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Offsets of all wires in the order in which an assignment of the whole bus has its constraints: by the names of fields."""
        found: list[int] = []
        for name in sorted(self.fields, key=str.encode):
            field = self.fields[name]
            inner = field.bus.order if field.bus else (0,)
            step = len(inner)
            for first in range(field.offset, field.offset + field.size, step or 1):
                found += [first + k for k in inner]
        return tuple(found)

    def groups(self, role: Role) -> tuple[SignalGroup, ...]:
        """Return the fields as parts of a named signal."""
        return tuple(
            SignalGroup(each.name, role, each.shape, each.bus.groups(role) if each.bus else ())
            for each in self.fields.values()
        )
