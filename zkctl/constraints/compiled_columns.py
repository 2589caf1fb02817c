"""Witness programs without numpy for the compiled evaluator, which reads their columns where they are in the file."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

from zkctl.constraints.compiled_runs import KINDS
from zkctl.constraints.hint_functions import BITS
from zkctl.constraints.small_program import StoredNumbers, has_good_parts, has_good_ranges
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
    pool, p = _pool(program), program.field.modulus
    if evaluator.count_improper(pool):
        return None
    one, minus_one = (position_in(pool, value, program.field.n_bytes) for value in (1, p - 1))
    evaluator.to_montgomery(pool)
    numbers = {
        "one": one,
        "minus_one": minus_one,
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


def _pool(program: WitnessProgram) -> bytearray:
    pool = program.pool
    if isinstance(pool, StoredNumbers):
        return bytearray(pool.raw)
    return bytearray(bytes_from_ints(pool, program.field.n_words))


def position_in(pool: bytearray, value: int, n_bytes: int) -> int:
    """Return where a number first is among those of a pool, -1 if it is not."""
    pattern = value.to_bytes(n_bytes, "little")
    found = pool.find(pattern)
    while found % n_bytes and found >= 0:
        found = pool.find(pattern, found + 1)
    return found // n_bytes


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
