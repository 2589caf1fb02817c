"""Products of two pairings whose points of G2 stay: their lines are known, and f is one element for all lanes.

    fixed_table    numbers of all lines       ->  the table: vectors of numbers in the kernels' form, one per lane
    fixed_product  the table, x1 y1 x2 y2     ->  the product of both pairings, in every row of one block

No point of G2 is computed with, and the products of one step of the loop are spread over the lanes (spread.py).
"""

from __future__ import annotations

from typing import Any, cast

from zkctl.curve.curves.parameters import Curve
from zkctl.curve.kernels.pairing import PairingEmitter, Stored, StoredTower
from zkctl.curve.kernels.spread import Symbol, add_spread_routine
from zkctl.curve.kernels.tower import Frame
from zkctl.curve.pairing_formulas import (
    LineAt,
    final_power,
    line_follows_square,
    multiply_by_lines,
)
from zkctl.curve.tower import Fq12, Tower
from zkctl.field.kernels.language import (
    I64,
    POINTER,
    Int,
    Pointer,
    Program,
    call,
    integer,
    loop,
    scratch,
    when,
    width,
)

NUMBERS_OF_A_LINE = 4  # x_part and rest
PAIRS = 2


def emit_fixed_pairing(program: Program, curve: Curve) -> None:
    """Add the kernels of one curve to a program; names start with the curve's."""
    FixedPairingEmitter(program, curve).emit()


def vectors_of(n_numbers: int, n_lanes: int) -> int:
    """Return the vectors that so many numbers fill."""
    return -(-n_numbers // n_lanes)


class FixedPairingEmitter(PairingEmitter):
    """Emits the kernels of one curve."""

    def emit(self) -> None:
        """Emit both kernels and the routines they call."""
        lists = (NUMBERS_OF_A_LINE * PAIRS, 2 * PAIRS)
        add_spread_routine(self, "times_lines", 1, self._times_lines, lists)
        add_spread_routine(self, "spread_square", 1, Fq12.square)
        self._emit_table()
        self._emit_product()

    def _times_lines(self, f: Fq12, lines: list[Symbol], points: list[Symbol]) -> Fq12:
        fq2: Any = type(f.c0.c0)
        at = []
        for k in range(PAIRS):
            x0, x1, rest0, rest1 = lines[NUMBERS_OF_A_LINE * k : NUMBERS_OF_A_LINE * (k + 1)]
            x, y = points[2 * k : 2 * k + 2]
            at.append(LineAt(y, fq2(x0, x1).scale(x), fq2(rest0, rest1)))
        one, two = at
        return multiply_by_lines(f, one, two, self.curve.twist)

    def _emit_table(self) -> None:
        @self.program.kernel(f"{self.curve.name}_fixed_table", POINTER, POINTER, I64)
        def table(out: Pointer, numbers: Pointer, n_vectors: Int) -> None:
            for k in loop(n_vectors):
                self._read(numbers, k, out.at(k * self.base.element_words), 1)

    def _emit_product(self) -> None:
        curve, words = self.curve, self.base.element_words
        flags = [int(follows) for follows in line_follows_square(curve)]
        squares = self.program.constant_lanes(f"{curve.name}_squares", flags)
        step = vectors_of(NUMBERS_OF_A_LINE * PAIRS, self.program.width) * words

        @self.program.kernel(f"{curve.name}_fixed_product", POINTER, POINTER, POINTER)
        def product(out: Pointer, table: Pointer, points: Pointer) -> None:
            n = vectors_of(2 * PAIRS, width())
            frame, f, p = Frame(self), self.room(6), scratch(n * words)
            for k in range(n):
                self._read(points, integer(k), p.at(k * words), 1)
            frame.store_fq12(frame.tower.one(), f)
            for i in loop(len(flags)):
                with when(squares.load(i * width()).compare("==", 1)):
                    call(self.routines["spread_square"], f, f)
                call(self.routines["times_lines"], f, f, table.at(i * step), p)
            if curve.x < 0:
                call(self.routines["conjugate"], f, f)
            tower = cast(Tower, StoredTower(curve))
            power = cast(Stored, final_power(tower, cast(Fq12, Stored(self, f))))
            self._write(out, power.pointer)
