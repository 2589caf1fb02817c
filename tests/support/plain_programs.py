"""Witness programs read without numpy: for Python and for compiled code, which must take the same files."""

from __future__ import annotations

from pathlib import Path

from zkctl.constraints.evaluate import Evaluator
from zkctl.constraints.witness_program import WitnessProgram
from zkctl.field import PrimeField
from zkctl.field.backend import evaluator, uses_compiled_kernels
from zkctl.field.kernels.compiled.evaluator import CompiledEvaluator
from zkctl.formats.binary.small_wprog import read_small_wprog


def no_machine_code(_field: PrimeField, _n_terms: int) -> None:
    """The choice of a machine that has none."""


def machine_code(field: PrimeField, _n_terms: int) -> CompiledEvaluator | None:
    """The choice of one that has it, for programs of any size."""
    return evaluator(field, 2)


def read_plainly(path: Path) -> WitnessProgram | None:
    """The program that Python computes, None if neither way takes the file.  Files that are large for Python do not belong here."""
    in_python = read_small_wprog(path, no_machine_code)
    if uses_compiled_kernels():
        assert (in_python is None) == (compiled_evaluator(path) is None)
    return in_python and in_python.program


def compiled_evaluator(path: Path) -> Evaluator | None:
    """The evaluator of a program that compiled code runs, None if it does not take the file."""
    return read_small_wprog(path, machine_code)
