"""The sum of a few scaled points of G1 as a kernel: Straus' method, one point per lane and block.

    multiples    points            ->  the multiples 0 .. 15 of each
    combination  these, scalars    ->  sum_i s_i P_i, in 4-bit windows that share their doublings
    horner       points            ->  sum_k 2^k P_k, each lane a stretch of them

(X : Y : Z) stands for (X/Z, Y/Z), infinity is (0 : 1 : 0).  The formulas are complete: they hold for
all points of a curve without points of order two, equal, opposite and infinite ones included.
Source: Renes, Costello, Batina, "Complete addition formulas for prime order elliptic curves", eprint
2015/1060, algorithms 7 and 9 (a = 0); their completeness needs an odd group order, asserted below.
"""

from __future__ import annotations

from llvmlite import ir

from zkctl.curve.curves.parameters import Group
from zkctl.curve.kernels.chain import ChainEmitter
from zkctl.curve.kernels.coordinates import Coordinate, CoordinateField
from zkctl.curve.kernels.interface import WINDOW_BITS
from zkctl.field.kernels.inverse import LaneInverse
from zkctl.field.kernels.lanes import Lanes, choose, permute
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
    width,
)
from zkctl.field.kernels.memory import all_zero, gather, load_rows, row_pointers, store_rows
from zkctl.field.kernels.residue import Residue

MULTIPLES = 1 << WINDOW_BITS
WINDOWS_PER_WORD = 64 // WINDOW_BITS


def emit_combination(
    program: Program, group: Group, coordinates: CoordinateField, inverse: LaneInverse
) -> None:
    """Add the kernels of a group.

    <group>_multiples(table, points, n_blocks)
    <group>_combination(out, table, scalars, scalar_words, n_blocks, n_windows); `out` is one block,
    the sum in each of its rows
    <group>_horner(out, points, n_rows); so many points in each lane, one lane's after the other's
    """
    assert group.degree == 1
    assert group.cofactor * group.scalar_field.modulus % 2 == 1
    emitter = CombinationEmitter(program, group, coordinates, inverse)
    name = group.name.replace(".", "_")
    program.kernel(f"{name}_multiples", POINTER, POINTER, I64)(emitter.multiples)
    program.kernel(f"{name}_combination", POINTER, POINTER, POINTER, I64, I64, I64)(
        emitter.combination
    )
    program.kernel(f"{name}_horner", POINTER, POINTER, I64)(emitter.horner)


class CombinationEmitter:
    """Emits both kernels; a point in memory is its three coordinates, one after the other."""

    def __init__(
        self, program: Program, group: Group, coordinates: CoordinateField, inverse: LaneInverse
    ) -> None:
        self.group, self.c, self.f = group, coordinates, coordinates.base
        self.chain = ChainEmitter(group, coordinates, inverse)
        self.point_words = 3 * self.f.element_words
        name = group.name.replace(".", "_")
        self._add = program.routine(f"{name}_add", *[POINTER] * 3)(self._emit_add)
        self._double = program.routine(f"{name}_double", POINTER)(self._emit_double)

    # -- the kernels

    def multiples(self, table: Pointer, points: Pointer, n_blocks: Int) -> None:
        """Write the table: row d of a block is d P, d = 0 .. 15."""
        for block in loop(n_blocks):
            rows = row_pointers(points, block * width(), self.group.point_words)
            start = table.at(block * (MULTIPLES * self.point_words))
            first = start.at(self.point_words)
            self._store_infinity(start)
            self._store_rows(rows, first)
            for d in loop(MULTIPLES, start=2):
                entry = start.at(d * self.point_words)
                call(self._add, entry, entry.at(-self.point_words), first)

    def combination(
        self,
        out: Pointer,
        table: Pointer,
        scalars: Pointer,
        scalar_words: Int,
        n_blocks: Int,
        n_windows: Int,
    ) -> None:
        """Write the sum over all lanes and blocks; scalars are plain rows of scalar_words words."""
        total, term = (scratch(self.point_words) for _ in range(2))
        self._store_infinity(total)
        for i in loop(n_windows):
            window = n_windows - 1 - i
            for _ in loop(WINDOW_BITS):
                call(self._double, total)
            for block in loop(n_blocks):
                row = scalars.at(block * width() * scalar_words)
                digits = [self._digit(row.at(scalar_words * k), window) for k in range(width())]
                self._gather(table.at(block * (MULTIPLES * self.point_words)), digits, term)
                call(self._add, total, total, term)
        self._add_lanes(total, term)
        self._write(total, out)

    def horner(self, out: Pointer, points: Pointer, n_rows: Int) -> None:
        """Write sum_k 2^k P_k: by Horner's rule in every lane, then over the sums of the lanes."""
        lane_sums, total, term = (scratch(self.point_words) for _ in range(3))
        self._store_infinity(lane_sums)
        for i in loop(n_rows):
            k = n_rows - 1 - i
            call(self._double, lane_sums)
            rows = [
                points.at((n_rows * lane + k) * self.group.point_words) for lane in range(width())
            ]
            self._store_rows(rows, term)
            call(self._add, lane_sums, lane_sums, term)
        self._rotate(lane_sums, width() - 1, total)
        for lane in reversed(range(width() - 1)):
            for _ in loop(n_rows):
                call(self._double, total)
            self._rotate(lane_sums, lane, term)
            call(self._add, total, total, term)
        self._write(total, out)

    def _digit(self, scalar: Pointer, window: Int) -> Int:
        shift = (window & (WINDOWS_PER_WORD - 1)) * WINDOW_BITS
        return (scalar.load(window >> (WINDOWS_PER_WORD.bit_length() - 1)) >> shift) & (
            MULTIPLES - 1
        )

    def _gather(self, table: Pointer, digits: list[Int], term: Pointer) -> None:
        """Gather the multiple by its digit in every lane."""
        entries = [table.at(digit * self.point_words + k) for k, digit in enumerate(digits)]
        for j in range(self.point_words // width()):
            term.at(j * width()).store_lanes(gather(entries, j * width()))

    def _add_lanes(self, total: Pointer, other: Pointer) -> None:
        """Replace every lane by the sum of all lanes: sums with rotations by 1, 2, 4 .. lanes."""
        span = 1
        while span < width():
            self._rotate(total, span, other)
            call(self._add, total, total, other)
            span *= 2

    def _rotate(self, point: Pointer, span: int, out: Pointer) -> None:
        """Write the point of lane k + span to lane k."""
        order = [(k + span) % width() for k in range(width())]
        for j in range(self.point_words // width()):
            word = Lanes(point.at(j * width()).load_lanes(), 0, self.f.plan.mask)
            out.at(j * width()).store_lanes(permute(word, order).value)

    def _write(self, point: Pointer, out: Pointer) -> None:
        """Write X / Z, Y / Z in file form."""
        x, y, z = self._load(point)
        reciprocal, infinite = self.chain.reciprocal(z)
        words = [
            word
            for value in (x, y)
            for word in self.chain.to_words(self.c.multiply(value, reciprocal), infinite)
        ]
        store_rows(row_pointers(out, integer(0), len(words)), words)

    # -- the formulas

    def _emit_add(self, out: Pointer, p: Pointer, q: Pointer) -> None:
        c = self.c
        (x1, y1, z1), (x2, y2, z2) = self._load(p), self._load(q)
        xx, yy, zz = self._product(x1, x2), self._product(y1, y2), self._product(z1, z2)
        xy = self._cross((x1, y1), (x2, y2), c.sum(xx, yy))
        yz = self._cross((y1, z1), (y2, z2), c.sum(yy, zz))
        xz = self._cross((x1, z1), (x2, z2), c.sum(xx, zz))
        thrice = c.reduce(c.sum(c.sum(xx, xx), xx))
        b_zz, b_xz = self._times_three_b(zz), self._times_three_b(xz)
        plus, minus = c.reduce(c.sum(yy, b_zz)), c.reduce(c.difference(yy, b_zz))
        x3 = c.difference(c.multiply(xy, minus), c.multiply(yz, b_xz))
        y3 = c.sum(c.multiply(minus, plus), c.multiply(b_xz, thrice))
        z3 = c.sum(c.multiply(plus, yz), c.multiply(thrice, xy))
        self._store([x3, y3, z3], out)

    def _emit_double(self, p: Pointer) -> None:
        c = self.c
        x, y, z = self._load(p)
        yy, b_zz = c.reduce(c.square(y)), self._times_three_b(c.reduce(c.square(z)))
        twice = c.reduce(c.sum(yy, yy))
        eight = c.reduce(self._times(twice, 4))
        less = c.reduce(c.difference(yy, self._times(b_zz, 3)))
        x3 = c.multiply(c.reduce(c.sum(less, less)), self._product(x, y))
        y3 = c.sum(c.multiply(less, c.reduce(c.sum(yy, b_zz))), c.multiply(b_zz, eight))
        z3 = c.multiply(self._product(y, z), eight)
        self._store([x3, y3, z3], p)

    def _product(self, x: Coordinate, y: Coordinate) -> Coordinate:
        return self.c.reduce(self.c.multiply(x, y))

    def _cross(
        self,
        p: tuple[Coordinate, Coordinate],
        q: tuple[Coordinate, Coordinate],
        squares: Coordinate,
    ) -> Coordinate:
        """Return a d + b c for p = (a, b), q = (c, d), given a c + b d."""
        c = self.c
        product = c.multiply(c.reduce(c.sum(*p)), c.reduce(c.sum(*q)))
        return c.reduce(c.difference(product, squares))

    def _times_three_b(self, x: Coordinate) -> Coordinate:
        return self.c.reduce(self._times(x, 3 * self.group.b[0]))

    def _times(self, x: Coordinate, small: int) -> Coordinate:
        result = x
        for bit in bin(small)[3:]:
            result = self.c.sum(result, result)
            if bit == "1":
                result = self.c.sum(result, x)
        return result

    # -- memory

    def _load(self, point: Pointer) -> list[Coordinate]:
        return [self.chain.get([point.at(k * self.f.element_words)]) for k in range(3)]

    def _store(self, point: list[Coordinate], pointer: Pointer) -> None:
        for k, value in enumerate(point):
            self.chain.set([pointer.at(k * self.f.element_words)], value)

    def _store_infinity(self, pointer: Pointer) -> None:
        zero, one = (Coordinate((self.f.constant(v),)) for v in (0, self.chain.radix % self.f.p))
        self._store([zero, one, zero], pointer)

    def _store_rows(self, rows: list[Pointer], pointer: Pointer) -> None:
        """Write points in file form, infinity included."""
        infinite = all_zero(load_rows(rows, self.group.point_words))
        x, y, one = (self.chain.get(slot) for slot in self.chain.read(rows))
        zero = Coordinate((self.f.constant(0),))
        self._store([x, self._chosen(infinite, one, y), self._chosen(infinite, zero, one)], pointer)

    def _chosen(self, where: ir.Value, yes: Coordinate, no: Coordinate) -> Coordinate:
        (x,), (y,) = yes.parts, no.parts
        limbs = tuple(choose(where, a, b) for a, b in zip(x.limbs, y.limbs, strict=True))
        return Coordinate((Residue(x.plan, limbs, 0, max(x.high, y.high)),))
