"""Run a witness program: one pass over its rows and hints, in compiled code or with Python integers; no code from the program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import mul
from typing import TYPE_CHECKING

from zkctl.constraints.advice.calls import advice_runners
from zkctl.constraints.advice.run import Log
from zkctl.constraints.hint_call import HintCall
from zkctl.constraints.hint_results import UserHint, hint_results
from zkctl.constraints.witness_program import WitnessProgram
from zkctl.errors import InputError, UnsatisfiedError
from zkctl.field.backend import evaluator as compiled_evaluator
from zkctl.field.words import Words, ints_from_words, words_from_ints
from zkctl.runtime.settings import must_compile

if TYPE_CHECKING:
    from zkctl.constraints.compiled_runs import CompiledRuns
    from zkctl.field import PrimeField
    from zkctl.field.kernels.compiled.evaluator import CompiledEvaluator

FEW_TERMS = 1 << 13  # Python computes so few sooner than machine code is loaded
TERMS_OF_LOAD = 250_000  # in Python a tenth of a second
TERMS_OF_HINT = 16
_ROWS_AT_ONCE = 1 << 14  # rows turned into Python lists at a time


def evaluate(
    program: WitnessProgram,
    inputs: Sequence[int],
    user_hints: Mapping[str, UserHint] | None = None,
    log: Log | None = None,
) -> list[int]:
    """Return all wires of a circuit.  Shapes: n_inputs -> n_wires, integers in [0, p).

    `log` takes the lines that the circuit logs, piece by piece.
    Assumes: the program passed `check_program`; inputs are in [0, p), public before private.
    Raises: UnsatisfiedError at the first check that fails, with its message, both values and the source; InputError for a wrong
    number of inputs; CircuitError if a user's hint is needed and not in `user_hints`; LimitError, InputError for advice that exceeds a
    limit or an array.
    """
    return Evaluator(program, user_hints).integers(inputs, log)


def evaluator_for(field: PrimeField, n_terms: int) -> CompiledEvaluator | None:
    """Return the compiled evaluator if it is there and worth its start for so many terms, in all runs; a hint is TERMS_OF_HINT."""
    if n_terms < FEW_TERMS and not must_compile():
        return None
    return compiled_evaluator(field, n_terms / TERMS_OF_LOAD)


class Evaluator:
    """Computes the witnesses of one program: in compiled code if there is enough to do, else in Python.

    `n_runs` is the number of witnesses that will be asked for; `in_python` says that Python is the quicker one; `runs` are those of a
    program that is prepared for the compiled evaluator already.
    """

    def __init__(
        self,
        program: WitnessProgram,
        user_hints: Mapping[str, UserHint] | None = None,
        n_runs: int = 1,
        *,
        in_python: bool = False,
        runs: CompiledRuns | None = None,
    ) -> None:
        self.program, self.user_hints, self.in_python = program, user_hints or {}, in_python
        self._runs = runs
        # of all runs
        self.n_terms = n_runs * (len(program.wires) + TERMS_OF_HINT * len(program.hints))

    def integers(self, inputs: Sequence[int], log: Log | None = None) -> list[int]:
        """Return the witness for some inputs, as `evaluate` does."""
        hints, compiled = self._start(inputs, log)
        if compiled is None:
            return self._in_python(inputs, hints)
        return ints_from_words(compiled.run(inputs, hints))

    def words(self, inputs: Sequence[int], log: Log | None = None) -> Words:
        """Return the witness for some inputs as words.  Shapes: n_inputs -> (n_wires, n_words).  Units: plain, canonical."""
        hints, compiled = self._start(inputs, log)
        if compiled is None:
            return words_from_ints(self._in_python(inputs, hints), self.program.field.n_words)
        return compiled.run(inputs, hints)

    def kept_values(self, inputs: Sequence[int], log: Log | None = None) -> memoryview | list[int]:
        """Return the wires that simplification left, without numpy.

        Shapes: n_inputs -> n_kept integers, or a view of bytes (n_kept, n_bytes) of those that compiled code computed.
        """
        hints, compiled = self._start(inputs, log)
        if compiled is not None:
            return compiled.kept_bytes(inputs, hints)
        values, kept = self._in_python(inputs, hints), self.program.kept
        return values if kept is None else [values[k] for k in kept.tolist()]

    def _start(
        self, inputs: Sequence[int], log: Log | None
    ) -> tuple[dict[str, UserHint], CompiledRuns | None]:
        """Return the hints of one run that are computed in Python, and the compiled evaluator if it is to be used."""
        program = self.program
        if len(inputs) != program.n_inputs:
            raise InputError(f"the circuit has {program.n_inputs} inputs, got {len(inputs)} values")
        advice = advice_runners(program.advice, program.field.modulus, log, program.functions)
        return {**advice, **self.user_hints}, self._compiled()

    def _compiled(self) -> CompiledRuns | None:
        """Return the compiled evaluator if it is worth its start: a small witness is computed before it is loaded."""
        if self.in_python:
            return None
        if self._runs is None:
            found = evaluator_for(self.program.field, self.n_terms)
            if found is not None:
                from zkctl.constraints.compiled_runs import CompiledRuns

                self._runs = CompiledRuns(self.program, found)
        return self._runs

    def _in_python(self, inputs: Sequence[int], hints: Mapping[str, UserHint]) -> list[int]:
        run, n_rows = _Run(self.program, inputs, hints), self.program.n_rows
        for first in range(0, n_rows, _ROWS_AT_ONCE):
            run.rows(first, min(first + _ROWS_AT_ONCE, n_rows))
        run.remaining_hints()
        return run.values


class _Run:
    """The values so far and the next hint."""

    def __init__(
        self, program: WitnessProgram, inputs: Sequence[int], user_hints: Mapping[str, UserHint]
    ) -> None:
        self.program = program
        self.hints = program.hint_calls
        self.user_hints = user_hints
        self.values = [0] * program.n_wires
        self.values[0] = 1
        self.values[program.first_input : program.first_input + len(inputs)] = inputs
        self.next_hint = 0

    def rows(self, first: int, last: int) -> None:
        """Compute or check the rows first .. last - 1."""
        program, values, p = self.program, self.values, self.program.field.modulus
        starts = program.starts[3 * first : 3 * last + 1].tolist()
        offset = starts[0]
        wires = program.wires[offset : starts[-1]].tolist()
        pool = [value if 2 * value < p else value - p for value in program.pool]  # short numbers
        coefficients = [pool[k] for k in program.coefficients[offset : starts[-1]].tolist()]

        def side(k: int) -> int:
            part = slice(starts[k] - offset, starts[k + 1] - offset)
            return sum(map(mul, coefficients[part], map(values.__getitem__, wires[part])))

        pause = self._pause()
        for row, target in enumerate(program.targets[first:last].tolist(), start=first):
            if row >= pause:
                pause = self._hints_before(row)
            k = 3 * (row - first)
            residue = (side(k) * side(k + 1) - side(k + 2)) % p
            if target:
                values[target] = residue
            elif residue:
                raise self._broken(row)

    def _broken(self, row: int) -> UnsatisfiedError:
        from zkctl.constraints.broken_row import broken_row

        return broken_row(self.program, row, self.values.__getitem__)

    def remaining_hints(self) -> None:
        """Run the hints after the last row."""
        self._hints_before(self.program.n_rows)

    def _pause(self) -> int:
        """Return the row before which the next hint runs."""
        hints = self.hints
        return hints[self.next_hint].before_row if self.next_hint < len(hints) else self.program.n_rows + 1  # fmt: skip

    def _hints_before(self, row: int) -> int:
        while self._pause() <= row:
            self._hint(self.hints[self.next_hint])
            self.next_hint += 1
        return self._pause()

    def _hint(self, call: HintCall) -> None:
        results = hint_results(self.program, call, self.values.__getitem__, self.user_hints)
        for wire, value in zip(call.outputs, results, strict=True):
            self.values[wire] = value
