"""Run a witness program in compiled code: its rows and hints as arrays, and Python where a hint needs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any

import numpy as np

from zkctl.constraints.block import HintCall
from zkctl.constraints.broken_row import broken_row
from zkctl.constraints.hint_functions import (
    BITS,
    DIVIDE_OR_ZERO,
    INVERSE_OR_ZERO,
    QUOTIENT_REMAINDER,
)
from zkctl.constraints.hint_results import UserHint, hint_results
from zkctl.constraints.witness_program import WitnessProgram
from zkctl.field import PrimeField, words_from_ints
from zkctl.field.kernels.evaluator import job
from zkctl.field.kernels.interface import HintArrays, RowArrays
from zkctl.field.words import Words

if TYPE_CHECKING:
    from zkctl.field.kernels.compiled.evaluator import CompiledEvaluator, Evaluation

_KINDS = {
    BITS.name: job.BITS,
    INVERSE_OR_ZERO.name: job.INVERSE_OR_ZERO,
    DIVIDE_OR_ZERO.name: job.DIVIDE_OR_ZERO,
    QUOTIENT_REMAINDER.name: job.QUOTIENT_REMAINDER,
}


class CompiledRuns:
    """A program as the compiled evaluator takes it; any number of runs."""

    def __init__(self, program: WitnessProgram, evaluator: CompiledEvaluator) -> None:
        self.program = program
        pool, p = list(program.pool), program.field.modulus
        index = {value: k for k, value in enumerate(pool)}
        hints = _hint_arrays(program.hints, pool, index)
        rows = RowArrays(
            program.starts,
            program.wires,
            program.coefficients,
            program.targets,
            _montgomery(program.field, pool),
            index.get(1, -1),
            index.get(p - 1, -1),
        )
        self.prepared = evaluator.prepare(program.n_wires, rows, hints)

    def run(self, inputs: Sequence[int], user_hints: Mapping[str, UserHint]) -> Words:
        """Return the witness, as `Evaluator.words` does."""
        program = self.program
        evaluation = self.prepared.evaluation()
        evaluation.set_integers([0], [1])
        first = program.first_input
        evaluation.set_integers(slice(first, first + len(inputs)), inputs)
        while (status := evaluation.run()) == job.CALLS_PYTHON:
            self._call(evaluation, user_hints)
        if status == job.BROKEN:
            raise broken_row(program, evaluation.row, evaluation.value)
        return evaluation.plain_values()

    def _call(self, evaluation: Evaluation, user_hints: Mapping[str, UserHint]) -> None:
        call = self.program.hints[evaluation.hint]
        results = hint_results(self.program, call, evaluation.value, user_hints)
        if len(results) != len(call.outputs):
            raise ValueError(f"a hint yields {len(call.outputs)} values, got {len(results)}")
        if results:
            evaluation.set_integers(list(call.outputs), results)
        evaluation.skip_hint()


def _montgomery(field: PrimeField, values: Sequence[int]) -> Words:
    p, r = field.modulus, field.montgomery_r
    return words_from_ints((value * r % p for value in values), field.n_words)


def _hint_arrays(hints: Sequence[HintCall], pool: list[int], index: dict[int, int]) -> HintArrays:
    """Return the hints as arrays; coefficients that only hints have are added to the pool."""
    sides = [terms for call in hints for terms in call.inputs]
    for coefficient in {c for terms in sides for c in terms.values()} - index.keys():
        index[coefficient] = len(pool)
        pool.append(coefficient)
    kinds = [_KINDS.get(call.function, job.PYTHON) for call in hints]
    return HintArrays(
        rows=_numbers([call.before_row for call in hints]),
        kinds=_numbers(kinds),
        first=_numbers(
            [
                call.parameters[1] if kind == job.BITS else 0
                for call, kind in zip(hints, kinds, strict=True)
            ]
        ),
        sides=_starts([len(call.inputs) for call in hints])[:-1].astype(np.uint32),
        starts=_starts([len(terms) for terms in sides]),
        wires=_numbers(list(chain.from_iterable(sides))),
        coefficients=_numbers([index[c] for terms in sides for c in terms.values()]),
        out_starts=_starts([len(call.outputs) for call in hints]).astype(np.uint32),
        outputs=_numbers(list(chain.from_iterable(call.outputs for call in hints))),
    )


def _numbers(values: Sequence[int]) -> Any:
    return np.array(values, np.uint32)


def _starts(lengths: Sequence[int]) -> Any:
    return np.array(list(accumulate(lengths, initial=0)), np.int64)
