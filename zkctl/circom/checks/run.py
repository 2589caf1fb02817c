"""The stages of the static checks, in circom's order: a stage with errors ends the compilation."""

from __future__ import annotations

from zkctl.circom.findings import Finding
from zkctl.circom.nodes import Program


def check(program: Program) -> list[Finding]:
    """Return the warnings; raise CircomError with all errors of the first stage that found any."""
    return []
