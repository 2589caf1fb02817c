"""Points for tests, made with Python integers only: on the curve, mostly outside the group."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import count, islice

from zkctl.curve import AffinePoint, Group

Fq2 = tuple[int, int]


def _root_fq(a: int, q: int) -> int | None:
    root = pow(a, (q + 1) // 4, q)
    return root if root * root % q == a % q else None


def _root_fq2(a: Fq2, q: int) -> Fq2 | None:
    norm = _root_fq(a[0] ** 2 + a[1] ** 2, q)
    if norm is None:
        return None
    half = pow(2, -1, q)
    for sign in (1, -1):
        c0 = _root_fq((a[0] + sign * norm) * half, q)
        if c0:
            return c0, a[1] * pow(2 * c0, -1, q) % q
    return None


def _lift(group: Group, x: int) -> AffinePoint | None:
    """The point with this x (x + i over Fq2), if there is one."""
    q = group.base_field.modulus
    if group.degree == 1:
        y = _root_fq(x**3 + group.b[0], q)
        return None if y is None else ((x,), (y,))
    # (x + i)^3 = x^3 - 3x + (3x^2 - 1) i
    root = _root_fq2((x**3 - 3 * x + group.b[0], 3 * x * x - 1 + group.b[1]), q)
    return None if root is None else ((x, 1), root)


def curve_points(group: Group) -> Iterator[AffinePoint]:
    """The points with x = 1, 2, 3 ... (over Fq2: 1 + i, 2 + i, ...)."""
    return (point for x in count(1) if (point := _lift(group, x)) is not None)


@cache
def first_curve_points(group: Group, n: int) -> list[AffinePoint]:
    """The first n of `curve_points`."""
    return list(islice(curve_points(group), n))


def add(group: Group, s: AffinePoint | None, t: AffinePoint | None) -> AffinePoint | None:
    """The group law by chord and tangent, one pair at a time."""
    if s is None or t is None:
        return s or t
    q = group.base_field.modulus
    (x1, y1), (x2, y2) = s, t
    if x1 == x2 and (y1 != y2 or not any(y1)):
        return None
    if x1 == x2:
        slope = _times(_scaled(_times(x1, x1, q), 3), _inverse(_scaled(y1, 2), q), q)
    else:
        slope = _times(_minus(y2, y1), _inverse(_minus(x2, x1), q), q)
    x3 = _minus(_minus(_times(slope, slope, q), x1), x2)
    y3 = _minus(_times(slope, _minus(x1, x3), q), y1)
    return tuple(c % q for c in x3), tuple(c % q for c in y3)


def multiply(group: Group, point: AffinePoint | None, n: int) -> AffinePoint | None:
    """[n] point for n >= 0."""
    total = None
    for bit in bin(n)[2:]:
        total = add(group, total, total)
        if bit == "1":
            total = add(group, total, point)
    return total


@cache
def strangers(group: Group) -> dict[str, list[AffinePoint]]:
    """Points of the curve outside the group of prime order: any, of an order that divides the cofactor, and sums."""
    r = group.scalar_field.modulus
    torsion = [multiply(group, p, r) for p in first_curve_points(group, 3)]
    sums = [add(group, multiply(group, group.generator, k), t) for t in torsion for k in (1, r - 2)]
    return {
        "on the curve": first_curve_points(group, 200),
        "torsion": torsion,
        "member plus torsion": sums,
    }


def negate(group: Group, point: AffinePoint | None) -> AffinePoint | None:
    """-point."""
    return point and (point[0], tuple(-c % group.base_field.modulus for c in point[1]))


def _times(a: tuple[int, ...], b: tuple[int, ...], q: int) -> tuple[int, ...]:
    if len(a) == 1:
        return (a[0] * b[0] % q,)
    return (a[0] * b[0] - a[1] * b[1]) % q, (a[0] * b[1] + a[1] * b[0]) % q


def _inverse(a: tuple[int, ...], q: int) -> tuple[int, ...]:
    norm = pow(sum(c * c for c in a) if len(a) == 2 else a[0], -1, q)
    return (norm,) if len(a) == 1 else (a[0] * norm % q, -a[1] * norm % q)


def _minus(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(x - y for x, y in zip(a, b, strict=True))


def _scaled(a: tuple[int, ...], k: int) -> tuple[int, ...]:
    return tuple(k * c for c in a)
