"""Kernels on arrays of field elements: multiply, add, subtract, invert, sum segments.

Every array is rows of packed words, Montgomery with R = 2^(64 n_words), canonical in and canonical out.  A kernel works on
blocks of `width` consecutive rows.
"""

from __future__ import annotations

from zkctl.field.kernels.inverse import LaneInverse
from zkctl.field.kernels.lanes import Lanes, choose, lanes
from zkctl.field.kernels.language import (
    I64,
    POINTER,
    Int,
    Pointer,
    Program,
    loop,
    scratch,
    select,
    width,
)
from zkctl.field.kernels.limb_plan import INVERSE_BATCH
from zkctl.field.kernels.limbs import KernelField
from zkctl.field.kernels.memory import load_rows, row_pointers, store_rows
from zkctl.field.kernels.residue import Element, Residue, is_zero
from zkctl.field.prime import PrimeField


def emit_field_kernels(program: Program, field: PrimeField) -> None:
    """Add the kernels of one field but the inversion to a program; names start with the field's."""
    arithmetic = FieldEmitter(program, field)
    arithmetic.emit_elementwise()
    arithmetic.emit_sums()


def emit_inverse_kernel(program: Program, field: PrimeField) -> None:
    """Add `<field>_inverse`, in an extra program: few commands need it."""
    FieldEmitter(program, field).emit_inverse()


class FieldEmitter:
    """Emits the element-wise kernels of one field."""

    def __init__(self, program: Program, field: PrimeField) -> None:
        self.program = program
        self.kernel_field = KernelField(program, field)
        self.n_words = field.n_words
        self.name = self.kernel_field.name

    def read(self, rows: Pointer, block: Int, shift: int = 0) -> Residue:
        """Return a block of canonical rows, times 2^shift."""
        words = load_rows(row_pointers(rows, block * width(), self.n_words), self.n_words)
        return self.kernel_field.unpack(words, self.kernel_field.p - 1, shift)

    def write(self, rows: Pointer, block: Int, x: Residue) -> None:
        """Canonicalise and store a block of rows."""
        words = self.kernel_field.pack(self.kernel_field.canonical(x))
        store_rows(row_pointers(rows, block * width(), self.n_words), words)

    def emit_elementwise(self) -> None:
        """Emit products, sums, differences, element by element, and the product with one constant."""
        f = self.kernel_field
        shift = f.radix_shift

        @self.program.kernel(f"{self.name}_multiply", POINTER, POINTER, POINTER, I64)
        def multiply(out: Pointer, x: Pointer, y: Pointer, n_blocks: Int) -> None:
            for i in loop(n_blocks):
                self.write(out, i, f.mul(self.read(x, i, shift), self.read(y, i)).load())

        @self.program.kernel(f"{self.name}_scale", POINTER, POINTER, POINTER, I64)
        def scale(out: Pointer, x: Pointer, constant: Pointer, n_blocks: Int) -> None:
            # the constant comes as limbs of c 2^shift mod p, one word each
            factor = f.store(f.broadcast_words(constant, f.p - 1))
            for i in loop(n_blocks):
                self.write(out, i, f.mul(self.read(x, i), factor).load())

        @self.program.kernel(f"{self.name}_add", POINTER, POINTER, POINTER, I64)
        def add(out: Pointer, x: Pointer, y: Pointer, n_blocks: Int) -> None:
            for i in loop(n_blocks):
                self.write(out, i, self.read(x, i) + self.read(y, i))

        @self.program.kernel(f"{self.name}_subtract", POINTER, POINTER, POINTER, I64)
        def subtract(out: Pointer, x: Pointer, y: Pointer, n_blocks: Int) -> None:
            for i in loop(n_blocks):
                self.write(out, i, self.read(x, i) - self.read(y, i))

    def emit_inverse(self) -> None:
        """Emit the batch inversion by prefix products (Montgomery's trick); zero stays zero."""
        f = self.kernel_field
        inverse = LaneInverse(self.program, f)
        # a stored x R inverts to R'^2 / (x R); the result wanted is R / x = mul(that, R^2 / R')
        radix = 1 << f.plan.radix_bits
        back = f.field.montgomery_r**2 * pow(radix, -1, f.p) % f.p

        @self.program.kernel(f"{self.name}_inverse", POINTER, POINTER, I64, POINTER)
        def invert(out: Pointer, x: Pointer, n_blocks: Int, prefixes: Pointer) -> None:
            running = f.slot()
            for start in loop(n_blocks, step=INVERSE_BATCH):
                count = _smaller(n_blocks - start, INVERSE_BATCH)
                f.store(f.constant(radix % f.p), running)
                so_far = f.tight(running, 2 * f.p)
                for i in loop(count):
                    f.store(so_far.load(), prefixes.at(i * f.element_words))
                    f.mul(self._nonzero(x, start + i), so_far, running).within(2 * f.p)
                inverse.emit_in_place(running)
                for k in loop(count):
                    i = count - 1 - k
                    prefix = f.tight(prefixes.at(i * f.element_words), 2 * f.p)
                    one = f.mul(so_far, prefix)
                    result = f.mul(one, f.constant(back))
                    f.mul(self._nonzero(x, start + i), so_far, running).within(2 * f.p)
                    self._write_unless_zero(out, x, start + i, result)

    def _nonzero(self, x: Pointer, block: Int) -> Residue:
        """Return a block with zeros replaced by R' mod p."""
        value = self.read(x, block)
        one = self.kernel_field.constant(
            (1 << self.kernel_field.plan.radix_bits) % self.kernel_field.p
        )
        zero = is_zero(value)
        limbs = tuple(choose(zero, o, v) for o, v in zip(one.limbs, value.limbs, strict=True))
        return Residue(value.plan, limbs, 0, self.kernel_field.p - 1)

    def _write_unless_zero(self, out: Pointer, x: Pointer, block: Int, result: Element) -> None:
        zero = is_zero(self.read(x, block))
        f = self.kernel_field
        value = f.canonical(result.load())
        limbs = tuple(choose(zero, lanes(0), limb) for limb in value.limbs)
        self.write(out, block, Residue(value.plan, limbs, 0, value.high))

    def emit_sums(self) -> None:
        """Emit segment sums: raw sums with one extra word (scalar), then their reduction (vector)."""
        f, n = self.kernel_field, self.n_words

        @self.program.kernel(f"{self.name}_raw_sums", POINTER, POINTER, POINTER, POINTER, I64)
        def raw_sums(low: Pointer, high: Pointer, x: Pointer, starts: Pointer, n_sums: Int) -> None:
            total = scratch(n + 1)
            for k in loop(n_sums):
                for j in range(n + 1):
                    total.store(0, j)
                for i in loop(starts.load(k + 1), start=starts.load(k)):
                    _add_words(total, x.at(i * n), n)
                for j in range(n):
                    low.at(k * n).store(total.load(j), j)
                high.store(total.load(n), k)

        wrap = (1 << (64 * n)) * (1 << f.plan.radix_bits) % f.p  # 2^(64 n) in the kernels' form

        @self.program.kernel(f"{self.name}_reduce_sums", POINTER, POINTER, POINTER, I64)
        def reduce_sums(out: Pointer, low: Pointer, high: Pointer, n_blocks: Int) -> None:
            for i in loop(n_blocks):
                words = load_rows(row_pointers(low, i * width(), n), n)
                rest = f.unpack(words, (1 << (64 * n)) - 1)
                count = Lanes(high.at(i * width()).load_lanes(8), 0, (1 << 40) - 1)
                bits = f.plan.bits
                limbs = [count.low_bits(bits), count >> bits, *[lanes(0)] * (f.plan.n - 2)]
                extra = Residue(f.plan, tuple(limbs), 0, (1 << 40) - 1)
                self.write(out, i, f.mul(extra, f.constant(wrap)).load() + rest)


def _add_words(total: Pointer, x: Pointer, n: int) -> None:
    """Add x to total with carry; total has one word more."""
    carry: Int | None = None
    for j in range(n):
        old, word = total.load(j), x.load(j)
        partial = old + word
        over = select(partial.below(old), 1, 0)
        if carry is not None:
            summed = partial + carry
            over = over | select(summed.below(partial), 1, 0)
            partial = summed
        total.store(partial, j)
        carry = over
    assert carry is not None
    total.store(total.load(n) + carry, n)


def _smaller(x: Int, y: int) -> Int:
    return select(x.compare("<", y), x, y)
