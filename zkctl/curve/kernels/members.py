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

from llvmlite import ir

from zkctl.curve.curves.bls12_381 import BLS12_381
from zkctl.curve.curves.parameters import Group
from zkctl.curve.curves.registry import curve_by_name
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
    build,
    call,
    loop,
    scratch,
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
            byte_store(flags, block, mask_bits(emitter.answer(rows)))


@dataclass(frozen=True, slots=True)
class Jacobian:
    """A point in registers; without z it is affine."""

    x: Coordinate
    y: Coordinate
    z: Coordinate | None = None


class MembersEmitter:
    """Emits the test of one block of points; a point in memory is X, Y, Z, one after the other."""

    def __init__(
        self, program: Program, group: Group, coordinates: CoordinateField, inverse: LaneInverse
    ) -> None:
        self.group, self.c, self.f = group, coordinates, coordinates.base
        self.curve = curve_by_name(group.curve_name)
        self.chain = ChainEmitter(group, coordinates, inverse)
        self.coordinate_words = group.degree * self.f.element_words
        name = group.name.replace(".", "_")
        digits = signed_digits(abs(self.curve.x))[1:]
        self.n_digits = len(digits)
        self.digits = program.constant_lanes(f"{name}_x", digits)
        if group.cofactor != 1:
            self._double = program.routine(f"{name}_jacobian_double", POINTER)(self._emit_double)
            self._add = program.routine(f"{name}_jacobian_add", POINTER, POINTER)(self._emit_add)
            self._add_affine = program.routine(f"{name}_jacobian_add_affine", POINTER, POINTER)(
                self._emit_add_affine
            )

    def answer(self, rows: list[Pointer]) -> ir.Value:
        """Return the lanes whose point is a member; infinity is one."""
        x, y, one = (self.chain.get(slot) for slot in self.chain.read(rows))
        answer = self._is_on_curve(x, y)
        if self.group.cofactor != 1:
            point = self._room(3)
            self._store(Jacobian(x, y, one), point)
            test = self._is_in_g1_bls12_381 if self.group.degree == 1 else self._is_in_g2
            answer = build().and_(answer, test(point))
        return build().or_(answer, all_zero(load_rows(rows, self.group.point_words)))

    def _is_on_curve(self, x: Coordinate, y: Coordinate) -> ir.Value:
        c = self.c
        cube = c.multiply(c.reduce(c.square(x)), x)
        return self._equal(c.square(y), c.sum(cube, self._constant(self.group.b)))

    def _is_in_g1_bls12_381(self, point: Pointer) -> ir.Value:
        """Return the lanes with phi(P) = -[x^2] P."""
        affine = self._load(point, 2)
        image = Jacobian(self.c.multiply(affine.x, self._constant((BLS12_381.beta,))), affine.y)
        self._multiply_by_parameter(point, self._add_affine)
        self._multiply_by_parameter(point, self._add)
        return self._same(self._negative(self._load(point)), image)

    def _is_in_g2(self, point: Pointer) -> ir.Value:
        """Return the lanes with Q + R + psi R + psi^2 R = 2 psi^3 R, R = [u] Q (BN254), or psi Q = [x] Q (BLS12-381)."""
        affine = self._load(point, 2)
        total, image = self._room(3), self._room(3)
        self._store(affine, image)
        self._multiply_by_parameter(point, self._add_affine)
        multiple = self._load(point)
        if self.curve.family == "BLS12":
            return self._same(multiple, self._psi(affine))
        self._store(multiple, total)
        call(self._add_affine, total, image)
        self._store(multiple, image)
        for _ in range(2):
            self._store(self._psi(self._load(image)), image)
            call(self._add, total, image)
        self._store(self._psi(self._load(image)), image)
        call(self._double, image)
        return self._same(self._load(total), self._load(image))

    # -- points

    def _room(self, n: int) -> Pointer:
        """Return memory for n coordinates."""
        return scratch(n * self.coordinate_words)

    def _load(self, point: Pointer, n: int = 3) -> Jacobian:
        """Return a point from memory; n = 2 leaves its z."""
        return Jacobian(*(self.chain.get(self._slots(point, k)) for k in range(n)))

    def _store(self, point: Jacobian, out: Pointer) -> None:
        for k, value in enumerate((point.x, point.y, point.z)):
            if value is not None:
                self.chain.set(self._slots(out, k), value)

    def _slots(self, point: Pointer, k: int) -> list[Pointer]:
        start = point.at(k * self.coordinate_words)
        return [start.at(j * self.f.element_words) for j in range(self.c.degree)]

    def _multiply_by_parameter(self, point: Pointer, add: ir.Function) -> None:
        """Multiply a point by x, the curve's parameter, in place."""
        base, both = self._load(point), self._room(6)
        self._store(base, both)
        self._store(self._negative(base), both.at(3 * self.coordinate_words))
        for i in loop(self.n_digits):
            call(self._double, point)
            digit = self.digits.load(i * width())
            with when(digit.compare("!=", 0)):
                offset = select(digit.compare("<", 0), 3 * self.coordinate_words, 0)
                call(add, point, both.at(offset))
        if self.curve.x < 0:
            self._store(self._negative(self._load(point)), point)

    def _emit_double(self, point: Pointer) -> None:
        self.chain.double([self._slots(point, k) for k in range(3)])

    def _emit_add(self, point: Pointer, other: Pointer) -> None:
        self._store(self._sum(self._load(point), self._load(other)), point)

    def _emit_add_affine(self, point: Pointer, other: Pointer) -> None:
        self._store(self._sum(self._load(point), self._load(other, 2)), point)

    def _sum(self, p: Jacobian, q: Jacobian) -> Jacobian:
        """Return P + Q as in the module's docstring; P has a z."""
        c = self.c
        assert p.z is not None
        u2, s2 = self._scaled(q, p.z)
        u1, s1 = (p.x, p.y) if q.z is None else self._scaled(p, q.z)
        h, r = (c.reduce(c.difference(b, a)) for a, b in ((u1, u2), (s1, s2)))
        hh = c.reduce(c.square(h))
        hhh, v = c.reduce(c.multiply(hh, h)), c.reduce(c.multiply(u1, hh))
        x3 = c.reduce(c.difference(c.difference(c.square(r), hhh), c.sum(v, v)))
        rise = c.multiply(r, c.reduce(c.difference(v, x3)))
        y3 = c.reduce(c.difference(rise, c.multiply(s1, hhh)))
        z = p.z if q.z is None else c.reduce(c.multiply(p.z, q.z))
        return Jacobian(x3, y3, c.multiply(z, h))

    def _scaled(self, p: Jacobian, z: Coordinate) -> tuple[Coordinate, Coordinate]:
        """Return X z^2 and Y z^3."""
        c = self.c
        zz = c.reduce(c.square(z))
        cube = c.reduce(c.multiply(zz, z))
        return c.reduce(c.multiply(p.x, zz)), c.reduce(c.multiply(p.y, cube))

    def _same(self, p: Jacobian, q: Jacobian) -> ir.Value:
        """Return the lanes with P = Q where neither has Z = 0; P has a z."""
        assert p.z is not None
        left = (p.x, p.y) if q.z is None else self._scaled(p, q.z)
        right = self._scaled(q, p.z)
        finite = build().not_(self._is_zero(p.z))
        if q.z is not None:
            finite = build().and_(finite, build().not_(self._is_zero(q.z)))
        equal = build().and_(*(self._equal(a, b) for a, b in zip(left, right, strict=True)))
        return build().and_(finite, equal)

    def _negative(self, p: Jacobian) -> Jacobian:
        minus_y = self.c.difference(self._constant((0,) * self.c.degree), p.y)
        return Jacobian(p.x, self.c.reduce(minus_y), p.z)

    def _psi(self, p: Jacobian) -> Jacobian:
        """Return the curve's Frobenius on its twist, as in `tower`: (c2 conj X, c3 conj Y, conj Z)."""
        sign = 1 if self.curve.twist == "D" else -1
        x, y = (
            self.c.reduce(
                self.c.multiply(
                    self._conjugate(value),
                    self._constant(frobenius_constant(self.curve, 1, sign * k)),
                )
            )
            for k, value in ((2, p.x), (3, p.y))
        )
        return Jacobian(x, y, None if p.z is None else self._conjugate(p.z))

    # -- coordinates

    def _constant(self, values: tuple[int, ...]) -> Coordinate:
        f, radix = self.f, 1 << self.f.plan.radix_bits
        return Coordinate(tuple(f.constant(value * radix % f.p) for value in values))

    def _conjugate(self, x: Coordinate) -> Coordinate:
        x0, x1 = x.parts
        return self.c.reduce(Coordinate((x0, self.f.constant(0) - x1)))

    def _equal(self, x: Coordinate, y: Coordinate) -> ir.Value:
        return self._is_zero(self.c.difference(x, y))

    def _is_zero(self, x: Coordinate) -> ir.Value:
        masks = [is_zero(self.f.canonical(part)) for part in x.parts]
        return masks[0] if len(masks) == 1 else build().and_(*masks)
