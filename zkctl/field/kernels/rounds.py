"""Rounds of additions that depend on each other, driven without leaving compiled code.

A round is a list of pairs to add; the next one refers to its sums.  Two schedules make rounds from a job (rounds.py):

    segments   pairs up neighbours inside each segment until one reference is left (Yao's tree)
    halving    sum b B_b = 2 sum_a a (B_2a + B_2a+1) + sum of the odd ones, for all windows at once

and a driver alternates between a schedule and the group's batched addition.  Where the addition flags a pair that its
formula does not cover, the driver stops after that round; the caller mends the sums and calls again.
"""

from __future__ import annotations

from collections.abc import Callable

from llvmlite import ir

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
    width,
)
from zkctl.field.kernels.round_job import NONE, JobWord
from zkctl.field.kernels.schedule import pair_up
from zkctl.runtime.records import record

Schedule = Callable[[Pointer], Int]


@record
class BatchedAddition:
    """The addition that drivers call, as addition(pool, left, right, n_blocks, scratch, flags, out).

    It reads lists `ahead` blocks beyond their end and returns whether a flag is set.
    """

    function: ir.Function
    row_words: int
    ahead: int


@record
class TableEntry:
    """An entry of the halving table: the start of its window and its number there."""

    window: Int
    number: Int


def emit_drivers(program: Program, name: str, addition: BatchedAddition) -> None:
    """Add `<name>_segments(job)` and `<name>_halving(job)`: the number of pairs of a round to be mended, 0 at the end."""

    def segments(job: Pointer) -> Int:
        return next_segments_round(job, addition.row_words)

    schedules: dict[str, Schedule] = {"segments": segments, "halving": next_halving_round}
    for kind, schedule in schedules.items():
        routine = program.routine(f"{name}_next_{kind}", POINTER, returns=I64)(schedule)
        _emit_driver(program, f"{name}_{kind}", routine, addition)


def _emit_driver(
    program: Program,
    name: str,
    schedule: ir.Function,
    addition: BatchedAddition,
) -> None:

    @program.kernel(name, POINTER, returns=I64)
    def driver(job: Pointer) -> Int:
        pairs, flagged = Variable(1), Variable(0)
        with repeat_while(lambda: _both(pairs.get().compare("!=", 0), _is_zero(flagged))):
            pairs.set(_result(schedule, job))
            n = pairs.get()
            with when(n.compare("!=", 0)):
                left, right = job.load_pointer(JobWord.LEFT), job.load_pointer(JobWord.RIGHT)
                for side in (left, right):
                    for k in loop(
                        (addition.ahead + 1) * width()
                    ):  # the kernel may read beyond the end
                        side.store_i32(side.load_i32(0), n + k)
                pool = job.load_pointer(JobWord.POOL)
                flagged.set(
                    _result(
                        addition.function,
                        pool,
                        left,
                        right,
                        _blocks(n),
                        job.load_pointer(JobWord.SCRATCH),
                        job.load_pointer(JobWord.FLAGS),
                        pool.at(job.load(JobWord.ROW) * addition.row_words),
                    )
                )
        return select(flagged.get().compare("!=", 0), pairs.get(), 0)


def next_segments_round(job: Pointer, row_words: int) -> Int:
    """Pair up the rest of the present chunk, or the next one; 0 when all segments are done."""
    pairs, more = Variable(0), Variable(1)
    with repeat_while(lambda: _both(_is_zero(pairs), more.get().compare("!=", 0))):
        with when(job.load(JobWord.ACTIVE).compare("==", 0)):
            more.set(
                select(job.load(JobWord.FIRST).compare("<", job.load(JobWord.N_SEGMENTS)), 1, 0)
            )
            with when(more.get().compare("!=", 0)):
                _begin_chunk(job)
        with when(more.get().compare("!=", 0)):
            pairs.set(_pair_up_chunk(job))
            with when(_is_zero(pairs)):
                _collect(job, row_words)
                job.store(job.load(JobWord.LAST), JobWord.FIRST)
                job.store(0, JobWord.ACTIVE)
            with when(pairs.get().compare("!=", 0)):
                _advance_row(job, pairs.get())
                for name in ("REFS", "STARTS"):
                    now, following, spare = (
                        JobWord[f"{turn}_{name}"] for turn in ("NOW", "NEXT", "SPARE")
                    )
                    written = job.load(following)
                    job.store(written, now)
                    job.store(job.load(spare), following)
                    job.store(written, spare)
    return pairs.get()


def _begin_chunk(job: Pointer) -> None:
    """Begin a chunk: as many segments as fit, at least one."""
    starts, n = job.load_pointer(JobWord.STARTS), job.load(JobWord.N_SEGMENTS)
    first, chunk = job.load(JobWord.FIRST), job.load(JobWord.CHUNK)
    reach = starts.load_i32(first) + chunk
    rest = n - first
    limit = first + select(rest.compare("<", chunk), rest, chunk)
    last, going = Variable(first + 1), Variable(1)
    with repeat_while(lambda: _both(last.get().compare("<", limit), going.get().compare("!=", 0))):
        going.set(select(starts.load_i32(last.get() + 1).compare("<=", reach), 1, 0))
        last.set(last.get() + going.get())
    job.store(last.get(), JobWord.LAST)
    job.store(1, JobWord.ACTIVE)
    job.store(job.load(JobWord.TEMPORARY), JobWord.NEXT_ROW)
    job.store(job.load(JobWord.REFS), JobWord.NOW_REFS)
    job.store(job.load(JobWord.STARTS) + (first << 2), JobWord.NOW_STARTS)


def _pair_up_chunk(job: Pointer) -> Int:
    return pair_up(
        job.load_pointer(JobWord.NOW_REFS),
        job.load_pointer(JobWord.NOW_STARTS),
        job.load(JobWord.LAST) - job.load(JobWord.FIRST),
        job.load_pointer(JobWord.LEFT),
        job.load_pointer(JobWord.RIGHT),
        job.load_pointer(JobWord.NEXT_REFS),
        job.load_pointer(JobWord.NEXT_STARTS),
        job.load(JobWord.NEXT_ROW),
    )


def _collect(job: Pointer, row_words: int) -> None:
    """Keep references to given points; move computed sums out of the temporary rows."""
    refs, starts = job.load_pointer(JobWord.NOW_REFS), job.load_pointer(JobWord.NOW_STARTS)
    pool, results = job.load_pointer(JobWord.POOL), job.load_pointer(JobWord.RESULTS)
    first, out = job.load(JobWord.FIRST), job.load(JobWord.OUT)
    given = job.load(JobWord.TEMPORARY) << 1
    for s in loop(job.load(JobWord.LAST) - first):
        segment = first + s
        results.store_i32(integer(NONE), segment)
        position = starts.load_i32(s)
        with when(position.compare("!=", starts.load_i32(s + 1))):
            ref = refs.load_i32(position)
            computed = ref.compare(">=", given)
            target = out + segment
            results.store_i32(select(computed, target << 1, ref), segment)
            with when(computed):
                source, row = pool.at((ref >> 1) * row_words), pool.at(target * row_words)
                for k in range(row_words):
                    row.store(source.load(k), k)


def next_halving_round(job: Pointer) -> Int:
    """Emit one level: list the odd-numbered buckets of every window, and pair each with its even neighbour."""
    pairs = Variable(0)
    with repeat_while(lambda: _both(_is_zero(pairs), job.load(JobWord.SIZE).compare(">", 1))):
        n_windows, lists = job.load(JobWord.N_WINDOWS), job.load(JobWord.N_LISTS)
        half = (job.load(JobWord.SIZE) + 1) >> 1
        table, starts = job.load_pointer(JobWord.TABLE), job.load_pointer(JobWord.ODD_STARTS)
        for w in loop(n_windows):
            starts.store_i32(job.load(JobWord.N_ODD), lists + w)
            first = w * job.load(JobWord.STRIDE)
            for a in loop(half):
                _halve_entry(job, table, TableEntry(first, a), pairs)
            table.store_i32(integer(NONE), first + half)
        job.store(lists + n_windows, JobWord.N_LISTS)
        starts.store_i32(job.load(JobWord.N_ODD), lists + n_windows)
        job.store(half, JobWord.SIZE)
    _advance_row(job, pairs.get())
    return pairs.get()


def _halve_entry(job: Pointer, table: Pointer, entry: TableEntry, pairs: Variable) -> None:
    """Replace entry a by the sum of entries 2a and 2a + 1; entry 0 weighs nothing and stays empty."""
    first, a = entry.window, entry.number
    even, odd = (table.load_i32(first + (a << 1) + k) for k in range(2))
    no_even, no_odd = (side.compare("==", NONE) for side in (even, odd))
    with when(odd.compare("!=", NONE)):
        n_odd = job.load(JobWord.N_ODD)
        job.load_pointer(JobWord.ODD_REFS).store_i32(odd, n_odd)
        job.store(n_odd + 1, JobWord.N_ODD)
    m = pairs.get()
    b = build()
    alone = b.or_(b.or_(no_even, no_odd), a.compare("==", 0))
    with when(b.not_(alone)):
        job.load_pointer(JobWord.LEFT).store_i32(even, m)
        job.load_pointer(JobWord.RIGHT).store_i32(odd, m)
        pairs.set(m + 1)
    kept = select(a.compare("==", 0), NONE, select(no_even, odd, even))
    table.store_i32(select(alone, kept, (job.load(JobWord.NEXT_ROW) + m) << 1), first + a)


def _advance_row(job: Pointer, n_pairs: Int) -> None:
    """Move on by the whole blocks of rows that the round's sums take."""
    row = job.load(JobWord.NEXT_ROW)
    job.store(row, JobWord.ROW)
    job.store(row + _blocks(n_pairs) * width(), JobWord.NEXT_ROW)


def _blocks(n: Int) -> Int:
    return (n + (width() - 1)) >> (width().bit_length() - 1)


def _both(first: ir.Value, second: ir.Value) -> ir.Value:
    return build().and_(first, second)


def _is_zero(variable: Variable) -> ir.Value:
    return variable.get().compare("==", 0)


def _result(function: ir.Function, *arguments: Pointer | Int) -> Int:
    result = call(function, *arguments)
    assert result is not None
    return result
