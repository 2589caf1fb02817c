"""Choose the implementation of the kernels: compiled code, or pure numpy where that cannot run.

Both implement the protocols of `kernels/interface.py` (and zkctl/curve/kernels/interface.py), and every algorithm above them is
written once.  Where an algorithm depends on the implementation, it asks for a capability (`few_terms`, `compiled_program`).
ZKCTL_KERNELS=numpy chooses the fallback by hand.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from zkctl.errors import UsageError
from zkctl.field.kernels.interface import FieldKernels, ScheduleKernels
from zkctl.field.prime import PrimeField, scalar_field_by_modulus
from zkctl.runtime.settings import may_compile

if TYPE_CHECKING:
    from zkctl.field.kernels.cache import LoadedProgram
    from zkctl.field.kernels.compiled.evaluator import CompiledEvaluator
    from zkctl.field.kernels.compiled.field import CompiledFieldKernels
    from zkctl.field.kernels.compiled.formulas import CompiledFormulas
    from zkctl.field.kernels.compiled.scans import CompiledScans
    from zkctl.field.kernels.compiled.schedule import CompiledSchedule
    from zkctl.field.kernels.formula_source import FormulaSource
    from zkctl.field.kernels.language import Program
    from zkctl.field.kernels.numpy.scans import NumpyScans
    from zkctl.field.kernels.on_demand import ProgramOnDemand


@cache
def uses_compiled_kernels() -> bool:
    """Return whether machine code can be made and run; False where executable memory is forbidden."""
    asked = os.environ.get("ZKCTL_KERNELS", "auto")
    if asked not in ("auto", "compiled", "numpy"):
        raise UsageError(
            f"ZKCTL_KERNELS is unknown: expected auto, compiled or numpy, got {asked!r}",
            hint="unset ZKCTL_KERNELS",
        )
    if asked == "numpy":
        return False
    from zkctl.field.kernels.cache import can_execute

    return asked == "compiled" or can_execute()


def field_kernels(field: PrimeField) -> FieldKernels:
    """Return the kernels of one prime field: compiled ones if machine code can run, and is ready or may be compiled."""
    if uses_compiled_kernels():
        compiled = _compiled_field(field)
        if may_compile() or compiled.is_ready():
            return compiled
    return _numpy_field(field)


@cache
def _compiled_field(field: PrimeField) -> CompiledFieldKernels:
    from zkctl.field.kernels.compiled.deferring import DeferringFieldKernels

    return DeferringFieldKernels(field)


@cache
def _numpy_field(field: PrimeField) -> FieldKernels:
    from zkctl.field.kernels.numpy.field import NumpyFieldKernels

    return NumpyFieldKernels(field)


def field_programs(field: PrimeField) -> list[ProgramOnDemand]:
    """Return all programs of a field but its transforms.  Assumes: machine code can run."""
    kernels = _compiled_field(field)
    return [kernels.program, kernels.inverse_program]


def transform_program(field: PrimeField) -> ProgramOnDemand:
    """Return the transforms of a field."""
    return _compiled_field(field).transform_program


def schedule_kernels() -> ScheduleKernels:
    """Return the scheduling kernels (digits, sorting, pairing up)."""
    if uses_compiled_kernels():
        compiled = _compiled_schedule()
        if may_compile() or compiled.is_ready():
            return compiled
    return _numpy_schedule()


@cache
def _compiled_schedule() -> CompiledSchedule:
    from zkctl.field.kernels.compiled.schedule import CompiledSchedule

    return CompiledSchedule()


@cache
def _numpy_schedule() -> ScheduleKernels:
    from zkctl.field.kernels.numpy.schedule import NumpySchedule

    return NumpySchedule()


def evaluator(field: PrimeField, load: float) -> CompiledEvaluator | None:
    """Return the compiled evaluator of rows over a scalar field.

    None where it cannot run, or is not worth compiling (`ProgramOnDemand.is_worth`), and for fields of no curve.
    """
    if not uses_compiled_kernels() or scalar_field_by_modulus(field.modulus) is None:
        return None
    compiled = _compiled_evaluator(field)
    return compiled if compiled.is_worth(load) else None


@cache
def _compiled_evaluator(field: PrimeField) -> CompiledEvaluator:
    from zkctl.field.kernels.compiled.evaluator import CompiledEvaluator

    return CompiledEvaluator(field)


def evaluator_program(field: PrimeField) -> ProgramOnDemand:
    """Return the evaluator's program of a field."""
    return _compiled_evaluator(field).program


def scan_kernels(field: PrimeField, n_rows: int) -> CompiledScans | NumpyScans:
    """Return the scans of a field, for so many rows."""
    if uses_compiled_kernels():
        compiled = _compiled_scans(field)
        if compiled.is_worth(n_rows):
            return compiled
    return _numpy_scans(field)


@cache
def _compiled_scans(field: PrimeField) -> CompiledScans:
    from zkctl.field.kernels.compiled.scans import CompiledScans

    return CompiledScans(field)


def _numpy_scans(field: PrimeField) -> NumpyScans:
    from zkctl.field.kernels.numpy.scans import NumpyScans

    return NumpyScans(field_kernels(field))


def compiled_formulas(
    field: PrimeField, name: str, modules: Sequence[str], sources: Sequence[FormulaSource]
) -> CompiledFormulas | None:
    """Return the kernels of the formulas of modules of the package, None where machine code cannot run."""
    if not uses_compiled_kernels():
        return None
    from zkctl.field.kernels.compiled.formulas import CompiledFormulas

    return CompiledFormulas(field, name, modules, sources)


def compiled_program(
    name: str, emit: Callable[[Program], None], modules: Sequence[str]
) -> LoadedProgram | None:
    """Return a compiled program, or None where machine code cannot run.

    `modules` are the modules of the package whose change must recompile it ("field.kernels.field").
    """
    if not uses_compiled_kernels():
        return None
    from zkctl.field.kernels.cache import load_program, sources_of

    return load_program(name, emit, sources_of(*modules))


def describe() -> dict[str, object]:
    """Return the facts for `zkctl doctor`: which kernels, vector width, CPU, cache folder and its objects."""
    if not uses_compiled_kernels():
        return {"kernels": "numpy", "vector_width": 1, "cache_folder": None, "objects": []}
    from zkctl.field.kernels.cache import cache_folder, cache_warning
    from zkctl.field.kernels.host import host

    machine, folder = host(), cache_folder()
    found = sorted(p.name for p in folder.glob("*.o")) if folder and folder.is_dir() else []
    return {
        "kernels": "compiled",
        "vector_width": machine.width,
        "cpu": machine.cpu,
        "cache_folder": str(folder) if folder else None,
        "objects": found,
        "cache_warning": cache_warning(),
    }
