"""The evaluator's program: `run` a job until something needs Python, and conversions of whole arrays in place."""

from __future__ import annotations

from zkctl.field.kernels.evaluator.checks import CheckEmitter, emit_columns
from zkctl.field.kernels.evaluator.hints import HintEmitter
from zkctl.field.kernels.evaluator.integers import (
    Modulus,
    load_u32,
)
from zkctl.field.kernels.evaluator.job import BROKEN, CALLS_PYTHON, FINISHED, JOB, PYTHON
from zkctl.field.kernels.evaluator.levels import LevelEmitter
from zkctl.field.kernels.evaluator.rows import RowEmitter
from zkctl.field.kernels.language import (
    I64,
    POINTER,
    Int,
    Pointer,
    Program,
    Variable,
    call,
    loop,
    repeat_while,
    select,
    when,
)
from zkctl.field.prime import PrimeField

_RUNNING = -1


def emit_evaluator(program: Program, field: PrimeField) -> None:
    """Add `run`, `schedule`, `run_levels`, `problems`, `to_plain`, `to_montgomery`, and those of columns."""
    rows = RowEmitter(program, Modulus(field))
    hints = HintEmitter(rows)
    _emit_run(program, rows, hints)
    CheckEmitter(hints).emit()
    LevelEmitter(hints).emit()
    hints.emit_inputs()
    emit_columns(program, rows.modulus)
    _emit_conversions(program, rows)


def _emit_run(program: Program, rows: RowEmitter, hints: HintEmitter) -> None:
    @program.kernel("run", POINTER, returns=I64)
    def run(job: Pointer) -> Int:
        """Compute rows and built-in hints in order; return FINISHED, BROKEN at the job's row, or CALLS_PYTHON for its hint."""
        status = Variable(_RUNNING)
        n_hints = job.load(JOB["n_hints"])
        with repeat_while(lambda: status.get().compare("==", _RUNNING)):
            hint = job.load(JOB["hint"])
            has_hint = hint.compare("<", n_hints)
            place = select(has_hint, hint, 0)
            pause = load_u32(job.load_pointer(JOB["hint_rows"]), place)
            held = rows.emit_until(job, select(has_hint, pause, job.load(JOB["n_rows"])))
            is_python = load_u32(job.load_pointer(JOB["hint_kinds"]), place).compare("==", PYTHON)
            next_step = select(has_hint, select(is_python, CALLS_PYTHON, _RUNNING), FINISHED)
            status.set(select(held, next_step, BROKEN))
            with when(status.get().compare("==", _RUNNING)):
                call(hints.call, job, hint)
                job.store(hint + 1, JOB["hint"])
        return status.get()


def _emit_conversions(program: Program, rows: RowEmitter) -> None:
    @program.kernel("to_plain", POINTER, I64)
    def to_plain(numbers: Pointer, count: Int) -> None:
        """Replace Montgomery numbers by the integers that they stand for."""
        for k in loop(count):
            number = numbers.at(k * rows.n)
            rows.write_plain(number, number)

    @program.kernel("to_montgomery", POINTER, I64)
    def to_montgomery(numbers: Pointer, count: Int) -> None:
        """Replace integers below p by Montgomery numbers."""
        for k in loop(count):
            number = numbers.at(k * rows.n)
            rows.write_montgomery(number, number)
