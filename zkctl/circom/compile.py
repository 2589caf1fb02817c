"""Compiles a .circom file: text, checks, execution, layout."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from zkctl.circom.checks import warnings_of
from zkctl.circom.circuit import CircomCircuit, SimplificationLevel
from zkctl.circom.elaborate import elaborate
from zkctl.circom.includes import load
from zkctl.circom.report import CircomFinding
from zkctl.field import PrimeField
from zkctl.runtime.collection import rare_collections
from zkctl.runtime.records import record


@record(eq=False)
class CompiledProgram:
    """A compiled circuit, and the compiler's warnings."""

    circuit: CircomCircuit
    warnings: tuple[CircomFinding, ...]


def compile_program(
    path: Path, folders: Sequence[Path], field: PrimeField, level: SimplificationLevel
) -> CompiledProgram:
    """Compile a file; `folders` are searched for included files.

    Raises: CircomError with all errors of the stage that refuses it; EnvironmentProblem for a file that cannot be read.
    """
    with rare_collections():
        return _compiled(path, folders, field, level)


def _compiled(
    path: Path, folders: Sequence[Path], field: PrimeField, level: SimplificationLevel
) -> CompiledProgram:
    program = load(path, folders)
    warnings = warnings_of(program)
    found = elaborate(program, field)
    circuit = CircomCircuit(path.stem, program, found.main, field, level)
    return CompiledProgram(circuit, (*program.warnings, *warnings, *found.warnings))
