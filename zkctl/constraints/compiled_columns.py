"""Witness programs without numpy for the compiled evaluator, which reads their columns where they are in the file."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

from zkctl.constraints.compiled_runs import KINDS
from zkctl.constraints.hint_functions import BITS
from zkctl.constraints.small_program import has_good_parts, has_good_ranges
from zkctl.constraints.witness_program import WitnessProgram
from zkctl.field.kernels.evaluator import job
from zkctl.field.words import bytes_from_ints

if TYPE_CHECKING:
    from zkctl.field.kernels.compiled.evaluator import CompiledEvaluator, PreparedProgram


def prepared_if_good(
    program: WitnessProgram, evaluator: CompiledEvaluator
) -> PreparedProgram | None:
    """Return a program that the compiled evaluator takes, None if `check_program` would not take it.  Assumes: as `is_good`.

    The check is the one of `is_good`, its loops in compiled code.
    """
    columns: Any = program
    if not has_good_ranges(program, lambda numbers: evaluator.survey(numbers).highest):
        return None
    if not has_good_parts(program, evaluator.survey(columns.targets).nonzero):
        return None
    p = program.field.modulus
    pool = bytearray(bytes_from_ints(program.pool, program.field.n_words))
    evaluator.to_montgomery(pool)
    positions = {value: k for k, value in reversed(list(enumerate(program.pool)))}
    numbers = {
        "one": positions.get(1, -1),
        "minus_one": positions.get(p - 1, -1),
        "n_rows": program.n_rows,
        "n_hints": len(program.hints),
        "n_pool": len(program.pool),
    }
    names = ("starts", "wires", "coefficients", "targets")
    buffers = {name: getattr(program, name) for name in names}
    first = program.first_input
    return evaluator.prepare_columns(
        program.n_wires,
        slice(first, first + program.n_inputs),
        {**buffers, "pool": pool, **_hint_columns(program.hint_table)},
        numbers,
    )


def _hint_columns(table: Any) -> dict[str, Any]:
    """Return the hints under their names in a job."""
    kinds = [KINDS.get(name, job.PYTHON) for name in table.names]
    is_bits = [name == BITS.name for name in table.names]
    starts, parameters = table.parameter_starts, table.parameters
    first = (
        parameters[start + 1] if is_bits[k] else 0
        for k, start in zip(table.functions, starts, strict=False)
    )
    return {
        "hint_rows": table.rows,
        "hint_kinds": array("I", map(kinds.__getitem__, table.functions)),
        "hint_first": array("I", first),
        "hint_sides": array("I", table.input_starts),
        "hint_starts": table.starts,
        "hint_wires": table.wires,
        "hint_coefficients": table.coefficients,
        "hint_out_starts": array("I", table.output_starts),
        "hint_outputs": table.outputs,
    }
