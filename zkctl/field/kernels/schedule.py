"""Scheduling for bucket methods: kinds of scalars, signed digits, counting sort, pairing up inside segments.

References are 32-bit: 2 * index + sign.  None of these kernels depends on a field.
"""

from __future__ import annotations

from zkctl.field.kernels.language import (
    I64,
    POINTER,
    Int,
    Pointer,
    Program,
    Variable,
    integer,
    loop,
    scratch,
    select,
    when,
)
from zkctl.field.kernels.limb_plan import MAX_SCALAR_WORDS


def emit_schedule_kernels(program: Program) -> None:
    """Add `kinds`, `digits` and `sort_by_digit`."""
    _emit_kinds(program)
    _emit_digits(program)
    _emit_sort(program)


def _emit_kinds(program: Program) -> None:
    @program.kernel("kinds", POINTER, I64, I64, I64, POINTER)
    def kinds(scalars: Pointer, n_words: Int, n: Int, small_bits: Int, out: Pointer) -> None:
        """Write 0 for a scalar that is 0, 1 below 2^small_bits, 2 for others."""
        above = Variable(0)
        for i in loop(n):
            low = scalars.load(i * n_words)
            above.set(low >> small_bits)
            for k in loop(n_words, start=1):
                above.set(above.get() | scalars.load(i * n_words + k))
            small = select(low.compare("!=", 0), 1, 0)
            out.store_i32(select(above.get().compare("!=", 0), 2, small), i)


def _emit_digits(program: Program) -> None:
    @program.kernel("digits", POINTER, I64, I64, I64, I64, POINTER)
    def digits(
        scalars: Pointer, n_words: Int, n: Int, bits: Int, n_windows: Int, out: Pointer
    ) -> None:
        """Write signed digits out[w, i], -2^(bits-1) < d <= 2^(bits-1), with sum_w d 2^(bits w) = scalar i."""
        words = scratch(MAX_SCALAR_WORDS + 2)
        for zero in range(MAX_SCALAR_WORDS + 2):
            words.store(0, zero)
        half = integer(1) << (bits - 1)
        carry = Variable(0)
        for i in loop(n):
            for k in loop(n_words):
                words.store(scalars.load(i * n_words + k), k)
            carry.set(0)
            for w in loop(n_windows):
                position = w * bits
                index, offset = position >> 6, position & 63
                low = words.load(index) >> offset
                high = (words.load(index + 1) << 1) << (63 - offset)
                digit = ((low | high) & ((half << 1) - 1)) + carry.get()
                over = digit.compare(">", half)
                carry.set(select(over, 1, 0))
                out.store_i32(select(over, digit - (half << 1), digit), w * n + i)


def _emit_sort(program: Program) -> None:
    @program.kernel("sort_by_digit", POINTER, I64, I64, I64, POINTER, POINTER, POINTER)
    def sort_by_digit(  # noqa: PLR0913, PLR0917 - a kernel's calling convention
        digits: Pointer,
        n: Int,
        n_windows: Int,
        n_buckets: Int,
        starts: Pointer,
        cursor: Pointer,
        refs: Pointer,
    ) -> None:
        """Sort by counting: bucket b = w n_buckets + |digit| - 1 holds references starts[b] .. starts[b + 1] - 1."""
        total = Variable(0)
        for w in loop(n_windows):
            own, first = w * n, w * n_buckets
            for b in loop(n_buckets + 1):
                cursor.store_i32(integer(0), b)
            for i in loop(n):
                magnitude = _magnitude(digits.load_i32(own + i))
                cursor.store_i32(cursor.load_i32(magnitude) + 1, magnitude)
            for b in loop(n_buckets):
                starts.store_i32(total.get(), first + b)
                count = cursor.load_i32(b + 1)
                cursor.store_i32(total.get(), b + 1)
                total.set(total.get() + count)
            for i in loop(n):
                digit = digits.load_i32(own + i)
                with when(digit.compare("!=", 0)):
                    magnitude = _magnitude(digit)
                    position = cursor.load_i32(magnitude)
                    cursor.store_i32(position + 1, magnitude)
                    refs.store_i32((i << 1) | (digit >> 63), position)
        starts.store_i32(total.get(), n_windows * n_buckets)


def _magnitude(digit: Int) -> Int:
    return select(digit.compare("<", 0), 0 - digit, digit)


def pair_up(  # noqa: PLR0913, PLR0917 - as a kernel's calling convention
    refs: Pointer,
    starts: Pointer,
    n_segments: Int,
    left: Pointer,
    right: Pointer,
    new_refs: Pointer,
    new_starts: Pointer,
    base: Int,
) -> Int:
    """Pair neighbours inside each segment; pair m becomes reference 2 (base + m).  Return the number of pairs."""
    pairs, written = Variable(0), Variable(0)
    for s in loop(n_segments):
        first, last = starts.load_i32(s), starts.load_i32(s + 1)
        new_starts.store_i32(written.get(), s)
        size = last - first
        m, o = pairs.get(), written.get()
        half = size >> 1
        for t in loop(half):
            left.store_i32(refs.load_i32(first + (t << 1)), m + t)
            right.store_i32(refs.load_i32(first + (t << 1) + 1), m + t)
            new_refs.store_i32((base + m + t) << 1, o + t)
        pairs.set(m + half)
        written.set(o + half)
        with when((size & 1).compare("!=", 0)):
            new_refs.store_i32(refs.load_i32(last - 1), written.get())
            written.set(written.get() + 1)
    new_starts.store_i32(written.get(), n_segments)
    return pairs.get()
