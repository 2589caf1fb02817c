"""Buses that contain themselves, which have no size."""

from __future__ import annotations

from collections.abc import Iterable

from zkctl.circom import nodes
from zkctl.circom.checks.components import Interfaces
from zkctl.circom.checks.errors import Errors
from zkctl.circom.nodes import Program


def check_recursion(
    program: Program, reached: Iterable[str], interfaces: Interfaces, errors: Errors
) -> None:
    """Refuse a bus that main reaches and that contains itself, at any depth."""
    for name in sorted(reached):
        bus = program.definitions[name]
        if isinstance(bus, nodes.Bus) and _contains_itself(name, interfaces):
            errors.add(
                "",  # circom crashes
                f"bus {name} contains itself",
                bus.place,
                "replace the field by a signal, or by an array of another bus",
            )


def _contains_itself(name: str, interfaces: Interfaces) -> bool:
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        for field in interfaces.fields(waiting.pop()).values():
            if field.bus == name:
                return True
            if field.bus and field.bus not in seen:
                seen.add(field.bus)
                waiting.append(field.bus)
    return False
