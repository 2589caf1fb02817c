"""The formulas of the optimal ate pairing, written once over the base elements of `tower`.

e(P, Q) = (f_{s,Q}(P) * corrections)^((q^12 - 1)/r * m) with s = 6u + 2 for BN and s = x for BLS12
(Vercauteren, "Optimal pairings", eprint 2008/096).  The multiple m, harmless since r does not
divide it, is the one for which the formulas of the final power are short:
BN     m = 2u(6u^2 + 3u + 1)   Fuentes-Castaneda, Knapp, Rodriguez-Henriquez, SAC 2011
BLS12  m = 3                   Hayashida, Hayasaka, Teruya, eprint 2020/875
"""

from __future__ import annotations

from typing import NamedTuple

from zkctl.curve.curves.parameters import Curve
from zkctl.curve.tower import Base, Fq2, Fq6, Fq12, Tower, signed_digits


class Pair(NamedTuple):
    """An affine point of G1 and one of G2, neither at infinity."""

    p: tuple[Base, Base]
    q: tuple[Fq2, Fq2]


class Projective(NamedTuple):
    """The point (x/z, y/z) of the twist."""

    x: Fq2
    y: Fq2
    z: Fq2


class Line(NamedTuple):
    """The line y_part yP + x_part xP w + rest w^3, up to a factor in a proper subfield.

    On an M twist w stands for 1/w, and the line is multiplied by w^3.
    """

    y_part: Fq2
    x_part: Fq2
    rest: Fq2

    def at(self, p: tuple[Base, Base]) -> Line:
        """Return the coefficients at the point p of G1."""
        return Line(self.y_part.scale(p[1]), self.x_part.scale(p[0]), self.rest)


def double_step(t: Projective, three_b: Fq2) -> tuple[Projective, Line]:
    """Double t; return also the tangent at t.

    Source: Costello, Lange, Naehrig, eprint 2009/615, section 5, scaled to avoid halving.
    """
    yy, zz = t.y.square(), t.z.square()
    e = zz * three_b
    f = e.times(3)
    h = (t.y + t.z).square() - yy - zz
    doubled = Projective(
        (t.x * t.y).times(2) * (yy - f),
        (yy + f).square() - e.square().times(12),
        yy.times(4) * h,
    )
    return doubled, Line(-h, t.x.square().times(3), e - yy)


def add_step(t: Projective, q: tuple[Fq2, Fq2]) -> tuple[Projective, Line]:
    """Add q to t; return also the line through them.  Assumes: t != +-q."""
    theta = t.y - q[1] * t.z
    delta = t.x - q[0] * t.z
    dd = delta.square()
    ddd = delta * dd
    g = t.x * dd
    h = ddd + t.z * theta.square() - g.times(2)
    total = Projective(delta * h, theta * (g - h) - ddd * t.y, t.z * ddd)
    return total, Line(delta, -theta, theta * q[0] - delta * q[1])


def multiply_by_line(f: Fq12, line: Line, twist: str) -> Fq12:
    """Multiply by a line at a point: thirteen products in Fq2."""
    y, x, rest = line
    if twist == "D":  # y + (x + rest v) w
        low, high = f.c0.scale(y), f.c1.multiply_sparse(x, rest)
        cross = (f.c0 + f.c1).multiply_sparse(y + x, rest)
    else:  # (rest + x v) + y v w
        low, high = f.c0.multiply_sparse(rest, x), f.c1.scale(y).times_v()
        cross = (f.c0 + f.c1).multiply_sparse(rest, x + y)
    return Fq12(low + high.times_v(), cross - low - high)


class FixedLine(NamedTuple):
    """A line with y_part 1, of a point of G2 that stays; the factor between them is in Fq2, which the final power takes to 1."""

    x_part: Fq2
    rest: Fq2

    def numbers(self) -> list[Base]:
        """Return the four base elements."""
        return [part for each in self for part in (each.c0, each.c1)]


class LineAt(NamedTuple):
    """A line of that form at a point of G1, whose y is the first coefficient."""

    y: Base
    x: Fq2
    rest: Fq2


def multiply_by_lines(f: Fq12, one: LineAt, two: LineAt, twist: str) -> Fq12:
    """Multiply by the product of two lines: 17 products in Fq2 after 3 for it, and 9 of base elements."""
    is_d, yy = twist == "D", one.y * two.y
    a, b = ((each.x, each.rest) if is_d else (each.rest, each.x) for each in (one, two))
    start, end = a[0] * b[0], a[1] * b[1]
    middle = (a[0] + a[1]) * (b[0] + b[1]) - start - end
    linear = [b[k].scale(one.y) + a[k].scale(two.y) for k in range(2)]
    fq2 = type(start)
    if is_d:  # y + (x + rest v) w
        first = end.times_xi()
        even = Fq6(fq2(first.c0 + yy, first.c1), start, middle)
        odd = Fq6(linear[0], linear[1], fq2.of(0))
        high = f.c1.multiply_sparse(*linear)
    else:  # (rest + x v) + y v w, and (v w)^2 = xi
        even = Fq6(fq2(start.c0 + yy * fq2.xi_real, start.c1 + yy), middle, end)
        odd = Fq6(fq2.of(0), linear[0], linear[1])
        high = f.c1.multiply_sparse(*linear).times_v()
    low = f.c0 * even
    cross = (f.c0 + f.c1) * (even + odd)
    return Fq12(low + high.times_v(), cross - low - high)


def fixed_lines(tower: Tower, q: tuple[Fq2, Fq2]) -> list[FixedLine]:
    """Return all lines of a Miller loop in order; `line_follows_square` says which of them come after a square.

    Assumes: q is in its group, not infinity.
    """
    curve, t, lines = tower.curve, Projective(*q, tower.fq2.of(1)), list[Line]()
    three_b = tower.fq2.of(*(3 * c for c in curve.g2.b))
    others = {1: q, -1: (q[0], -q[1])}
    for digit in signed_digits(loop_count(curve))[1:]:
        t, line = double_step(t, three_b)
        lines.append(line)
        if digit:
            t, line = add_step(t, others[digit])
            lines.append(line)
    if curve.family == "BN":
        q1 = tower.psi(*q)
        x2, y2 = tower.psi(*q1)
        t, line = add_step(t, q1)
        lines += [line, add_step(t, (x2, -y2))[1]]
    inverses = [line.y_part.inverse() for line in lines]
    return [
        FixedLine(line.x_part * inverse, line.rest * inverse)
        for line, inverse in zip(lines, inverses, strict=True)
    ]


def line_follows_square(curve: Curve) -> list[bool]:
    """Return for each line of a Miller loop whether f is squared before."""
    flags = list[bool]()
    for digit in signed_digits(loop_count(curve))[1:]:
        flags += [True, False] if digit else [True]
    return [*flags, False, False] if curve.family == "BN" else flags


def loop_count(curve: Curve) -> int:
    """Return the length |s| of the Miller loop."""
    return 6 * curve.x + 2 if curve.family == "BN" else abs(curve.x)


def miller_loop(tower: Tower, pairs: list[Pair]) -> Fq12:
    """Return the product of the f_{s,Q}(P) with their corrections, before the final power.

    The pairs share the squarings.
    """
    curve = tower.curve
    three_b = tower.fq2.of(*(3 * c for c in curve.g2.b))
    one = tower.fq2.of(1)
    points = [Projective(*pair.q, one) for pair in pairs]
    f = tower.one()
    for digit in signed_digits(loop_count(curve))[1:]:
        f = f.square()
        for k, (p, q) in enumerate(pairs):
            points[k], line = double_step(points[k], three_b)
            f = multiply_by_line(f, line.at(p), curve.twist)
            if digit:
                points[k], line = add_step(points[k], q if digit > 0 else (q[0], -q[1]))
                f = multiply_by_line(f, line.at(p), curve.twist)
    if curve.family == "BN":
        return _bn_corrections(tower, f, pairs, points)
    return f.conjugate() if curve.x < 0 else f


def _bn_corrections(tower: Tower, f: Fq12, pairs: list[Pair], points: list[Projective]) -> Fq12:
    """Multiply f by the lines through sQ, psi(Q) and sQ + psi(Q), -psi^2(Q)."""
    for (p, q), t in zip(pairs, points, strict=True):
        q1 = tower.psi(*q)
        x2, y2 = tower.psi(*q1)
        after, line = add_step(t, q1)
        f = multiply_by_line(f, line.at(p), tower.curve.twist)
        _, line = add_step(after, (x2, -y2))
        f = multiply_by_line(f, line.at(p), tower.curve.twist)
    return f


def final_power(tower: Tower, f: Fq12) -> Fq12:
    """Return f^((q^12 - 1)/r * m), m as in the module's docstring."""
    f = f.conjugate() * f.inverse()
    f = tower.frobenius(f, 2) * f
    return (_hard_part_bn if tower.curve.family == "BN" else _hard_part_bls12)(tower, f)


def _hard_part_bn(tower: Tower, f: Fq12) -> Fq12:
    """Return f to the power l0 + l1 q + l2 q^2 + l3 q^3 with l1 = b, l2 = a, l0 = a + 6u^2 + 1, l3 = b - 1.

    a = 12u^3 + 6u^2 + 6u and b = a - 2u.
    """
    u = tower.curve.x
    f_2u = f.cyclotomic_power(u).cyclotomic_square()
    f_6u = f_2u.cyclotomic_square() * f_2u
    f_6uu = f_6u.cyclotomic_power(u)
    f_12uuu = f_6uu.cyclotomic_square().cyclotomic_power(u)
    a = f_12uuu * f_6uu * f_6u
    b = a * f_2u.conjugate()
    result = a * f_6uu * f * tower.frobenius(b, 1)
    return result * tower.frobenius(a, 2) * tower.frobenius(b * f.conjugate(), 3)


def _hard_part_bls12(tower: Tower, f: Fq12) -> Fq12:
    """Return f to the power (x - 1)^2 (x + q)(x^2 + q^2 - 1) + 3."""
    x = tower.curve.x
    t = f.cyclotomic_power(x) * f.conjugate()
    t = t.cyclotomic_power(x) * t.conjugate()
    t = t.cyclotomic_power(x) * tower.frobenius(t, 1)
    t = t.cyclotomic_power(x).cyclotomic_power(x) * tower.frobenius(t, 2) * t.conjugate()
    return t * f.cyclotomic_square() * f
