"""Components of a template: which template they hold, which inputs they have, when they run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from zkctl.circom.execution.positions import shown
from zkctl.circom.execution.tags import ValueTags
from zkctl.circom.execution.wires import Wires
from zkctl.circom.nodes import (
    Block,
    DeclareBus,
    DeclareSignal,
    If,
    Role,
    Statement,
    Template,
    While,
)
from zkctl.circom.source import Place

if TYPE_CHECKING:
    from zkctl.circom.execution.instances import Executed
    from zkctl.circom.execution.run import Run

Index = tuple[int, ...]


class Component:
    """One component.

    Its template is executed when it is created, or, if the template has tagged inputs, when each of those was assigned; `waiting` are
    the assignments until then.
    """

    __slots__ = (
        "arguments",
        "assigned",
        "base",
        "declared",
        "executed",
        "given",
        "has_run",
        "index",
        "n_missing",
        "name",
        "place",
        "ports",
        "tagged",
        "template",
        "untagged",
        "waiting",
    )

    def __init__(self, declared: str, index: Index, place: Place) -> None:
        self.declared, self.index, self.place = declared, index, place
        self.name = declared + "".join(f"[{k}]" for k in index)
        self.executed: Executed | None = None
        self.base = 0  # its signal k has the provisional number base + k
        self.assigned = bytearray()
        self.n_missing = 1
        self.has_run = False
        self.ports: dict[str, Wires] = {}
        self.tagged: dict[str, dict[tuple[str, ...], tuple[str, ...]]] = {}
        self.template: Template | None = None
        self.arguments: list[Any] = []
        self.untagged: set[str] = set()  # tagged inputs that were not assigned yet
        self.given: dict[str, ValueTags] = {}
        self.waiting: list[Callable[[], None]] = []

    def become(self, executed: Executed, run: Run) -> None:
        """Take signals of an executed template."""
        self.executed = executed
        n = executed.n_ports
        self.base = run.new_numbers(n, self.place) - 1
        self.n_missing = n - executed.n_outputs
        self.assigned = bytearray(b"\1" * executed.n_outputs + b"\0" * self.n_missing)
        if not self.n_missing:
            self.start(run)

    def start(self, run: Run) -> None:
        """Note that all inputs have values."""
        self.has_run = True
        assert self.executed is not None
        run.recorder.child(self, range(self.base + 1, self.base + 1 + self.executed.n_outputs))

    def port(self, name: str, run: Run, place: Place) -> Wires:
        """Return an input or output."""
        found = self.ports.get(name)
        if found is not None:
            return found
        if self.executed is None:
            waits = " and ".join(sorted(self.untagged))
            raise run.error(
                place, f"{self.name}.{name} is read before {waits}, whose tags the template needs"
            )
        port = self.executed.ports.get(name)
        if port is None:
            raise run.error(place, f"{self.name} has no input or output {name}", code="T2046")
        wires = Wires(
            f"{self.name}.{name}", port.role, port.shape, port.bus, self.base + port.first
        )
        wires.start, wires.assigned, wires.component = self.base + 1, self.assigned, self
        wires.tags = port.tags
        self.ports[name] = wires
        return wires

    def first_missing(self) -> str:
        """Return the name of an input that has no value."""
        if self.executed is None:
            return f"{self.name}.{min(self.untagged)}"
        position = self.assigned.find(0) + 1
        for name, port in self.executed.ports.items():
            if port.first <= position < port.first + port.size:
                wires = Wires(name, port.role, port.shape, port.bus, port.first)
                return f"{self.name}.{wires.element_name(position - port.first)}"
        return self.name


class Components:
    """A declared component or array of components."""

    __slots__ = ("created", "is_counted", "name", "shape")

    def __init__(self, name: str, shape: tuple[int, ...], *, is_counted: bool) -> None:
        self.name, self.shape, self.is_counted = name, shape, is_counted
        self.created: dict[Index, Component] = {}

    def find(self, index: Index, run: Run, place: Place) -> Component:
        """Return a created component."""
        found = self.created.get(index)
        if found is None:
            self.check(index, run, place)
            raise run.error(
                place,
                f"component {self.element_name(index)} is used before it is created",
                f"create it before: {self.element_name(index)} = Template(...);",
            )
        return found

    def add(self, index: Index, run: Run, place: Place) -> Component:
        """Create a component."""
        self.check(index, run, place)
        if index in self.created:
            raise run.error(place, f"component {self.element_name(index)} is created twice")
        component = self.created[index] = Component(self.name, index, place)
        run.components.append(component)
        return component

    def check(self, index: Index, run: Run, place: Place) -> None:
        """Raise CircomError for an index outside of the declared lengths."""
        n = 1 if self.is_counted else len(self.shape)
        if len(index) != n:
            raise run.error(
                place, f"{self.name} has {n} dimensions, got {len(index)} indexes", code="T2043"
            )
        for given, length in zip(index, self.shape, strict=False):
            if given >= length:
                raise run.error(
                    place,
                    f"index {shown(given, run)} is out of bounds: {self.name} has {length} components",
                )

    def element_name(self, index: Index) -> str:
        """Return the name of one component."""
        return self.name + "".join(f"[{k}]" for k in index)


def inputs_of(body: Statement) -> list[DeclareSignal | DeclareBus]:
    """Return the declarations of inputs in a statement, branches included."""
    return [each for each in wires_of(body) if each.role is Role.INPUT]


def wires_of(node: Statement) -> list[DeclareSignal | DeclareBus]:
    """Return the declarations of signals and buses in a statement, branches included."""
    match node:
        case DeclareSignal() | DeclareBus():
            return [node]
        case Block(statements):
            return [each for statement in statements for each in wires_of(statement)]
        case If():
            other = wires_of(node.otherwise) if node.otherwise is not None else []
            return wires_of(node.then) + other
        case While():
            return wires_of(node.body)
    return []
