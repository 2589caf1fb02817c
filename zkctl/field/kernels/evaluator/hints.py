"""The built-in hints in compiled code: zkctl/constraints/hint_functions.py defines what they yield."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from llvmlite import ir

from zkctl.field.kernels.evaluator.integers import (
    is_zero,
    load_number,
    load_u32,
    store_number,
    subtract,
)
from zkctl.field.kernels.evaluator.job import (
    BITS,
    DIVIDE_OR_ZERO,
    INVERSE_OR_ZERO,
    JOB,
    QUOTIENT_REMAINDER,
)
from zkctl.field.kernels.evaluator.rows import RowEmitter, Terms
from zkctl.field.kernels.language import (
    I64,
    POINTER,
    Int,
    Pointer,
    Variable,
    build,
    call,
    integer,
    loop,
    repeat_while,
    scratch,
    select,
    when,
)


class HintEmitter:
    """Emits the evaluation of one hint."""

    def __init__(self, rows: RowEmitter) -> None:
        self.rows, self.modulus, self.n = rows, rows.modulus, rows.n
        self.program = rows.program

    @cached_property
    def call(self) -> ir.Function:
        """The routine (job, hint): compute the results of a built-in hint.  Assumes: it is none of Python's."""
        return self.program.routine("hint", POINTER, I64)(self._emit_call)

    def _emit_call(self, job: Pointer, hint: Int) -> None:
        kind = load_u32(job.load_pointer(JOB["hint_kinds"]), hint)
        emitters: dict[int, Callable[[Pointer, Int], None]] = {
            BITS: self._bits,
            INVERSE_OR_ZERO: self._inverse,
            DIVIDE_OR_ZERO: self._divide,
            QUOTIENT_REMAINDER: self._divide_integers,
        }
        for number, emit in emitters.items():
            with when(kind.compare("==", number)):
                emit(job, hint)

    def emit_inputs(self) -> None:
        """Add the kernel (job, hint, count, out): write the first inputs of any hint, as integers."""

        @self.program.kernel("hint_inputs", POINTER, I64, I64, POINTER)
        def hint_inputs(job: Pointer, hint: Int, count: Int, out: Pointer) -> None:
            for k in loop(count):
                place = out.at(k * self.n)
                self.rows.write_plain(self.input(job, hint, k), place)

    def is_before(self, job: Pointer, hint: Int, row: Int) -> ir.Value:
        """Return the i1 that there is a hint and it runs before a row."""
        has_hint = hint.compare("<", job.load(JOB["n_hints"]))
        place = load_u32(job.load_pointer(JOB["hint_rows"]), select(has_hint, hint, 0))
        return build().and_(has_hint, place.compare("<=", row))

    def first_side(self, job: Pointer, hint: Int) -> Int:
        """Return the number of a hint's first input among all inputs."""
        return load_u32(job.load_pointer(JOB["hint_sides"]), hint)

    def input(self, job: Pointer, hint: Int, k: Int | int) -> Pointer:
        """Return the address of an input's canonical Montgomery number."""
        side = self.first_side(job, hint) + k
        starts = job.load_pointer(JOB["hint_starts"])
        table = [job.load_pointer(JOB[f"hint_{name}"]) for name in ("wires", "coefficients")]
        out = scratch(self.n)
        self.rows.sum(job, Terms(table[0], table[1], starts.load(side), starts.load(side + 1)), out)
        return out

    def output(self, job: Pointer, place: Int) -> Pointer:
        """Return the address of the value that a place of the list of outputs names."""
        return self.rows.value(job, load_u32(job.load_pointer(JOB["hint_outputs"]), place))

    def outputs(self, job: Pointer, hint: Int) -> tuple[Int, Int]:
        """Return the first place of a hint's outputs and the one after the last."""
        starts = job.load_pointer(JOB["hint_out_starts"])
        return load_u32(starts, hint), load_u32(starts, hint + 1)

    def _plain(self, job: Pointer, hint: Int, k: int) -> Pointer:
        """Return the address of an input as an integer."""
        x = self.input(job, hint, k)
        self.rows.write_plain(x, x)
        return x

    def _bits(self, job: Pointer, hint: Int) -> None:
        n, words = self.n, self._plain(job, hint, 0)
        first = load_u32(job.load_pointer(JOB["hint_first"]), hint)
        start, end = self.outputs(job, hint)
        for place in loop(end, start):
            position = first + place - start
            index = position >> 6
            is_inside = index.compare("<", n)
            bit = words.load(select(is_inside, index, 0)) >> (position & 63)
            mask = 0 - (select(is_inside, bit, 0) & 1)
            one = self.modulus.words(self.modulus.field.montgomery_r)
            store_number([word & mask for word in one], self.output(job, place))

    def _inverse(self, job: Pointer, hint: Int) -> None:
        x, (start, _) = self.input(job, hint, 0), self.outputs(job, hint)
        call(self.power, x, self.output(job, start))

    def _divide(self, job: Pointer, hint: Int) -> None:
        x, y = (self.input(job, hint, k) for k in range(2))
        inverse, (start, _) = scratch(self.n), self.outputs(job, hint)
        call(self.power, y, inverse)
        self.rows.multiply(x, inverse, self.output(job, start))

    @cached_property
    def power(self) -> ir.Function:
        """The routine (x, out): write x^(p - 2), the inverse, and zero for zero."""
        return self.program.routine("power", POINTER, POINTER)(self._emit_power)

    def _emit_power(self, x: Pointer, out: Pointer) -> None:
        """Go through the exponent four bits at a time, with a table of the first 16 powers."""
        n, field, table, bits = self.n, self.modulus.field, scratch(16 * self.n), scratch(self.n)
        store_number(self.modulus.words(field.montgomery_r), table)
        for k in range(15):
            self.rows.multiply(table.at(k * n), x, table.at((k + 1) * n))
        store_number(self.modulus.words(field.modulus - 2), bits)
        store_number(load_number(table, n), out)
        for done in loop(16 * n):
            place = integer(16 * n - 1) - done
            for _ in loop(4):
                self.rows.multiply(out, out, out)
            digit = bits.load(place >> 4) >> ((place & 15) << 2) & 15
            self.rows.multiply(out, table.at(digit * n), out)

    def _divide_integers(self, job: Pointer, hint: Int) -> None:
        """Write quotient and remainder of the integers, 0 and x for y = 0, one bit of the quotient after the other."""
        n, (start, _) = self.n, self.outputs(job, hint)
        dividend, divisor = (self._plain(job, hint, k) for k in range(2))
        quotient, rest = scratch(n), scratch(n)
        for number in (quotient, rest):
            store_number([0] * n, number)
        left = Variable(64 * n)
        with when(is_zero(load_number(divisor, n))):
            left.set(0)
            store_number(load_number(dividend, n), rest)
        with repeat_while(lambda: left.get().compare(">", 0)):
            self._divide_bit(dividend, divisor, quotient, rest)
            left.set(left.get() - 1)
        for k, number in enumerate((quotient, rest)):
            self.rows.write_montgomery(number, self.output(job, start + k))

    def _divide_bit(
        self, dividend: Pointer, divisor: Pointer, quotient: Pointer, rest: Pointer
    ) -> None:
        """Bring down one bit of the dividend.  The rest stays below 2 p, which its words hold."""
        n = self.n
        carry: Int = integer(0)
        for number in (dividend, rest):
            for k in range(n):
                word = number.load(k)
                number.store((word << 1) | carry, k)
                carry = word >> 63
        less: list[Int] = []
        borrow: Int = integer(0)
        for a, b in zip(load_number(rest, n), load_number(divisor, n), strict=True):
            word, borrow = subtract(a, b, borrow)
            less.append(word)
        bit = integer(1) - borrow
        with when(bit.compare("!=", 0)):
            store_number(less, rest)
        for k in range(n):
            word = quotient.load(k)
            quotient.store((word << 1) | bit, k)
            bit = word >> 63
