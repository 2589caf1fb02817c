"""The custom gates of a constraint system: no proof system here has rows for them, but files list them."""

from __future__ import annotations

from zkctl.runtime.records import record


@record
class CustomGate:
    """A gate: the name of its template and the values of its parameters."""

    name: str
    parameters: list[int]


@record
class CustomGates:
    """The gates of a circuit, and its uses of them: the gate's index and the wires."""

    gates: list[CustomGate]
    uses: list[tuple[int, list[int]]]
