"""The surroundings of run-time code, for its compiler."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

Access: TypeAlias = "tuple[int | str, ...]"  # known indexes and members behind a name
Nested: TypeAlias = Any  # a value, or nested lists of values


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

    def is_input(self, name: str) -> bool:
        """Return whether a name is an input of the template that is being executed."""
        ...

    def tag(self, name: str, access: Access) -> int | None:
        """Return the value of a tag if `access` ends in one, else None."""
        ...

    def call(self, function: str, arguments: Sequence[Nested]) -> Nested:
        """Execute a function whose arguments are all known."""
        ...
