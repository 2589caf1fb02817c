"""Sequential sums and products over rows: each lane goes through its own stretch.

Lane k has the rows k m, k m + 1, ...; the share of the lanes before it is known in the end, and a second pass
adds it.  `step` is the words from row to row, negative to go down from the last row.
"""

from __future__ import annotations

from zkctl.field.kernels.language import I64, POINTER, Int, Pointer, Program, loop, width
from zkctl.field.kernels.limbs import KernelField
from zkctl.field.kernels.memory import load_rows, store_rows
from zkctl.field.kernels.residue import Residue
from zkctl.field.prime import PrimeField


def emit_scan_kernels(program: Program, field: PrimeField) -> None:
    """Add `<field>_products`, `_scale_stretches`, `_recurrence`, `_add_powers` and `_horner`."""
    emitter = ScanEmitter(program, field)
    emitter.emit_products()
    emitter.emit_scale_stretches()
    emitter.emit_recurrence(keeps_all=True)
    emitter.emit_recurrence(keeps_all=False)
    emitter.emit_add_powers()


class ScanEmitter:
    """Emits the scans of one field.

    Arguments: results, rows, number m of rows of a stretch, step; `state` has one row for each lane; constants and `factors` come as
    limbs with the factor 2^radix_shift (limbs.py), constants one word each, factors one vector each.
    """

    def __init__(self, program: Program, field: PrimeField) -> None:
        self.program, self.n_words = program, field.n_words
        self.kernel_field = KernelField(program, field)
        self.name = self.kernel_field.name

    def _rows(self, base: Pointer, i: Int, m: Int, step: Int) -> list[Pointer]:
        return [base.at((m * k + i) * step) for k in range(width())]

    def _read(self, rows: list[Pointer], shift: int = 0) -> Residue:
        f = self.kernel_field
        return f.unpack(load_rows(rows, self.n_words), f.p - 1, shift)

    def _write(self, rows: list[Pointer], x: Residue) -> None:
        f = self.kernel_field
        store_rows(rows, f.pack(f.canonical(x)))

    def _state(self, state: Pointer) -> list[Pointer]:
        return [state.at(k * self.n_words) for k in range(width())]

    def emit_products(self) -> None:
        """Emit products of the first 1, 2, ... rows of each stretch."""
        f, shift = self.kernel_field, self.kernel_field.radix_shift

        @self.program.kernel(f"{self.name}_products", POINTER, POINTER, I64, I64)
        def run(out: Pointer, x: Pointer, m: Int, step: Int) -> None:
            running = f.slot()
            f.store(f.constant(f.field.montgomery_r % f.p), running)
            so_far = f.tight(running, 2 * f.p)
            for i in loop(m):
                f.mul(self._read(self._rows(x, i, m, step), shift), so_far, running).within(2 * f.p)
                self._write(self._rows(out, i, m, step), so_far.load())

    def emit_scale_stretches(self) -> None:
        """Emit the product of each stretch with a factor, in place."""
        f = self.kernel_field

        @self.program.kernel(f"{self.name}_scale_stretches", POINTER, POINTER, I64, I64)
        def run(rows: Pointer, factors: Pointer, m: Int, step: Int) -> None:
            factor = f.tight(factors, f.p - 1)
            for i in loop(m):
                place = self._rows(rows, i, m, step)
                self._write(place, f.mul(self._read(place), factor).load())

    def emit_recurrence(self, *, keeps_all: bool) -> None:
        """Emit y_i = y_(i-1) c + x_i: all of them, or the last of each stretch only."""
        f, high = self.kernel_field, 3 * self.kernel_field.p
        name = f"{self.name}_{'recurrence' if keeps_all else 'horner'}"

        @self.program.kernel(name, POINTER, POINTER, I64, I64, POINTER)
        def run(out: Pointer, x: Pointer, m: Int, step: Int, constant: Pointer) -> None:
            factor = f.store(f.broadcast_words(constant, f.p - 1))
            running = f.slot()
            f.store(f.constant(0), running)
            so_far = f.tight(running, high)
            for i in loop(m):
                total = f.mul(so_far, factor).load() + self._read(self._rows(x, i, m, step))
                f.store(f.reduce_to(total, high), running)
                if keeps_all:
                    self._write(self._rows(out, i, m, step), so_far.load())
            if not keeps_all:
                self._write(self._state(out), so_far.load())

    def emit_add_powers(self) -> None:
        """Emit the addition of state c^(i+1) to row i of each stretch, in place."""
        f = self.kernel_field

        @self.program.kernel(f"{self.name}_add_powers", POINTER, POINTER, I64, I64, POINTER)
        def run(rows: Pointer, state: Pointer, m: Int, step: Int, constant: Pointer) -> None:
            factor = f.store(f.broadcast_words(constant, f.p - 1))
            running = f.slot()
            f.store(self._read(self._state(state)), running)
            so_far = f.tight(running, 2 * f.p)
            for i in loop(m):
                f.mul(so_far, factor, running).within(2 * f.p)
                place = self._rows(rows, i, m, step)
                self._write(place, so_far.load() + self._read(place))
