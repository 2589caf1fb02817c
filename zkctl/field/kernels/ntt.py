"""Number-theoretic transform passes: radix-4 and radix-2 butterflies over rows of packed words.

One pass of a decimation-in-frequency transform (natural order in, digit-reversed order out) or of its transpose, decimation in
time (digit-reversed in, natural out).  A pass of stride h works on groups of r h rows: butterfly j of a group takes rows
j, j + h, ... and multiplies by twiddles w^(j k), w of order r h.  Stored values are lazily reduced between passes
(`KernelField.stored_high`); twiddles are in the kernels' form, so any representation of the data passes through unchanged.
"""

from __future__ import annotations

from zkctl.field.kernels.lanes import Lanes
from zkctl.field.kernels.language import I64, POINTER, Int, Pointer, Program, integer, loop, width
from zkctl.field.kernels.limbs import KernelField
from zkctl.field.kernels.memory import load_rows, row_pointers, store_rows
from zkctl.field.kernels.residue import Element, Residue
from zkctl.field.prime import PrimeField


def emit_ntt_kernels(program: Program, field: PrimeField) -> None:
    """Add the passes for one field: `<field>_dif4`, `_dif2`, `_dit4`, `_dit2`, `_scale_rows` and `_canonical`."""
    emitter = NttEmitter(program, field)
    for radix in (2, 4):
        emitter.emit_pass(radix, in_time=False)
        emitter.emit_pass(radix, in_time=True)
    emitter.emit_scale_rows()
    emitter.emit_canonical()


class NttEmitter:
    """Emits the passes of one field.

    Arguments of a pass: rows, number of blocks of butterflies, log2 h, log2 of the number of twiddle vectors per factor, twiddles
    (for each vector of butterflies r - 1 vectors of packed words), and for radix 4 the twiddle of the imaginary unit.
    """

    def __init__(self, program: Program, field: PrimeField) -> None:
        self.program, self.n_words = program, field.n_words
        self.kernel_field = KernelField(program, field)
        self.name = self.kernel_field.name

    def emit_pass(self, radix: int, *, in_time: bool) -> None:
        """Emit one pass; butterflies are numbered group by group, `width` of them per block."""
        f = self.kernel_field
        name = f"{self.name}_{'dit' if in_time else 'dif'}{radix}"

        @self.program.kernel(name, POINTER, I64, I64, POINTER, I64, POINTER)
        def one_pass(
            rows: Pointer, n_blocks: Int, log_h: Int, twiddles: Pointer, mask: Int, unit: Pointer
        ) -> None:
            imaginary = f.store(f.broadcast_words(unit, f.p - 1)) if radix == 4 else None
            step = (radix - 1) * self.n_words * width()
            for block in loop(n_blocks):
                pointers = self._pointers(rows, block, log_h, radix)
                factors = twiddles.at((block & mask) * step)
                values = [self._read(row) for row in pointers]
                if in_time:
                    values = self._twist(values, factors)
                values = self._butterfly(values, imaginary)
                if not in_time:
                    values = self._twist(values, factors)
                for row, value in zip(pointers, values, strict=True):
                    store_rows(row, f.pack(f.reduce_to(value, f.stored_high)))

    def emit_scale_rows(self) -> None:
        """Multiply rows in place by a table in the kernels' form, row by row."""
        f, n = self.kernel_field, self.n_words

        @self.program.kernel(f"{self.name}_scale_rows", POINTER, POINTER, I64)
        def scale_rows(rows: Pointer, table: Pointer, n_blocks: Int) -> None:
            for block in loop(n_blocks):
                row = row_pointers(rows, block * width(), n)
                factor = row_pointers(table, block * width(), n)
                scale = f.unpack(load_rows(factor, n), f.p - 1)
                product = f.mul(self._read(row), scale).load()
                store_rows(row, f.pack(f.reduce_to(product, f.stored_high)))

    def emit_canonical(self) -> None:
        """Canonicalise rows in place."""
        f, n = self.kernel_field, self.n_words

        @self.program.kernel(f"{self.name}_canonical", POINTER, I64)
        def canonical(rows: Pointer, n_blocks: Int) -> None:
            for block in loop(n_blocks):
                row = row_pointers(rows, block * width(), n)
                store_rows(row, f.pack(f.canonical(self._read(row))))

    def _pointers(self, rows: Pointer, block: Int, log_h: Int, radix: int) -> list[list[Pointer]]:
        """Return row pointers of `width` butterflies, leg by leg: butterfly t = g h + j has legs g r h + j + k h."""
        n = self.n_words
        log_radix = radix.bit_length() - 1
        stride = (integer(1) << log_h) * n
        firsts = []
        for k in range(width()):
            t = block * width() + k
            j = t & ((integer(1) << log_h) - 1)
            firsts.append(rows.at((((t >> log_h) << (log_h + log_radix)) + j) * n))
        return [[first.at(stride * leg) for first in firsts] for leg in range(radix)]

    def _read(self, row: list[Pointer]) -> Residue:
        f = self.kernel_field
        return f.unpack(load_rows(row, self.n_words), f.stored_high)

    def _twist(self, values: list[Residue], factors: Pointer) -> list[Residue]:
        """Multiply legs 1, 2, ... by their twiddles."""
        f, step = self.kernel_field, self.n_words * width()
        out = [values[0]]
        for k, value in enumerate(values[1:]):
            words = [factors.at(k * step + j * width()) for j in range(self.n_words)]
            factor = f.unpack([_word(pointer) for pointer in words], f.p - 1)
            out.append(f.mul(f.store(f.non_negative(value).carry()), f.store(factor)).load())
        return out

    def _butterfly(self, legs: list[Residue], imaginary: Element | None) -> list[Residue]:
        """Return the transform of 2 or 4 values, sum_k legs[k] i^(k m) for m = 0 .. r-1, with i^2 = -1."""
        if imaginary is None:
            a, b = legs
            return [a + b, a - b]
        f = self.kernel_field
        a, b, c, d = legs
        turned = f.mul(f.minus(b, d), imaginary).load()  # i (b - d)
        even, odd, difference = a + c, b + d, a - c
        return [even + odd, difference + turned, even - odd, difference - turned]


def _word(pointer: Pointer) -> Lanes:
    return Lanes(pointer.load_lanes(), 0, (1 << 64) - 1)
