"""Membership in the group of prime order as a kernel: the criteria of `membership`, lane by lane.

(X, Y, Z) stands for x = X / Z^2, y = Y / Z^3.  The sum of two points, with U = X Z'^2 and S = Y Z'^3 on
either side, H = U2 - U1 and R = S2 - S1:

    X3 = R^2 - H^3 - 2 U1 H^2,   Y3 = R (U1 H^2 - X3) - S1 H^3,   Z3 = Z1 Z2 H

An addition that these formulas do not serve (equal x, or infinity) has Z3 = 0, and so does every
doubling or addition that follows.  A member never meets one (`membership` asserts it), so a point that
ends with Z = 0 is no member, and every other one has been computed exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from llvmlite import ir

from zkctl.curve.curves.bls12_381 import BLS12_381
from zkctl.curve.curves.parameters import Group
from zkctl.curve.curves.registry import curve_by_name
from zkctl.curve.kernels.called_coordinates import CalledCoordinates
from zkctl.curve.kernels.chain import ChainEmitter
from zkctl.curve.kernels.coordinates import Coordinate, CoordinateField
from zkctl.curve.tower import frobenius_constant, signed_digits
from zkctl.field.kernels.inverse import LaneInverse
from zkctl.field.kernels.language import (
    I64,
    POINTER,
    Int,
    Pointer,
    Program,
    call,
    loop,
    select,
    when,
    width,
)
from zkctl.field.kernels.memory import all_zero, byte_store, load_rows, mask_bits, row_pointers
from zkctl.field.kernels.residue import is_zero


def emit_members(
    program: Program, group: Group, coordinates: CoordinateField, inverse: LaneInverse
) -> None:
    """Add `<group>_members(flags, points, n_blocks)`: one byte of lane bits per block of points."""
    emitter = MembersEmitter(program, group, coordinates, inverse)
    name = f"{group.name.replace('.', '_')}_members"

    @program.kernel(name, POINTER, POINTER, I64)
    def members(flags: Pointer, points: Pointer, n_blocks: Int) -> None:
        for block in loop(n_blocks):
            rows = row_pointers(points, block * width(), group.point_words)
            byte_store(flags, block, emitter.answer(rows))


@dataclass(frozen=True, slots=True)
class Jacobian:
    """A point in registers; without z it is affine."""

    x: Coordinate
    y: Coordinate
    z: Coordinate | None = None


class MembersEmitter:
    """Emits the test of one block of points; a point in memory is X, Y, Z, one after the other.

    The steps of the long multiplication are written out; the rest, once per block, is made of calls.
    """

    def __init__(
        self, program: Program, group: Group, coordinates: CoordinateField, inverse: LaneInverse
    ) -> None:
        self.program, self.group, self.c, self.f = program, group, coordinates, coordinates.base
        self.curve = curve_by_name(group.curve_name)
        self.chain = ChainEmitter(group, coordinates, inverse)
        self.called = CalledCoordinates(program, group, coordinates)
        self.name = group.name.replace(".", "_")
        self.digits = signed_digits(abs(self.curve.x))[1:]

    def answer(self, rows: list[Pointer]) -> Int:
        """Return one bit per lane, set where the point is a member; infinity is one."""
        infinite = mask_bits(all_zero(load_rows(rows, self.group.point_words)))
        if self.group.cofactor == 1:
            return infinite | mask_bits(self._is_on_curve(rows))
        point = self.called.room(3)
        self.chain.read(rows, [self.called.slots(self._at(point, k)) for k in range(3)])
        test = self._members_of_g1_bls12_381 if self.group.degree == 1 else self._members_of_g2
        return infinite | (self._satisfies_equation(point) & test(point))

    def _is_on_curve(self, rows: list[Pointer]) -> ir.Value:
        """Return the lanes on the curve: the whole test where every point is a member, so written out."""
        c, f, radix = self.c, self.f, 1 << self.f.plan.radix_bits
        x, y, _ = (self.chain.get(slot) for slot in self.chain.read(rows))
        b = Coordinate(tuple(f.constant(value * radix % f.p) for value in self.group.b))
        cube = c.multiply(c.reduce(c.square(x)), x)
        (difference,) = c.difference(c.square(y), c.sum(cube, b)).parts
        return is_zero(f.canonical(difference))

    def _satisfies_equation(self, point: Pointer) -> Int:
        c, (x, y) = self.called, (self._at(point, k) for k in range(2))
        rest = c.difference(c.product(y, y), c.product(c.product(x, x), x))
        return c.zero_lanes(c.difference(rest, c.constant(self.group.b)))

    def _members_of_g1_bls12_381(self, point: Pointer) -> Int:
        """Return the lanes with phi(P) = -[x^2] P."""
        image = self._copy(point)
        beta = self.called.constant((BLS12_381.beta,))
        self._set(image, 0, self.called.product(self._at(image, 0), beta))
        self._multiply_by_parameter(point, self._add_affine)
        self._multiply_by_parameter(point, self._add)
        self._negate(point)
        return self._same(point, image)

    def _members_of_g2(self, point: Pointer) -> Int:
        """Return the lanes with Q + R + psi R + psi^2 R = 2 psi^3 R, R = [u] Q (BN254), or psi Q = [x] Q (BLS12-381)."""
        affine = self._copy(point)
        self._multiply_by_parameter(point, self._add_affine)
        if self.curve.family == "BLS12":
            call(self._psi, affine)
            return self._same(point, affine)
        total, image = self._copy(point), point
        call(self._add, total, affine)
        for _ in range(2):
            call(self._psi, image)
            call(self._add, total, image)
        call(self._psi, image)
        call(self._double, image)
        return self._same(total, image)

    # -- points in memory

    def _at(self, point: Pointer, k: int) -> Pointer:
        return point.at(k * self.called.words)

    def _set(self, point: Pointer, k: int, source: Pointer) -> None:
        """Copy a coordinate to a point."""
        target, lanes_each = self._at(point, k), width()
        for i in loop(self.called.words, step=lanes_each):
            target.at(i).store_lanes(source.at(i).load_lanes())

    def _copy(self, point: Pointer) -> Pointer:
        copy = self.called.room(3)
        for k in range(3):
            self._set(copy, k, self._at(point, k))
        return copy

    def _negate(self, point: Pointer) -> None:
        zero = self.called.constant((0,) * self.c.degree)
        self._set(point, 1, self.called.difference(zero, self._at(point, 1)))

    def _multiply_by_parameter(self, point: Pointer, add: ir.Function) -> None:
        """Multiply a point by x, the curve's parameter, in place."""
        both = self.called.room(6)
        positive, negative = both, self._at(both, 3)
        for k in range(3):
            self._set(positive, k, self._at(point, k))
            self._set(negative, k, self._at(point, k))
        self._negate(negative)
        table = self._digits_in_memory
        for i in loop(len(self.digits)):
            call(self._double, point)
            digit = table.load(i * width())
            with when(digit.compare("!=", 0)):
                offset = select(digit.compare("<", 0), 3 * self.called.words, 0)
                call(add, point, both.at(offset))
        if self.curve.x < 0:
            self._negate(point)

    def _same(self, p: Pointer, q: Pointer) -> Int:
        """Return the lanes with P = Q where neither has Z = 0."""
        c, any_zero = self.called, self.called.zero_lanes(self._at(p, 2))
        any_zero = any_zero | c.zero_lanes(self._at(q, 2))
        left, right = self._scaled(p, self._at(q, 2)), self._scaled(q, self._at(p, 2))
        x, y = (c.zero_lanes(c.difference(a, b)) for a, b in zip(left, right, strict=True))
        return x & y & (any_zero ^ ((1 << width()) - 1))

    def _scaled(self, p: Pointer, z: Pointer) -> tuple[Pointer, Pointer]:
        """Return X z^2 and Y z^3."""
        c = self.called
        square = c.product(z, z)
        cube = c.product(square, z)
        return c.product(self._at(p, 0), square), c.product(self._at(p, 1), cube)

    # -- routines

    @cached_property
    def _digits_in_memory(self) -> Pointer:
        return self.program.constant_lanes(f"{self.name}_x", self.digits)

    @cached_property
    def _double(self) -> ir.Function:
        @self.program.routine(f"{self.name}_jacobian_double", POINTER)
        def double(point: Pointer) -> None:
            self.chain.double([self.called.slots(self._at(point, k)) for k in range(3)])

        return double

    @cached_property
    def _psi(self) -> ir.Function:
        """The curve's Frobenius on its twist, as in `tower`: (c2 conj X, c3 conj Y, conj Z)."""
        sign = 1 if self.curve.twist == "D" else -1

        @self.program.routine(f"{self.name}_psi", POINTER)
        def psi(point: Pointer) -> None:
            for k, power in enumerate((2, 3)):
                factor = self.called.constant(frobenius_constant(self.curve, 1, sign * power))
                image = self.called.product(self.called.conjugate(self._at(point, k)), factor)
                self._set(point, k, image)
            self._set(point, 2, self.called.conjugate(self._at(point, 2)))

        return psi

    @cached_property
    def _add(self) -> ir.Function:
        """The sum as in the module's docstring, by calls: it is needed a few times per block."""

        @self.program.routine(f"{self.name}_jacobian_add", POINTER, POINTER)
        def add(point: Pointer, other: Pointer) -> None:
            c, (z1, z2) = self.called, (self._at(p, 2) for p in (point, other))
            (u1, s1), (u2, s2) = self._scaled(point, z2), self._scaled(other, z1)
            h, r = c.difference(u2, u1), c.difference(s2, s1)
            hh = c.product(h, h)
            hhh, v = c.product(hh, h), c.product(u1, hh)
            x3 = c.difference(c.difference(c.difference(c.product(r, r), hhh), v), v)
            rise = c.product(r, c.difference(v, x3))
            y3 = c.difference(rise, c.product(s1, hhh))
            z3 = c.product(c.product(z1, z2), h)
            for k, value in enumerate((x3, y3, z3)):
                self._set(point, k, value)

        return add

    @cached_property
    def _add_affine(self) -> ir.Function:
        """The sum with an affine point, written out: the long multiplication has many."""

        @self.program.routine(f"{self.name}_jacobian_add_affine", POINTER, POINTER)
        def add_affine(point: Pointer, other: Pointer) -> None:
            x1, y1, z1 = (self.called.load(self._at(point, k)) for k in range(3))
            x2, y2 = (self.called.load(self._at(other, k)) for k in range(2))
            total = self._sum_with_affine(Jacobian(x1, y1, z1), Jacobian(x2, y2))
            for k, value in enumerate((total.x, total.y, total.z)):
                assert value is not None
                self.called.store(value, self._at(point, k))

        return add_affine

    def _sum_with_affine(self, p: Jacobian, q: Jacobian) -> Jacobian:
        c = self.c
        assert p.z is not None
        zz = c.reduce(c.square(p.z))
        cube = c.reduce(c.multiply(zz, p.z))
        u2, s2 = c.reduce(c.multiply(q.x, zz)), c.reduce(c.multiply(q.y, cube))
        h, r = c.reduce(c.difference(u2, p.x)), c.reduce(c.difference(s2, p.y))
        hh = c.reduce(c.square(h))
        hhh, v = c.reduce(c.multiply(hh, h)), c.reduce(c.multiply(p.x, hh))
        x3 = c.reduce(c.difference(c.difference(c.square(r), hhh), c.sum(v, v)))
        rise = c.multiply(r, c.reduce(c.difference(v, x3)))
        y3 = c.reduce(c.difference(rise, c.multiply(p.y, hhh)))
        return Jacobian(x3, y3, c.multiply(p.z, h))
