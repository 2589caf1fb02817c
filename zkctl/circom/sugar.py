"""Anonymous components and tuples, written out."""

from __future__ import annotations

from zkctl.circom.nodes import Program


def desugar(program: Program) -> Program:
    """Return the program without anonymous components and tuples."""
    return program
