"""The bodies that main reaches: templates, functions and buses, each with the dimensions of its arguments."""

from __future__ import annotations

from collections import deque

from zkctl.circom.checks.errors import Errors
from zkctl.circom.checks.types.inference import Inference
from zkctl.circom.nodes import Definition

Dimensions = tuple[int, ...]


class Reach:
    """The bodies still to check, each with the list for its errors; every body comes once."""

    def __init__(self, definitions: dict[str, Definition]) -> None:
        self.definitions = definitions
        self.inference = Inference(definitions)
        self.waiting: deque[tuple[Definition, Dimensions, Errors]] = deque()
        self._seen: set[tuple[str, Dimensions]] = set()

    def add(self, name: str, arguments: Dimensions, errors: Errors) -> None:
        """Note a body; its errors stand at the present position of a list."""
        key = (name, arguments)
        if key not in self._seen:
            self._seen.add(key)
            self.waiting.append((self.definitions[name], arguments, errors.later()))

    @property
    def names(self) -> set[str]:
        """The names of the definitions that were noted."""
        return {name for name, _ in self._seen}
