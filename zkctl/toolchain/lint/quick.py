"""The passes that every compilation runs: they cost milliseconds."""

from __future__ import annotations

from zkctl.dsl import CompiledCircuit
from zkctl.lint.registry import run_passes
from zkctl.lint.subject import subject_of


def quick_warnings(compiled: CompiledCircuit) -> list[str]:
    """Return the findings of the quick passes, each with its code in front."""
    return [f"{each.code}: {each.message}" for each in run_passes(subject_of(compiled), quick=True)]
