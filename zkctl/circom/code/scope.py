"""The surroundings of run-time code, for its compiler."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

Access: TypeAlias = "tuple[int | str, ...]"  # known indexes and members behind a name
Nested: TypeAlias = Any  # a value, or nested lists of values


class PossibleSignals(Protocol):
    """All signals that an access with unknown indexes may mean.

    Shapes: `lengths` those of the dimensions with unknown indexes; `dimensions` those of `numbers`; a number 0 is no signal.
    """

    @property
    def lengths(self) -> tuple[int, ...]:
        """The lengths of the dimensions with unknown indexes."""

    @property
    def dimensions(self) -> tuple[int, ...]:
        """The shape of the numbers."""

    @property
    def numbers(self) -> tuple[int, ...]:
        """The signals in row-major order."""


class NameScope(Protocol):
    """The names that are visible at a statement, with their values at this moment."""

    def kind(self, name: str) -> str:
        """Return variable, signal, component or bus; "" for a name that is not visible."""
        ...

    def value(self, name: str) -> Nested:
        """Return the value of a variable: nested lists for an array."""
        ...

    def wires(self, name: str, access: Access) -> tuple[int, tuple[int, ...]]:
        """Return the first signal and the shape of a part of a signal, a component's signal or a field, `access` leading to it."""
        ...

    def gathered(self, name: str, access: Sequence[int | str | None]) -> PossibleSignals:
        """Return the signals that an access with unknown indexes, None, may mean."""
        ...

    def is_input(self, name: str) -> bool:
        """Return whether a name is an input of the template that is being executed."""
        ...

    def tag(self, name: str, access: Access) -> int | None:
        """Return the value of a tag if `access` ends in one, else None."""
        ...

    def call(self, function: str, arguments: Sequence[Nested]) -> Nested:
        """Execute a function whose arguments are all known."""
        ...
