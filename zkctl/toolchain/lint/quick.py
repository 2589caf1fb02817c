"""The passes that every compilation runs: they cost milliseconds."""

from __future__ import annotations

from zkctl.circom.circuit import CircomCircuit
from zkctl.dsl import CompiledCircuit
from zkctl.lint.registry import run_passes
from zkctl.lint.subject import subject_of


def quick_warnings(compiled: CompiledCircuit | CircomCircuit) -> list[str]:
    """Return the findings of the quick passes, each with its code in front; none for circom's, whose compiler warns itself."""
    if isinstance(compiled, CircomCircuit):
        return []
    return [f"{each.code}: {each.message}" for each in run_passes(subject_of(compiled), quick=True)]
