"""The check of a witness program in compiled code: all indices in range, every wire with one value, before it is used.

It is that of `check_program` for rows and for the wires of hints, and says only whether a program is good.  It reads no index before it
has compared it, so columns of a file may be handed over as they are; `starts` and the lengths of the columns are the caller's.
"""

from __future__ import annotations

from functools import cached_property

from llvmlite import ir

from zkctl.field.kernels.evaluator.hints import HintEmitter
from zkctl.field.kernels.evaluator.integers import (
    Modulus,
    is_zero,
    load_number,
    load_u8,
    load_u32,
    store_u8,
    subtract,
)
from zkctl.field.kernels.evaluator.job import JOB
from zkctl.field.kernels.language import (
    I64,
    POINTER,
    Int,
    Pointer,
    Program,
    Variable,
    build,
    call,
    integer,
    loop,
    repeat_while,
    select,
    when,
)

_NONE = -1  # no wire


def _answer(routine: ir.Function, *arguments: Pointer | Int | int) -> Int:
    """Call a routine that returns a number."""
    found = call(routine, *arguments)
    assert found is not None
    return found


class CheckEmitter:
    """Emits `problems`.  Job: n_wires, n_pool; has_value (a byte for each wire, 1 for those given) and stamps (u32 for each wire, zero)."""

    def __init__(self, hints: HintEmitter) -> None:
        self.hints, self.program = hints, hints.program

    def emit(self) -> None:
        """Add the kernel (job) -> 0 if the program is good."""

        @self.program.kernel("problems", POINTER, returns=I64)
        def problems(job: Pointer) -> Int:
            found, hint = Variable(0), Variable(0)
            n_rows, n_hints = job.load(JOB["n_rows"]), job.load(JOB["n_hints"])
            for row in loop(n_rows + 1):
                with repeat_while(lambda row=row: self.hints.is_before(job, hint.get(), row)):  # type: ignore[misc]
                    problem = _answer(self._hint, job, hint.get(), row)
                    found.set(found.get() | problem)
                    hint.set(hint.get() + 1)
                with when(row.compare("<", n_rows)):
                    problem = _answer(self._row, job, row)
                    found.set(found.get() | problem)
            is_done = hint.get().compare("==", n_hints)
            return select(is_done, found.get(), 1)

    @cached_property
    def _side(self) -> ir.Function:
        """The routine (job, wires, coefficients, first, last, target) -> terms without a value, -1 if one is not good.

        A term is good if its wire has a value, or is the target with the coefficient 1.
        """
        types = (POINTER, POINTER, POINTER, I64, I64, I64)
        return self.program.routine("check_side", *types, returns=I64)(self._emit_side)

    def _emit_side(
        self,
        job: Pointer,
        wires: Pointer,
        coefficients: Pointer,
        first: Int,
        last: Int,
        target: Int,
    ) -> Int:
        b = build()
        late, has_value = Variable(0), job.load_pointer(JOB["has_value"])
        is_bad = Variable(0)
        n_wires, n_pool, one = (job.load(JOB[name]) for name in ("n_wires", "n_pool", "one"))
        for j in loop(last, first):
            wire, coefficient = load_u32(wires, j), load_u32(coefficients, j)
            exists = wire.compare("<", n_wires)
            is_known = load_u8(has_value, select(exists, wire, 0)).compare("!=", 0)
            is_target = b.and_(wire.compare("==", target), coefficient.compare("==", one))
            is_in_range = b.and_(exists, coefficient.compare("<", n_pool))
            is_term = b.and_(is_in_range, b.or_(is_known, is_target))
            late.set(late.get() + select(is_known, 0, 1))
            is_bad.set(is_bad.get() | select(is_term, 0, 1))
        return select(is_bad.get().compare("==", 0), late.get(), -1)

    @cached_property
    def _row(self) -> ir.Function:
        """The routine (job, row) -> 0: the row uses wires with a value, and the one it defines once, in C."""
        return self.program.routine("check_row", POINTER, I64, returns=I64)(self._emit_row)

    def _emit_row(self, job: Pointer, row: Int) -> Int:
        starts = job.load_pointer(JOB["starts"])
        table = [job.load_pointer(JOB[name]) for name in ("wires", "coefficients")]
        place = [starts.load(row * 3 + k) for k in (0, 2, 3)]
        target = load_u32(job.load_pointer(JOB["targets"]), row)
        factors = _answer(self._side, job, *table, place[0], place[1], _NONE)
        late = _answer(self._side, job, *table, place[1], place[2], target)
        defines = select(target.compare("!=", 0), 1, 0)
        with when(late.compare("==", 1)):  # so the target is a wire
            store_u8(1, job.load_pointer(JOB["has_value"]), target)
        return factors | (late ^ defines)

    @cached_property
    def _hint(self) -> ir.Function:
        """The routine (job, hint, row) -> 0: it is before this row, reads wires with a value, each once; its outputs have none yet."""
        types = (POINTER, I64, I64)
        return self.program.routine("check_hint", *types, returns=I64)(self._emit_hint)

    def _emit_hint(self, job: Pointer, hint: Int, row: Int) -> Int:
        place = load_u32(job.load_pointer(JOB["hint_rows"]), hint)
        problems = Variable(place ^ row)
        sides = job.load_pointer(JOB["hint_sides"])
        for side in loop(load_u32(sides, hint + 1), load_u32(sides, hint)):
            found = _answer(self._input, job, side)
            problems.set(problems.get() | found)
        ends = job.load_pointer(JOB["hint_out_starts"])
        outputs, has_value = (job.load_pointer(JOB[n]) for n in ("hint_outputs", "has_value"))
        n_wires = job.load(JOB["n_wires"])
        for j in loop(load_u32(ends, hint + 1), load_u32(ends, hint)):
            wire = load_u32(outputs, j)
            exists = wire.compare("<", n_wires)
            index = select(exists, wire, 0)  # wire 0 has a value
            problems.set(problems.get() | load_u8(has_value, index))
            store_u8(1, has_value, index)
        return problems.get()

    @cached_property
    def _input(self) -> ir.Function:
        """The routine (job, side) -> 0: an input of a hint has wires with a value, none twice."""
        return self.program.routine("check_input", POINTER, I64, returns=I64)(self._emit_input)

    def _emit_input(self, job: Pointer, side: Int) -> Int:
        names = ("hint_wires", "hint_coefficients", "hint_starts")
        wires, coefficients, starts = (job.load_pointer(JOB[name]) for name in names)
        first, last = starts.load(side), starts.load(side + 1)
        problems = Variable(_answer(self._side, job, wires, coefficients, first, last, _NONE))
        stamps, stamp = job.load_pointer(JOB["stamps"]), side + 1
        with when(problems.get().compare("==", 0)):
            for j in loop(last, first):
                wire = load_u32(wires, j)
                is_twice = stamps.load_i32(wire).compare("==", stamp)
                stamps.store_i32(stamp, wire)
                problems.set(problems.get() | select(is_twice, 1, 0))
        return problems.get()


def emit_columns(program: Program, modulus: Modulus) -> None:
    """Add `survey`, `starts`, `gather` and `count_improper`."""
    n_words = modulus.n

    @program.kernel("count_improper", POINTER, I64, returns=I64)
    def count_improper(numbers: Pointer, count: Int) -> Int:
        """Return how many numbers are zero or not below the modulus."""
        found = Variable(0)
        for k in loop(count):
            number = load_number(numbers.at(k * n_words), n_words)
            borrow: Int = integer(0)
            for word, p in zip(number, modulus.p, strict=True):
                _, borrow = subtract(word, p, borrow)
            is_improper = build().or_(is_zero(number), borrow.compare("==", 0))
            found.set(found.get() + select(is_improper, 1, 0))
        return found.get()

    @program.kernel("survey", POINTER, I64, POINTER)
    def survey(numbers: Pointer, count: Int, out: Pointer) -> None:
        """Write sum, maximum (-1 without any) and the number of those that are not zero, of 32-bit numbers."""
        total, highest, nonzero = Variable(0), Variable(-1), Variable(0)
        for k in loop(count):
            number = load_u32(numbers, k)
            total.set(total.get() + number)
            is_higher = highest.get().compare("<", number)
            highest.set(select(is_higher, number, highest.get()))
            nonzero.set(nonzero.get() + select(number.compare("!=", 0), 1, 0))
        for place, found in enumerate((total, highest, nonzero)):
            out.store(found.get(), place)

    @program.kernel("starts", POINTER, I64, POINTER)
    def starts(lengths: Pointer, count: Int, out: Pointer) -> None:
        """Write where each of consecutive parts begins, and the end: count + 1 words."""
        total = Variable(0)
        out.store(0)
        for k in loop(count):
            total.set(total.get() + load_u32(lengths, k))
            out.store(total.get(), k + 1)

    @program.kernel("gather", POINTER, POINTER, I64, POINTER)
    def gather(values: Pointer, indices: Pointer, count: Int, out: Pointer) -> None:
        """Copy the values with these indices."""
        for k in loop(count):
            source, target = values.at(load_u32(indices, k) * n_words), out.at(k * n_words)
            for word in range(n_words):
                target.store(source.load(word), word)
