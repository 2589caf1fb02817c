"""Compiles a .circom file: text, checks, execution, layout."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from zkctl.circom.checks import warnings_of
from zkctl.circom.circuit import CircomCircuit
from zkctl.circom.elaborate import elaborate
from zkctl.circom.includes import load
from zkctl.circom.inspection import signals_without_constraint
from zkctl.circom.report import CircomFinding
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.field import PrimeField
from zkctl.runtime.collection import rare_collections
from zkctl.runtime.records import record
from zkctl.runtime.recursion import deep_recursion


@record(eq=False)
class CompiledProgram:
    """A compiled circuit, and the compiler's warnings."""

    circuit: CircomCircuit
    warnings: tuple[CircomFinding, ...]


@deep_recursion()
def compile_program(
    path: Path,
    folders: Sequence[Path],
    field: PrimeField,
    level: SimplificationLevel,
    *,
    inspect: bool = False,
) -> CompiledProgram:
    """Compile a file; `folders` are searched for included files.  `inspect`: the warnings CA01, CA02 and T3002 are added.

    Raises: CircomError with all errors of the stage that refuses it; EnvironmentProblem for a file that cannot be read.
    """
    with rare_collections():
        program = load(path, folders)
        warnings = [*program.warnings, *warnings_of(program)]
        found = elaborate(program, field)
        warnings += found.warnings
        if inspect:
            warnings += found.suggestions
            warnings += signals_without_constraint(program, found.main)
        circuit = CircomCircuit(path.stem, program, found.main, field, level)
        return CompiledProgram(circuit, tuple(warnings))
