"""2^times P for a block of points: a chain of Jacobian doublings with one inversion at its end.

(X, Y, Z) stands for x = X / Z^2, y = Y / Z^3.  Doubling on y^2 = x^3 + b is "dbl-2009-l" of the
Explicit-Formulas Database: A = X^2, B = Y^2, C = B^2, D = 2((X + B)^2 - A - C), E = 3 A,

    X' = E^2 - 2 D,   Y' = E (D - X') - 8 C,   Z' = 2 Y Z.

Z = 0 means infinity (only points with y = 0 get there: none on curves of odd order, but input may be
off the curve); such a lane is inverted as 1 and written as zero.
"""

from __future__ import annotations

from collections.abc import Sequence

from llvmlite import ir

from zkctl.curve.curves.parameters import Group
from zkctl.curve.kernels.coordinates import Coordinate, CoordinateField
from zkctl.field.kernels.inverse import LaneInverse
from zkctl.field.kernels.lanes import Lanes, choose, lanes
from zkctl.field.kernels.language import I64, POINTER, Int, Pointer, Program, loop, width
from zkctl.field.kernels.memory import load_rows, row_pointers, store_rows
from zkctl.field.kernels.residue import Element, Residue, is_zero


def emit_double_times(
    program: Program, group: Group, coordinates: CoordinateField, inverse: LaneInverse
) -> None:
    """Add `<group>_double_times(out, points, n_blocks, times)` on finite points in file form."""
    name = f"{group.name.replace('.', '_')}_double_times"
    chain = ChainEmitter(group, coordinates, inverse)

    @program.kernel(name, POINTER, POINTER, I64, I64)
    def double_times(out: Pointer, points: Pointer, n_blocks: Int, times: Int) -> None:
        for block in loop(n_blocks):
            source = row_pointers(points, block * width(), group.point_words)
            slots = chain.read(source)
            for _ in loop(times):
                chain.double(slots)
            target = row_pointers(out, block * width(), group.point_words)
            store_rows(target, chain.affine_words(slots))


class ChainEmitter:
    """One block of points in Jacobian coordinates, kept in three slots."""

    def __init__(self, group: Group, coordinates: CoordinateField, inverse: LaneInverse) -> None:
        self.group, self.c, self.inverse = group, coordinates, inverse
        self.f = coordinates.base
        self.radix = 1 << self.f.plan.radix_bits

    def read(
        self, rows: list[Pointer], slots: list[list[Pointer]] | None = None
    ) -> list[list[Pointer]]:
        """Return X, Y, Z = x, y, 1 in the kernels' form, in these slots or in new ones."""
        f, half = self.f, self.group.coordinate_words
        inward = self.radix**2 * pow(f.field.montgomery_r, -1, f.p) % f.p
        words = load_rows(rows, self.group.point_words)
        slots = slots or [[f.slot() for _ in range(self.c.degree)] for _ in range(3)]
        for slot, part in zip(slots, (words[:half], words[half:]), strict=False):
            self.set(slot, self._convert(part, f.p - 1, inward))
        one = (f.constant(self.radix % f.p), *[f.constant(0)] * (self.c.degree - 1))
        self.set(slots[2], Coordinate(one))
        return slots

    def _convert(self, words: Sequence[Lanes], high: int, factor: int) -> Coordinate:
        f, n = self.f, self.f.field.n_words
        parts = (
            f.mul(f.unpack(words[k : k + n], high), f.constant(factor)).load()
            for k in range(0, len(words), n)
        )
        return Coordinate(tuple(parts))

    def set(self, slot: list[Pointer], x: Coordinate) -> None:
        """Write a coordinate, reduced."""
        for pointer, part in zip(slot, self.c.reduce(x).parts, strict=True):
            self.f.store(part, pointer)

    def get(self, slot: list[Pointer]) -> Coordinate:
        """Read a coordinate that `set` wrote."""
        f = self.f
        return Coordinate(tuple(f.tight(pointer, f.stored_high).load() for pointer in slot))

    def double(self, slots: list[list[Pointer]]) -> None:
        """Double in place."""
        c = self.c
        x, y, z = (self.get(slot) for slot in slots)
        a, b = c.square(x), c.square(y)
        b = c.reduce(b)
        fourth = c.reduce(c.square(b))
        middle = c.difference(c.difference(c.square(c.sum(x, b)), a), fourth)
        d = c.reduce(c.sum(middle, middle))
        e = c.reduce(c.sum(c.sum(a, a), a))
        x3 = c.reduce(c.difference(c.difference(c.square(e), d), d))
        twice = c.sum(fourth, fourth)
        eight = c.sum(c.sum(twice, twice), c.sum(twice, twice))
        y3 = c.difference(c.multiply(e, c.reduce(c.difference(d, x3))), eight)
        z3 = c.multiply(c.reduce(c.sum(y, y)), z)
        for slot, value in zip(slots, (x3, y3, z3), strict=True):
            self.set(slot, value)

    def affine_words(self, slots: list[list[Pointer]]) -> list[Lanes]:
        """Return x / Z^2, y / Z^3 as canonical words in file form; zero where Z = 0."""
        c = self.c
        x, y, z = (self.get(slot) for slot in slots)
        reciprocal, infinite = self.reciprocal(z)
        square = c.reduce(c.square(reciprocal))
        values = c.multiply(x, square), c.multiply(c.reduce(c.multiply(y, square)), reciprocal)
        return [word for value in values for word in self.to_words(value, infinite)]

    def to_words(self, x: Coordinate, infinite: ir.Value) -> list[Lanes]:
        """Return a coordinate as canonical words in file form; zero in the lanes of `infinite`."""
        f, words = self.f, list[Lanes]()
        for part in self.c.reduce(x).parts:
            outward = f.mul(part, f.constant(f.field.montgomery_r)).load()
            packed = f.pack(f.canonical(outward))
            words.extend(choose(infinite, lanes(0), word) for word in packed)
        return words

    def reciprocal(self, z: Coordinate) -> tuple[Coordinate, ir.Value]:
        """Return 1 / z, and the lanes in which z is zero (1 / z is meaningless there)."""
        f, c = self.f, self.c
        inverse, zero = self._inverse_of_norm(z)
        one = (f.constant(self.radix % f.p), *[f.constant(0)] * (c.degree - 1))
        return c.reduce(c.divide(Coordinate(one), z, inverse)), zero

    def _inverse_of_norm(self, z: Coordinate) -> tuple[Element, ir.Value]:
        f = self.f
        norm = f.canonical(self.c.norm(z))
        infinite = is_zero(norm)
        one = f.constant(self.radix % f.p)
        safe = tuple(choose(infinite, o, v) for o, v in zip(one.limbs, norm.limbs, strict=True))
        running = f.store(Residue(f.plan, safe, 0, f.p)).pointer
        self.inverse.emit_in_place(running)
        return f.tight(running, 2 * f.p), infinite
