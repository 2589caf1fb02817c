"""Baby Jubjub by school: chord and tangent on v^2 = u^3 + 168698 u^2 + u with a point at infinity, and Edwards coordinates around it."""

from __future__ import annotations

from zkctl.field import BN254_FR

P = BN254_FR.modulus
A = 168698
ORDER = 21888242871839275222246405745257275088614511777268538073601725287587578984328
PRIME_ORDER = ORDER // 8
GENERATOR = (  # of the whole group, of ERC-2494
    995203441582195749578291179787384436505546430278305826713579947235728471134,
    5472060717959818805561601436314318772137091100104008585924551046643952123905,
)

Edwards = tuple[int, int]
Affine = tuple[int, int] | None  # None is the point at infinity


def over(numerator: int, denominator: int) -> int:
    return numerator * pow(denominator, -1, P) % P


def from_edwards(point: Edwards) -> Affine:
    x, y = point
    if x == 0:
        return None if y == 1 else (0, 0)
    u = over(1 + y, 1 - y)
    return u, over(u, x)


def to_edwards(point: Affine) -> Edwards:
    if point is None:
        return 0, 1
    u, v = point
    return (0, P - 1) if u == 0 else (over(u, v), over(u - 1, u + 1))


def chord(p: Affine, q: Affine) -> Affine:
    if p is None or q is None:
        return q if p is None else p
    if p[0] != q[0]:
        slope = over(q[1] - p[1], q[0] - p[0])
    elif (p[1] + q[1]) % P == 0:
        return None
    else:
        slope = over(3 * p[0] ** 2 + 2 * A * p[0] + 1, 2 * p[1])
    u = (slope**2 - A - p[0] - q[0]) % P
    return u, (slope * (p[0] - u) - p[1]) % P


def add(p: Edwards, q: Edwards) -> Edwards:
    return to_edwards(chord(from_edwards(p), from_edwards(q)))


def negate(p: Edwards) -> Edwards:
    return -p[0] % P, p[1]


def multiply(factor: int, point: Edwards) -> Edwards:
    """A multiple by a factor of at least 0."""
    total, power = None, from_edwards(point)
    while factor:
        total = chord(total, power) if factor & 1 else total
        power, factor = chord(power, power), factor >> 1
    return to_edwards(total)


def bits_of(number: int, n_bits: int) -> list[int]:
    return [number >> k & 1 for k in range(n_bits)]
