"""Declared signals and buses, with their numbers and marks of assignments; components, which own some of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

from zkctl.circom.code.recorder import Recorder
from zkctl.circom.execution.buses import BusShape
from zkctl.circom.execution.executed import Executed
from zkctl.circom.execution.silence import SilentRecorder
from zkctl.circom.execution.tags import TagTable, ValueTags
from zkctl.circom.findings import CircomError
from zkctl.circom.nodes import Role, Template
from zkctl.circom.source import Place
from zkctl.circom.values import ArrayValue, WireValue

Index = tuple[int, ...]
DeclaredTags: TypeAlias = "dict[tuple[str, ...], tuple[str, ...]]"  # of a signal and of fields

NO_MARKS = bytearray()  # before there are numbers


class Running(Protocol):
    """The execution of the template that holds a component."""

    recorder: Recorder | SilentRecorder

    def new_numbers(self, n: int, place: Place) -> int:
        """Return the first of n provisional numbers."""

    def error(self, place: Place, message: str, hint: str = "", code: str = "T3001") -> CircomError:
        """Return the error for a fault at a place."""


class Wires:
    """A declared signal or bus, or one of a component: the numbers first .. first + size - 1.

    `assigned` has a byte for each number from `start` on.
    """

    __slots__ = ("assigned", "bus", "component", "first", "own_name", "role", "shape", "size", "start", "tags")  # fmt: skip

    def __init__(
        self,
        name: str,
        role: Role,
        shape: tuple[int, ...],
        bus: BusShape | None,
        first: int,
    ) -> None:
        self.own_name, self.role, self.shape, self.bus = name, role, shape, bus
        self.first = self.start = first
        self.size = math.prod(shape) * (bus.size if bus else 1) if shape or bus else 1
        self.assigned = NO_MARKS
        self.component: Component | None = None
        self.tags: TagTable | None = None

    @property
    def name(self) -> str:
        """Its name, with that of its component."""
        return f"{self.component.name}.{self.own_name}" if self.component else self.own_name

    def unassigned(self, offset: int, size: int) -> int | None:
        """Return the offset of the first of some wires that has no value yet."""
        begin = self.first - self.start + offset
        found = self.assigned.find(0, begin, begin + size)
        return None if found < 0 else found - begin + offset

    def value(
        self, offset: int, shape: tuple[int, ...], bus: BusShape | None
    ) -> WireValue | ArrayValue:
        """Return wires as a value."""
        first = self.first + offset
        if not shape and bus is None:
            return WireValue(first)
        size = math.prod(shape) * (bus.size if bus else 1)
        return ArrayValue(shape, list(map(WireValue, range(first, first + size))), bus)

    def element_name(self, offset: int) -> str:
        """Return the name of one wire."""
        return self.name + element_suffix(offset, self.shape, self.bus)


class TaggedInputs:
    """The tagged inputs of a component whose template is executed when each of them was assigned.

    `names` are the tags of each; `missing` were not assigned yet; `given` are the tags of assigned values; `waiting` are the
    assignments until then.
    """

    __slots__ = ("arguments", "given", "missing", "names", "template", "waiting")

    def __init__(self, template: Template, arguments: list[Any], names: dict[str, DeclaredTags]) -> None:  # fmt: skip
        self.template, self.arguments, self.names = template, arguments, names
        self.missing = set(names)
        self.given: dict[str, ValueTags] = {}
        self.waiting: list[Callable[[], None]] = []


_NO_PORTS: dict[str, Wires] = {}  # before one is kept


class Component:
    """One component.

    Its template is executed when it is created, or, if the template has tagged inputs, when each of those was assigned.
    """

    __slots__ = (
        "assigned",
        "base",
        "declared",
        "executed",
        "has_run",
        "index",
        "n_missing",
        "place",
        "ports",
        "tagged",
    )

    def __init__(self, declared: str, index: Index, place: Place) -> None:
        self.declared, self.index, self.place = declared, index, place
        self.executed: Executed | None = None
        self.base = 0  # its signal k has the provisional number base + k
        self.assigned = NO_MARKS
        self.n_missing = 1
        self.has_run = False
        self.ports = _NO_PORTS
        self.tagged: TaggedInputs | None = None

    @property
    def name(self) -> str:
        """Its name with indexes."""
        return self.declared + "".join(f"[{k}]" for k in self.index)

    def become(self, executed: Executed, run: Running) -> None:
        """Take signals of an executed template."""
        self.executed = executed
        n = executed.n_ports
        self.base = run.new_numbers(n, self.place) - 1
        self.n_missing = n - executed.n_outputs
        self.assigned = bytearray(b"\1" * executed.n_outputs + b"\0" * self.n_missing)
        if not self.n_missing:
            self.start(run)

    def start(self, run: Running) -> None:
        """Note that all inputs have values."""
        self.has_run = True
        assert self.executed is not None
        run.recorder.child(self, range(self.base + 1, self.base + 1 + self.executed.n_outputs))

    def port(self, name: str, run: Running, place: Place) -> Wires:
        """Return an input or output."""
        found = self.ports.get(name)
        if found is not None:
            return found
        if self.executed is None:
            waits = " and ".join(sorted(self.tagged.missing if self.tagged else ()))
            raise run.error(
                place, f"{self.name}.{name} is read before {waits}, whose tags the template needs"
            )
        port = self.executed.ports.get(name)
        if port is None:
            raise run.error(place, f"{self.name} has no input or output {name}", code="T2046")
        wires = Wires(name, port.role, port.shape, port.bus, self.base + port.first)
        wires.start, wires.assigned, wires.component = self.base + 1, self.assigned, self
        wires.tags = port.tags
        if (
            wires.shape or wires.bus or wires.tags
        ):  # a single wire is made again: a million components have some
            if self.ports is _NO_PORTS:
                self.ports = {}
            self.ports[name] = wires
        return wires

    def forget_wires(self) -> None:
        """Drop the wires and marks, which refer to the component: their memory would not come free."""
        self.ports = _NO_PORTS
        self.assigned = NO_MARKS

    def first_missing(self) -> str:
        """Return the name of an input that has no value."""
        if self.executed is None:
            return f"{self.name}.{min(self.tagged.missing)}" if self.tagged else self.name
        position = self.assigned.find(0) + 1
        for name, port in self.executed.ports.items():
            if port.first <= position < port.first + port.size:
                wires = Wires(name, port.role, port.shape, port.bus, port.first)
                return f"{self.name}.{wires.element_name(position - port.first)}"
        return self.name


class Mark(NamedTuple):
    """An assignment: the bytes of `wires.assigned` from `start` on."""

    wires: Wires
    start: int
    size: int


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
