"""Many inversions at once: rows and hints of a program in an order in which inversions that do not depend on each other meet.

The level of a wire is the number of inversions that it depends on, one after the other.  `schedule` sorts by levels: of each, first what
needs no inversion, in the order of the program, then its inversions, whose results are of the next level.  `run_levels` computes
in that order, with one power for all inversions of a level.
Source: P. L. Montgomery, "Speeding the Pollard and elliptic curve methods of factorization", 1987, section 10.3.1.
"""

from __future__ import annotations

from functools import cached_property

from llvmlite import ir

from zkctl.field.kernels.evaluator.hints import HintEmitter
from zkctl.field.kernels.evaluator.integers import is_zero, load_number, load_u32, store_number
from zkctl.field.kernels.evaluator.job import (
    BITS,
    BROKEN,
    DIVIDE_OR_ZERO,
    FINISHED,
    INVERSE_OR_ZERO,
    JOB,
)
from zkctl.field.kernels.language import (
    I64,
    POINTER,
    Int,
    Pointer,
    Variable,
    build,
    call,
    loop,
    repeat_while,
    scratch,
    select,
    when,
)


class LevelEmitter:
    """Emits `schedule` and `run_levels`.

    Job: wire_levels (u32 for each wire, zero), keys, sequence and order (u32 for each row and hint), ends (words, zero, two for each
    level and one more); an item is a row, or the number of rows and a hint.
    """

    def __init__(self, hints: HintEmitter) -> None:
        self.hints, self.rows, self.n = hints, hints.rows, hints.n
        self.program = hints.program

    def emit(self) -> None:
        """Add (job) -> number of levels, and (job) -> FINISHED or BROKEN.  Assumes: no hint is Python's."""
        self._emit_schedule()
        self._emit_run()

    # -- the order

    def _emit_schedule(self) -> None:
        @self.program.kernel("schedule", POINTER, returns=I64)
        def schedule(job: Pointer) -> Int:
            hint, count = Variable(0), Variable(0)
            n_rows = job.load(JOB["n_rows"])
            for row in loop(n_rows + 1):
                with repeat_while(lambda row=row: self.hints.is_before(job, hint.get(), row)):  # type: ignore[misc]
                    call(self._place_hint, job, hint.get(), count.get())
                    hint.set(hint.get() + 1)
                    count.set(count.get() + 1)
                with when(row.compare("<", n_rows)):
                    call(self._place_row, job, row, count.get())
                    count.set(count.get() + 1)
            return self._sorted(job, count.get())

    def _sorted(self, job: Pointer, count: Int) -> Int:
        """Write the order, and where each key ends in it; return the number of levels."""
        keys, sequence, order, ends = (job.load_pointer(JOB[n]) for n in ("keys", "sequence", "order", "ends"))  # fmt: skip
        highest = Variable(0)
        for k in loop(count):
            key = load_u32(keys, k)
            ends.store(ends.load(key + 1) + 1, key + 1)
            highest.set(select(highest.get().compare("<", key), key, highest.get()))
        for k in loop(highest.get() + 1):
            ends.store(ends.load(k) + ends.load(k + 1), k + 1)
        for k in loop(count):
            key = load_u32(keys, k)
            place = ends.load(key)
            order.store_i32(load_u32(sequence, k), place)
            ends.store(place + 1, key)
        return (highest.get() >> 1) + 1

    def _note(self, job: Pointer, place: Int, item: Int, key: Int) -> None:
        job.load_pointer(JOB["keys"]).store_i32(key, place)
        job.load_pointer(JOB["sequence"]).store_i32(item, place)

    @cached_property
    def _level(self) -> ir.Function:
        """The routine (job, wires, first, last) -> the highest level of some wires."""
        types = (POINTER, POINTER, I64, I64)
        return self.program.routine("level", *types, returns=I64)(self._emit_level)

    def _emit_level(self, job: Pointer, wires: Pointer, first: Int, last: Int) -> Int:
        levels, highest = job.load_pointer(JOB["wire_levels"]), Variable(0)
        for j in loop(last, first):
            level = load_u32(levels, load_u32(wires, j))
            highest.set(select(highest.get().compare("<", level), level, highest.get()))
        return highest.get()

    def _level_of(self, job: Pointer, wires: str, first: Int, last: Int) -> Int:
        found = call(self._level, job, job.load_pointer(JOB[wires]), first, last)
        assert found is not None
        return found

    @cached_property
    def _place_row(self) -> ir.Function:
        """The routine (job, row, place): note its key and the level of its wire."""
        return self.program.routine("place_row", POINTER, I64, I64)(self._emit_place_row)

    def _emit_place_row(self, job: Pointer, row: Int, place: Int) -> None:
        starts = job.load_pointer(JOB["starts"])
        level = self._level_of(job, "wires", starts.load(row * 3), starts.load(row * 3 + 3))
        target = load_u32(job.load_pointer(JOB["targets"]), row)
        with when(target.compare("!=", 0)):
            job.load_pointer(JOB["wire_levels"]).store_i32(level, target)
        self._note(job, place, row, level + level)

    @cached_property
    def _place_hint(self) -> ir.Function:
        """The routine (job, hint, place): note its key and the level of its outputs."""
        return self.program.routine("place_hint", POINTER, I64, I64)(self._emit_place_hint)

    def _emit_place_hint(self, job: Pointer, hint: Int, place: Int) -> None:
        kind = load_u32(job.load_pointer(JOB["hint_kinds"]), hint)
        is_inverse, is_ratio = (kind.compare("==", k) for k in (INVERSE_OR_ZERO, DIVIDE_OR_ZERO))
        inverts = select(build().or_(is_inverse, is_ratio), 1, 0)
        first, starts = self.hints.first_side(job, hint), job.load_pointer(JOB["hint_starts"])
        n_sides = select(build().or_(is_inverse, kind.compare("==", BITS)), 1, 2)
        level = self._level_of(job, "hint_wires", starts.load(first), starts.load(first + n_sides))
        levels = job.load_pointer(JOB["wire_levels"])
        begin, end = self.hints.outputs(job, hint)
        for j in loop(end, begin):
            levels.store_i32(level + inverts, load_u32(job.load_pointer(JOB["hint_outputs"]), j))
        self._note(job, place, job.load(JOB["n_rows"]) + hint, level + level + inverts)

    # -- the run

    def _emit_run(self) -> None:
        @self.program.kernel("run_levels", POINTER, returns=I64)
        def run_levels(job: Pointer) -> Int:
            begin, ends = Variable(0), job.load_pointer(JOB["ends"])
            broken = Variable(0)
            for level in loop(job.load(JOB["n_levels"])):
                end, last = ends.load(level * 2), ends.load(level * 2 + 1)
                for place in loop(end, begin.get()):
                    held = call(self._item, job, place)
                    assert held is not None
                    broken.set(broken.get() | (held ^ 1))
                with when(end.compare("<", last)):
                    call(self._batch, job, end, last)
                begin.set(last)
            return select(broken.get().compare("==", 0), FINISHED, BROKEN)

    @cached_property
    def _item(self) -> ir.Function:
        """The routine (job, place) -> 1: a row that holds, or a hint."""
        return self.program.routine("item", POINTER, I64, returns=I64)(self._emit_item)

    def _emit_item(self, job: Pointer, place: Int) -> Int:
        item, held = load_u32(job.load_pointer(JOB["order"]), place), Variable(1)
        n_rows = job.load(JOB["n_rows"])
        is_row = item.compare("<", n_rows)
        with build().if_else(is_row) as (then, otherwise):
            with then:
                found = call(self.rows.row, job, item)
                assert found is not None
                held.set(found)
            with otherwise:
                call(self.hints.call, job, item - n_rows)
        return held.get()

    @cached_property
    def _batch(self) -> ir.Function:
        """The routine (job, first, last): compute the inversions from one place of the order up to another."""
        return self.program.routine("batch", POINTER, I64, I64)(self._emit_batch)

    def _emit_batch(self, job: Pointer, first: Int, last: Int) -> None:
        """Keep the product of the numbers before in the place of each result; go back with the inverse of the whole."""
        product, inverse, multiply = scratch(self.n), scratch(self.n), self.rows.multiply
        store_number(self.rows.modulus.words(self.rows.modulus.field.montgomery_r), product)
        for place in loop(last, first):
            hint, out = self._inversion(job, place)
            divisor = self._divisor(job, hint)
            store_number(load_number(product, self.n), out)
            with when(build().not_(is_zero(load_number(divisor, self.n)))):
                multiply(product, divisor, product)
        call(self.hints.power, product, inverse)
        for done in loop(last - first):
            hint, out = self._inversion(job, last - 1 - done)
            divisor = self._divisor(job, hint)
            with build().if_else(is_zero(load_number(divisor, self.n))) as (zero, other):
                with zero:
                    store_number([0] * self.n, out)
                with other:
                    multiply(out, inverse, out)
                    multiply(inverse, divisor, inverse)
            with when(self._is_ratio(job, hint)):
                multiply(out, self.hints.input(job, hint, 0), out)

    def _inversion(self, job: Pointer, place: Int) -> tuple[Int, Pointer]:
        """Return the hint at a place of the order, and the address of its result."""
        hint = load_u32(job.load_pointer(JOB["order"]), place) - job.load(JOB["n_rows"])
        return hint, self.hints.output(job, self.hints.outputs(job, hint)[0])

    def _is_ratio(self, job: Pointer, hint: Int) -> ir.Value:
        return load_u32(job.load_pointer(JOB["hint_kinds"]), hint).compare("==", DIVIDE_OR_ZERO)

    def _divisor(self, job: Pointer, hint: Int) -> Pointer:
        return self.hints.input(job, hint, select(self._is_ratio(job, hint), 1, 0))
