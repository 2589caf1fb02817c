"""The signals and buses that a template or a bus shows to its user, as its text declares them."""

from __future__ import annotations

from collections.abc import Iterator

from zkctl.circom import nodes
from zkctl.circom.checks.walk import statements_of
from zkctl.circom.nodes import Role
from zkctl.circom.source import Place
from zkctl.runtime.records import record


@record
class Port:
    """A declared signal or bus.  `bus` is the name of its bus, "" for a signal; `dimensions` is their number."""

    name: str
    role: Role
    dimensions: int
    tags: frozenset[str]
    bus: str
    place: Place


def declared_signals(block: nodes.Block) -> Iterator[Port]:
    """Yield every signal and bus that a body declares, in text order, those of all branches included."""
    for statement in statements_of(block):
        if isinstance(statement, nodes.DeclareSignal | nodes.DeclareBus):
            yield Port(
                statement.name,
                statement.role,
                len(statement.dimensions),
                frozenset(statement.tags),
                statement.bus.name if isinstance(statement, nodes.DeclareBus) else "",
                statement.place,
            )


def template_ports(template: nodes.Template) -> dict[str, Port]:
    """Return the inputs and outputs of a template by name; of two branches that declare one name the last counts."""
    return {
        port.name: port
        for port in declared_signals(template.body)
        if port.role is not Role.INTERMEDIATE
    }


def bus_fields(bus: nodes.Bus) -> dict[str, Port]:
    """Return the fields of a bus by name."""
    return {port.name: port for port in declared_signals(bus.body)}
