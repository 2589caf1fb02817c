"""Stands in for the recorder while control flow is not known: the recorder reads those statements itself."""
# ruff: noqa: ARG002

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class SilentRecorder:
    """Records nothing; every ref is 0."""

    def row(self, number: int, target: int) -> None:
        """Record nothing."""

    def child(self, key: object, outputs: object) -> None:
        """Record nothing."""

    def operate(self, operator: str, *values: object, place: object = None) -> int:
        """Return 0."""
        return 0

    def load(self, values: object, shape: object, indexes: object, place: object = None) -> int:
        """Return 0."""
        return 0

    def stored(
        self, values: Sequence[object], shape: object, indexes: object, value: object, place: object = None
    ) -> list[int]:  # fmt: skip
        """Return zeros."""
        return [0] * len(values)

    def assign(self, signal: int, value: object, place: object) -> None:
        """Record nothing."""

    def assign_at(
        self, first: int, shape: object, indexes: object, value: object, place: object
    ) -> None:
        """Record nothing."""

    def check(self, value: object, node: object) -> None:
        """Record nothing."""

    def log(self, items: object) -> None:
        """Record nothing."""

    def run(self, statement: object, scope: object) -> dict[str, Any]:
        """Return nothing."""
        return {}

    def evaluate(self, expression: object, scope: object) -> int:
        """Return 0."""
        return 0

    def call(self, function: object, arguments: object, scope: object) -> Any:
        """Return 0."""
        return 0


SILENT = SilentRecorder()
