# ruff: noqa: ARG002
"""Records the run-time code of one instance while the executor walks through its body."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from zkctl.circom.code.scope import Nested, Scope
from zkctl.circom.instance import Event, RunChild, RunRow
from zkctl.circom.nodes import Definition, Expression, Function, Statement
from zkctl.circom.source import Place


class Recorder:
    """The code of one instance.

    Signals have the executor's numbers until `finish`.  A ref is the number of a value that code computes; 0 while muted.
    """

    def __init__(self, definitions: Mapping[str, Definition], modulus: int) -> None:
        self.definitions = definitions
        self.modulus = modulus
        self._is_muted = 0
        self._events: list[tuple[str, Any]] = []

    @contextmanager
    def muted(self) -> Iterator[None]:
        """Record nothing inside: the executor only looks for errors and shapes."""
        self._is_muted += 1
        try:
            yield
        finally:
            self._is_muted -= 1

    # -- events

    def row(self, number: int, target: int) -> None:
        """Constraint `number` of the instance is evaluated now; it gives `target` its value (0: none)."""
        self._events.append(("row", number))

    def child(self, key: object, outputs: Iterable[int]) -> None:
        """The component `key` runs now, its outputs get values."""
        self._events.append(("child", key))

    # -- values in known control flow

    def operate(self, operator: str, *values: object) -> int:
        """Return the ref of an operation: nodes.Infix.operator; neg, not, invert for prefixes."""
        return 0

    def load(
        self, values: Sequence[object], shape: Sequence[int], indexes: Sequence[object]
    ) -> int:
        """Return the ref of an element of an array in row-major order; the run stops if an index is not below its length."""
        return 0

    def stored(
        self, values: Sequence[object], shape: Sequence[int], indexes: Sequence[object], value: object
    ) -> list[int]:  # fmt: skip
        """Return the refs of all elements of an array after one was written."""
        return [0] * len(values)

    # -- what code does

    def assign(self, signal: int, value: object, place: Place) -> None:
        """`<--` of one value to one signal."""

    def assign_at(
        self, first: int, shape: Sequence[int], indexes: Sequence[object], value: object, place: Place
    ) -> None:  # fmt: skip
        """`<--` to an element of a signal array at an unknown index: all others of the array become 0."""

    def check(self, value: object, text: str, place: Place) -> None:
        """`assert` of an unknown value."""

    def log(self, items: Sequence[object], place: Place) -> None:
        """`log`; texts are str."""

    # -- unknown control flow

    def run(self, statement: Statement, scope: Scope) -> dict[str, Nested]:
        """Record a statement whose control flow is not known; return refs of the variables outside that it assigns."""
        return {}

    def evaluate(self, expression: Expression, scope: Scope) -> int:
        """Return the ref of an expression that the executor does not evaluate: `c ? a : b` with an unknown c."""
        return 0

    def call(self, function: Function, arguments: Sequence[Nested], scope: Scope) -> Nested:
        """Return the refs of a function's result, one or nested lists."""
        return 0

    def finish(
        self, number_of: Callable[[int], int], child_of: Callable[[object], int]
    ) -> tuple[tuple[Event, ...], int]:
        """Return the events of the instance with its code among them, and the number of its hidden wires."""
        events: list[Event] = []
        for kind, what in self._events:
            events.append(RunRow(what) if kind == "row" else RunChild(child_of(what)))
        return tuple(events), 0
