"""Run a witness program in compiled code: its rows and hints as arrays, and Python where a hint needs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from zkctl.constraints.broken_row import broken_row
from zkctl.constraints.hint_functions import (
    BITS,
    DIVIDE_OR_ZERO,
    INVERSE_OR_ZERO,
    QUOTIENT_REMAINDER,
)
from zkctl.constraints.hint_results import UserHint, results_of_inputs
from zkctl.constraints.hint_table import HintTable
from zkctl.constraints.witness_program import WitnessProgram
from zkctl.field import PrimeField, words_from_ints
from zkctl.field.kernels.evaluator import job
from zkctl.field.kernels.interface import HintArrays, RowArrays
from zkctl.field.words import Words
from zkctl.runtime.arrays import np

if TYPE_CHECKING:
    from zkctl.field.kernels.compiled.evaluator import (
        CompiledEvaluator,
        Evaluation,
        PreparedProgram,
    )

KINDS = {
    BITS.name: job.BITS,
    INVERSE_OR_ZERO.name: job.INVERSE_OR_ZERO,
    DIVIDE_OR_ZERO.name: job.DIVIDE_OR_ZERO,
    QUOTIENT_REMAINDER.name: job.QUOTIENT_REMAINDER,
}


class CompiledRuns:
    """A program as the compiled evaluator takes it; any number of runs.  `prepared` is the program in that form, if it exists."""

    def __init__(
        self,
        program: WitnessProgram,
        evaluator: CompiledEvaluator,
        prepared: PreparedProgram | None = None,
    ) -> None:
        self.program = program
        self.prepared = prepared or _prepared(program, evaluator)

    def run(self, inputs: Sequence[int], user_hints: Mapping[str, UserHint]) -> Words:
        """Return the witness, as `Evaluator.words` does."""
        return self._finished(inputs, user_hints).plain_values()

    def kept_bytes(self, inputs: Sequence[int], user_hints: Mapping[str, UserHint]) -> memoryview:
        """Return the wires that simplification left, as `Evaluator.kept_values` does."""
        values, kept = self._finished(inputs, user_hints).plain_bytes(), self.program.kept
        if kept is not None:
            values = self.prepared.evaluator.gathered(values, kept)
        n_bytes = self.program.field.n_bytes
        return memoryview(values).cast("B", (len(values) // n_bytes, n_bytes))

    def _finished(self, inputs: Sequence[int], user_hints: Mapping[str, UserHint]) -> Evaluation:
        program = self.program
        evaluation = self.prepared.evaluation()
        evaluation.set_integers([0], [1])
        first = program.first_input
        evaluation.set_consecutive(first, inputs)
        while (status := evaluation.run()) == job.CALLS_PYTHON:
            self._call(evaluation, user_hints)
        if status == job.BROKEN:
            raise broken_row(program, evaluation.row, evaluation.value)
        return evaluation

    def _call(self, evaluation: Evaluation, user_hints: Mapping[str, UserHint]) -> None:
        table, k = self.program.hint_table, evaluation.hint
        call, inputs = table.without_inputs(k), evaluation.hint_inputs(int(table.n_inputs[k]))
        results = results_of_inputs(self.program, call, inputs, user_hints)
        if len(results) != len(call.outputs):
            raise ValueError(f"a hint yields {len(call.outputs)} values, got {len(results)}")
        if results:
            evaluation.set_integers(call.outputs, results)
        evaluation.skip_hint()


def _prepared(program: WitnessProgram, evaluator: CompiledEvaluator) -> PreparedProgram:
    table, p = program.hint_table, program.field.modulus
    index = {value: k for k, value in enumerate(program.pool)}
    rows = RowArrays(
        program.starts,
        program.wires,
        program.coefficients,
        program.targets,
        _montgomery(program.field, table.pool),
        index.get(1, -1),
        index.get(p - 1, -1),
    )
    return evaluator.prepare(program.n_wires, rows, _hint_arrays(table))


def _montgomery(field: PrimeField, values: Sequence[int]) -> Words:
    p, r = field.modulus, field.montgomery_r
    return words_from_ints((value * r % p for value in values), field.n_words)


def _hint_arrays(table: HintTable) -> HintArrays:
    """Return the hints as the kernel takes them."""
    known = np.array([KINDS.get(name, job.PYTHON) for name in table.names], np.uint32)
    kinds = known[table.functions]
    first = np.zeros(len(table), np.uint32)
    of_bits = np.flatnonzero(kinds == job.BITS)
    first[of_bits] = table.parameters[table.parameter_starts[of_bits] + 1]
    return HintArrays(
        rows=table.rows,
        kinds=kinds,
        first=first,
        sides=table.input_starts[:-1].astype(np.uint32),
        starts=table.starts,
        wires=table.wires,
        coefficients=table.coefficients,
        out_starts=table.output_starts.astype(np.uint32),
        outputs=table.outputs,
    )
