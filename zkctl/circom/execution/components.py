"""Declared components and arrays of them."""

from __future__ import annotations

from zkctl.circom.execution.positions import shown
from zkctl.circom.execution.run import TemplateRun
from zkctl.circom.execution.wires import Component, Index
from zkctl.circom.nodes import (
    Block,
    DeclareBus,
    DeclareSignal,
    If,
    Role,
    Statement,
    While,
)
from zkctl.circom.source import Place


class Components:
    """A declared component or array of components."""

    __slots__ = ("created", "is_counted", "name", "shape")

    def __init__(self, name: str, shape: tuple[int, ...], *, is_counted: bool) -> None:
        self.name, self.shape, self.is_counted = name, shape, is_counted
        self.created: dict[Index, Component] = {}

    def find(self, index: Index, run: TemplateRun, place: Place) -> Component:
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

    def add(self, index: Index, run: TemplateRun, place: Place) -> Component:
        """Create a component."""
        self.check(index, run, place)
        if index in self.created:
            raise run.error(place, f"component {self.element_name(index)} is created twice")
        component = self.created[index] = Component(self.name, index, place)
        run.components.append(component)
        return component

    def check(self, index: Index, run: TemplateRun, place: Place) -> None:
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
