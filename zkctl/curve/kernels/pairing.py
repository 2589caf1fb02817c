"""The pairing as kernels, built from `pairing_formulas`: every lane computes its own.

    miller       rows xP, yP, xQ (2), yQ (2)  ->  one block: lane by lane the product of the f of its rows;
                 one byte of lane bits per block: whether Q is in its group
    final_power  blocks of elements of Fq12   ->  the power of the product of all, in every row of one block

Rows are Montgomery words as in files; the twelve coefficients of an element come in the order of
`Fq12.coefficients`.  A row with a zero (infinite) member counts as f = 1.

The Miller loop leaves T = s Q, for BN curves T = s Q + psi Q - psi^2 Q, so that membership costs one comparison:
T = -psi^3 Q (BN), T = psi Q with the sign of x (BLS12), by `membership_formulas.LOOP_POLYNOMIALS`.  A step that its
formulas do not serve (T = +-Q, infinity, order 2) has z = 0, and so has every step that follows; on members no step
is one.  So a point that ends with z = 0 is no member, and every other one has been computed exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from llvmlite import ir

from zkctl.curve.curves.parameters import Curve
from zkctl.curve.kernels.spread import add_spread_routine
from zkctl.curve.kernels.tower import STORED, Frame, TowerEmitter, Value
from zkctl.curve.pairing_formulas import (
    Line,
    Projective,
    add_step,
    double_step,
    final_power,
    loop_count,
    multiply_by_line,
)
from zkctl.curve.tower import Fq2, Fq12, Tower, signed_digits
from zkctl.field.kernels.lanes import Lanes, choose, permute
from zkctl.field.kernels.language import (
    I64,
    POINTER,
    Int,
    Pointer,
    Program,
    build,
    call,
    integer,
    loop,
    when,
    width,
)
from zkctl.field.kernels.memory import (
    all_zero,
    byte_store,
    load_rows,
    mask_bits,
    row_pointers,
    store_rows,
)
from zkctl.field.kernels.residue import Residue, is_zero


def emit_pairing_kernels(program: Program, curve: Curve) -> None:
    """Add the kernels of one curve to a program; names start with the curve's."""
    PairingEmitter(program, curve).emit()


@dataclass(frozen=True, slots=True)
class Stored:
    """An element of Fq12 in memory, the same in all lanes, whose operations are calls.

    Enough for `pairing_formulas.final_power`.
    """

    emitter: TowerEmitter
    pointer: Pointer

    def _call(self, name: str, *others: Stored) -> Stored:
        out = self.emitter.room(6)
        call(self.emitter.routines[name], out, self.pointer, *(x.pointer for x in others))
        return Stored(self.emitter, out)

    def __mul__(self, other: Stored) -> Stored:
        return self._call("spread_multiply", other)

    def inverse(self) -> Stored:
        """Return the inverse."""
        return self._call("inverse")

    def conjugate(self) -> Stored:
        """Return the q^6-th power."""
        return self._call("conjugate")

    def cyclotomic_square(self) -> Stored:
        """Return the square of an element of the cyclotomic subgroup."""
        return self._call("spread_cyclotomic_square")

    def cyclotomic_power(self, n: int) -> Stored:
        """Return the power by the curve's parameter."""
        assert n == self.emitter.curve.x, "the one exponent there is a routine for"
        return self._call("power")

    def frobenius(self, n: int) -> Stored:
        """Return the power by q^n."""
        return self._call(f"frobenius_{n}")


@dataclass(frozen=True, slots=True)
class StoredTower:
    """The part of a tower that `pairing_formulas.final_power` uses, on `Stored` elements."""

    curve: Curve

    def frobenius(self, f: Stored, n: int) -> Stored:
        """Return the power by q^n."""
        return f.frobenius(n)


class PairingEmitter(TowerEmitter):
    """Emits the pairing kernels of one curve."""

    def __init__(self, program: Program, curve: Curve) -> None:
        super().__init__(program, curve)
        add_spread_routine(self, "spread_multiply", 2, lambda f, g: f * g)
        add_spread_routine(self, "spread_cyclotomic_square", 1, Fq12.cyclotomic_square)
        self._emit_power()

    def emit(self) -> None:
        """Emit both kernels and the routines they call."""
        self._emit_line()
        self._emit_steps()
        self._emit_miller()
        self._emit_final_power()

    def _emit_power(self) -> None:
        """Emit the power by the curve's parameter: `Fq12.cyclotomic_power` with a loop, on an element that all lanes share."""
        curve, routines = self.curve, self.routines
        digits = signed_digits(abs(curve.x))[1:]
        table = self.program.constant_lanes(f"{curve.name}_x", digits)

        def power(out: Pointer, f: Pointer) -> None:
            frame = Frame(self)
            inverse, result = self.room(6), self.room(6)
            call(routines["conjugate"], inverse, f)
            frame.store_fq12(frame.load_fq12(f), result)
            for i in loop(len(digits)):
                call(routines["spread_cyclotomic_square"], result, result)
                for sign, factor in ((1, f), (-1, inverse)):
                    with when(table.load(i * width()).compare("==", sign)):
                        call(routines["spread_multiply"], result, result, factor)
            value = frame.load_fq12(result)
            frame.store_fq12(value if curve.x > 0 else value.conjugate(), out)

        self.add_routine("power", 2, power)

    # -- steps of the Miller loop, on f, t (three elements of Fq2) and points p, q

    def _emit_line(self) -> None:
        """Emit the product of f and a line at a point."""
        twist = self.curve.twist

        def line(f: Pointer, coefficients: Pointer) -> None:
            frame = Frame(self)
            product = multiply_by_line(
                frame.load_fq12(f), Line(*frame.load(coefficients, 3)), twist
            )
            frame.store_fq12(product, f)

        self.add_routine("line", 2, line)

    def _emit_steps(self) -> None:
        def finish(frame: Frame, step: tuple[Projective, Line], *state: Pointer) -> None:
            f, t, p = state
            (point, line), at, coefficients = step, frame.load(p, 1)[0], self.room(3)
            frame.store(list(line.at((at.c0, at.c1))), coefficients)
            frame.store(list(point), t)
            call(self.routines["line"], f, coefficients)

        def double(f: Pointer, t: Pointer, p: Pointer) -> None:
            frame = Frame(self)
            three_b = frame.tower.fq2.of(*(3 * c for c in self.curve.g2.b))
            call(self.routines["square"], f, f)
            finish(frame, double_step(Projective(*frame.load(t, 3)), three_b), f, t, p)

        def add(f: Pointer, t: Pointer, q: Pointer, p: Pointer) -> None:
            frame = Frame(self)
            x, y = frame.load(q, 2)
            finish(frame, add_step(Projective(*frame.load(t, 3)), (x, y)), f, t, p)

        self.add_routine("double", 3, double)
        self.add_routine("add", 4, add)

    # -- kernels

    def _emit_miller(self) -> None:
        curve, name = self.curve, self.curve.name
        digits = signed_digits(loop_count(curve))[1:]
        table = self.program.constant_lanes(f"{name}_loop", digits)

        @self.program.kernel(f"{name}_miller", POINTER, POINTER, POINTER, I64)
        def miller(out: Pointer, members: Pointer, rows: Pointer, n_blocks: Int) -> None:
            frame = Frame(self)
            p, minus_q, t, f, total = (self.room(n) for n in (3, 2, 3, 6, 6))
            q = p.at(2 * self.base.element_words)
            frame.store_fq12(frame.tower.one(), total)
            for block in loop(n_blocks):
                self._read(rows, block, p, 6)
                x, y = frame.load(q, 2)
                frame.store([x, -y], minus_q)
                frame.store([x, y, frame.tower.fq2.of(1)], t)
                frame.store_fq12(frame.tower.one(), f)
                for i in loop(len(digits)):
                    call(self.routines["double"], f, t, p)
                    for sign, point in ((1, q), (-1, minus_q)):
                        with when(table.load(i * width()).compare("==", sign)):
                            call(self.routines["add"], f, t, point, p)
                if curve.family == "BN":
                    self._add_corrections(frame, f, t, p)
                if curve.x < 0:
                    call(self.routines["conjugate"], f, f)
                inside = self._ends_as_member(frame, t, minus_q if curve.x < 0 else q)
                inside = build().and_(inside, self._is_on_curve(frame, minus_q))
                inside = build().or_(inside, self._zero_rows(rows, block)[1])
                byte_store(members, block, mask_bits(inside))
                self._set_one(f, build().or_(*self._zero_rows(rows, block)))
                call(self.routines["multiply"], total, total, f)
            self._write(out, total)

    def _zero_rows(self, rows: Pointer, block: Int) -> tuple[ir.Value, ir.Value]:
        """Return the lanes of a block in which P is infinity, and those in which Q is."""
        n = self.base.field.n_words
        sources = row_pointers(rows, block * width(), 6 * n)
        p = load_rows(sources, 2 * n)
        q = load_rows([row.at(2 * n) for row in sources], 4 * n)
        return all_zero(p), all_zero(q)

    def _is_on_curve(self, frame: Frame, q: Pointer) -> ir.Value:
        x, y = frame.load(q, 2)
        return self._is_zero(y.square() - x.square() * x - frame.tower.fq2.of(*self.curve.g2.b))

    def _ends_as_member(self, frame: Frame, t: Pointer, point: Pointer) -> ir.Value:
        """Return the lanes with T = psi(point), z not zero; as in the module's docstring."""
        end = Projective(*frame.load(t, 3))
        x, y = frame.tower.psi(*frame.load(point, 2))
        same = [self._is_zero(end.x - x * end.z), self._is_zero(end.y - y * end.z)]
        return build().and_(build().not_(self._is_zero(end.z)), build().and_(*same))

    def _is_zero(self, value: Fq2) -> ir.Value:
        parts = (cast(Value, part).below(STORED * self.base.p) for part in (value.c0, value.c1))
        return build().and_(*(is_zero(self.base.canonical(part)) for part in parts))

    def _set_one(self, f12: Pointer, where: ir.Value) -> None:
        """Replace an element of Fq12 by one in some lanes."""
        f = self.base
        for k in range(12):
            number = f.tight(f12.at(k * f.element_words), STORED * f.p)
            value = f.constant((1 << f.plan.radix_bits) % f.p if k == 0 else 0)
            old = number.load()
            limbs = [
                choose(where, new, kept) for new, kept in zip(value.limbs, old.limbs, strict=True)
            ]
            f.store(Residue(f.plan, tuple(limbs), 0, old.high), number.pointer)

    def _add_corrections(self, frame: Frame, f: Pointer, t: Pointer, p: Pointer) -> None:
        """Multiply f by the lines through psi(Q) and -psi^2(Q), as in `pairing_formulas`; q lies behind p."""
        q = p.at(2 * self.base.element_words)
        x1, y1 = frame.tower.psi(*frame.load(q, 2))
        x2, y2 = frame.tower.psi(x1, y1)
        for x, y in ((x1, y1), (x2, -y2)):
            frame.store([x, y], q)
            call(self.routines["add"], f, t, q, p)

    def _emit_final_power(self) -> None:
        @self.program.kernel(f"{self.curve.name}_final_power", POINTER, POINTER, I64)
        def kernel(out: Pointer, rows: Pointer, n_blocks: Int) -> None:
            frame, f, total = Frame(self), self.room(6), self.room(6)
            frame.store_fq12(frame.tower.one(), total)
            for block in loop(n_blocks):
                self._read(rows, block, f, 12)
                call(self.routines["multiply"], total, total, f)
            self._multiply_lanes(total, f)
            tower = cast(Tower, StoredTower(self.curve))
            power = cast(Stored, final_power(tower, cast(Fq12, Stored(self, total))))
            self._write(out, power.pointer)

    def _multiply_lanes(self, f12: Pointer, other: Pointer) -> None:
        """Replace every lane by the product of all lanes: products with rotations by 1, 2, 4 .. lanes."""
        f, span = self.base, 1
        while span < width():
            order = [(k + span) % width() for k in range(width())]
            for k in loop(12 * f.plan.n):
                word = Lanes(f12.at(k * width()).load_lanes(), 0, f.plan.mask)
                other.at(k * width()).store_lanes(permute(word, order).value)
            call(self.routines["multiply"], f12, f12, other)
            span *= 2

    # -- rows

    def _read(self, rows: Pointer, block: Int, out: Pointer, n: int) -> None:
        """Write n numbers of a block of rows to memory, in the kernels' form."""
        f, words = self.base, self.base.field.n_words
        inward = (1 << (2 * f.plan.radix_bits)) * f.field.montgomery_r_inverse % f.p
        factor = f.store(f.constant(inward))
        sources = row_pointers(rows, block * width(), n * words)
        for k in loop(n):
            part = f.unpack(load_rows([row.at(k * words) for row in sources], words), f.p - 1)
            f.mul(part, factor, out.at(k * f.element_words)).within(STORED * f.p)

    def _write(self, rows: Pointer, f12: Pointer) -> None:
        """Write the coefficients of an element of Fq12 to the rows of one block, canonical."""
        f, words = self.base, self.base.field.n_words
        factor = f.store(f.constant(f.field.montgomery_r))
        targets = row_pointers(rows, integer(0), 12 * words)
        for k in loop(12):
            number = f.mul(f.tight(f12.at(k * f.element_words), STORED * f.p), factor)
            packed = f.pack(f.canonical(number.load()))
            store_rows([row.at(k * words) for row in targets], packed)
