"""Points of Baby Jubjub known when a circuit is compiled: integers, for tables."""

from __future__ import annotations

from zkctl.dsl.spans import circuit_error
from zkctl.field import BN254_FR
from zkctl.gadgets.curve.baby_jubjub_parameters import SUBGROUP_ORDER, A, D
from zkctl.runtime.records import record

_P = BN254_FR.modulus
_NO_SQUARE = 5


@record
class ConstantPoint:
    """A point (x, y) on the curve, both coordinates in [0, p)."""

    x: int
    y: int

    def __add__(self, other: ConstantPoint) -> ConstantPoint:
        first, second = self.x * other.y, self.y * other.x
        both = D * first * second
        x = (first + second) * pow(1 + both, -1, _P)
        y = (self.y * other.y - A * self.x * other.x) * pow(1 - both, -1, _P)
        return ConstantPoint(x % _P, y % _P)

    def negative(self) -> ConstantPoint:
        """Return the point with the opposite x."""
        return ConstantPoint(-self.x % _P, self.y)

    def times(self, factor: int) -> ConstantPoint:
        """Return a multiple; the factor may be negative."""
        step = self if factor >= 0 else self.negative()
        total = IDENTITY
        for bit in f"{abs(factor):b}":
            total += total
            if bit == "1":
                total += step
        return total

    def montgomery(self) -> tuple[int, int]:
        """Return (u, v); x is not 0."""
        u = (1 + self.y) * pow(1 - self.y, -1, _P)
        return u % _P, u * pow(self.x, -1, _P) % _P


IDENTITY = ConstantPoint(0, 1)


def compressed_point(number: int) -> ConstantPoint | None:
    """Return the point with y the lowest 254 bits and the sign of x bit 255, if there is one."""
    y, is_negative = number & (1 << 254) - 1, number >> 255
    if y >= _P:
        return None
    root = _root((1 - y * y) * pow(A - D * y * y, -1, _P) % _P)
    if root is None:
        return None
    return ConstantPoint(-root % _P if is_negative else root, y)


def _root(square: int) -> int | None:
    """Return the smaller square root modulo p, None if there is none (Tonelli, Shanks)."""
    twos = ((_P - 1) & (1 - _P)).bit_length() - 1
    odd = (_P - 1) >> twos
    root, rest = pow(square, (odd + 1) // 2, _P), pow(square, odd, _P)
    c = pow(_NO_SQUARE, odd, _P)
    for k in range(twos - 2, -1, -1):
        if pow(rest, 1 << k, _P) != 1:
            root, rest = root * c % _P, rest * c * c % _P
        c = c * c % _P
    return min(root, _P - root) if root * root % _P == square else None


def subgroup_point(point: tuple[int, int]) -> ConstantPoint:
    """Return a base point after its checks: on the curve, of order SUBGROUP_ORDER."""
    x, y = point
    in_range = 0 <= x < _P and 0 <= y < _P
    if not in_range or (A * x * x + y * y - 1 - D * x * x * y * y) % _P:
        raise circuit_error(
            f"the base ({x}, {y}) is not on Baby Jubjub",
            hint="write the affine Edwards coordinates of a point of the subgroup of prime order",
        )
    base = ConstantPoint(x, y)
    if base == IDENTITY or base.times(SUBGROUP_ORDER) != IDENTITY:
        raise circuit_error(
            f"the base ({x}, {y}) does not have prime order",
            hint="multiply the point by 8, or take another one if that is the identity",
        )
    return base
