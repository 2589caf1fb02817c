"""Membership questions: is a point on its curve, is it in the group of prime order.

The group tests apply an endomorphism instead of multiplying by r (Scott, "A note on group
membership tests for G1, G2 and GT", eprint 2021/1130; Dai, Lin, Zhao, Zhou, eprint 2022/348).  Each
of them is exact, by arithmetic that is asserted below when the module is imported.
"""

from __future__ import annotations

from math import gcd
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from zkctl.curve.backend import group_kernels
from zkctl.curve.curves.bls12_381 import BLS12_381
from zkctl.curve.curves.bn254 import BN254
from zkctl.curve.curves.parameters import Curve
from zkctl.curve.curves.registry import curve_by_name
from zkctl.curve.group import PointArray
from zkctl.curve.tower import Base, array_tower, signed_digits
from zkctl.field import FieldArray

P = TypeVar("P", bound=PointArray)

# (x, y) -> (beta x, y) multiplies the points of BLS12-381 G1 by -x^2, the other root beside the eigenvalue on G2.
assert BLS12_381.eigenvalue + 1 == BLS12_381.x**2

# psi, the Frobenius carried to the twist, has psi^2 - t psi + q = 0 and multiplies G2 by q.
# A polynomial f, low coefficients first, with f(psi) Q = 0 on G2 and nowhere else:
PSI_POLYNOMIALS = {
    "bn254": (BN254.x + 1, BN254.x, BN254.x, -2 * BN254.x),
    "bls12_381": (-BLS12_381.x, 1),
}


def is_on_curve(points: PointArray) -> NDArray[np.bool_]:
    """Element-wise: y^2 = x^3 + b, or infinity.  Shapes: (n,) -> (n,) bool."""
    group = points.group
    x, y = _coordinates(points)
    if group.degree == 1:
        holds = y * y == x * x * x + group.b[0]
    else:
        difference = y.square() - (
            x.square() * x + array_tower(curve_by_name(group.curve_name)).fq2.of(*group.b)
        )
        holds = difference.c0.is_zero() & difference.c1.is_zero()
    return np.asarray(holds | points.is_infinity())


def is_in_subgroup(points: PointArray) -> NDArray[np.bool_]:
    """Element-wise: on the curve and of order r, or infinity.  Shapes: (n,) -> (n,) bool."""
    rows = points.data.reshape(-1, points.group.point_words)
    return np.asarray(group_kernels(points.group).members(rows).reshape(points.shape))


def members_by_arrays(points: PointArray) -> NDArray[np.bool_]:
    """`is_in_subgroup` on the operators of whole arrays, for the numpy kernels."""
    on_curve = is_on_curve(points)
    if points.group.cofactor == 1:
        return on_curve
    kept = type(points)(points.group, np.where(on_curve[..., None], points.data, np.uint64(0)))
    test = _is_in_g1_bls12_381 if points.group.degree == 1 else _is_in_g2
    return np.asarray(on_curve & test(kept))


def _is_in_g1_bls12_381(points: PointArray) -> NDArray[np.bool_]:
    """phi(P) = -[x^2] P.  The norm x^4 - x^2 + 1 of phi + x^2 is r: only points of order r pass."""
    x, y = _coordinates(points)
    image = _from_coordinates(points, [x * BLS12_381.beta, y])
    return image == -_multiple(_multiple(points, BLS12_381.x), BLS12_381.x)


assert BLS12_381.x**4 - BLS12_381.x**2 + 1 == BLS12_381.scalar_field.modulus


def _is_in_g2(points: PointArray) -> NDArray[np.bool_]:
    """f(psi) Q = 0, f of PSI_POLYNOMIALS.

    For BN254 Q + R + psi R + psi^2 R = 2 psi^3 R with R = [u] Q; for BLS12-381 psi Q = [x] Q.
    """
    curve = curve_by_name(points.group.curve_name)
    multiple = _multiple(points, curve.x)
    if curve.name == "bls12_381":
        return _psi(points) == multiple
    once = _psi(multiple)
    twice = _psi(once)
    thrice = _psi(twice)
    return points + multiple + once + twice == thrice.doubled()


def _assert_exact(curve: Curve) -> None:
    """f(q) = 0 mod r, and the norm of f(psi) has only r in common with the order of the twist."""
    f, q, r = PSI_POLYNOMIALS[curve.name], curve.base_field.modulus, curve.scalar_field.modulus
    trace = q + 1 - r * curve.g1.cofactor
    a, b = 0, 0  # a + b psi = f(psi), by Horner's rule with psi^2 = trace psi - q
    for coefficient in reversed(f):
        a, b = coefficient - q * b, a + trace * b
    assert (a + b * q) % r == 0
    assert gcd(a * a + a * b * trace + b * b * q, curve.g2.cofactor * r) == r


for _each in (BN254, BLS12_381):
    _assert_exact(_each)


def _assert_no_exceptions(curve: Curve) -> None:
    """On members no addition of the criteria meets equal, opposite or infinite points.

    [x] P adds +-P to m P with 1 < m < r - 1; BN254 G2 goes on with the sums below, in multiples of Q.
    """
    x, q, r = curve.x, curve.base_field.modulus, curve.scalar_field.modulus
    assert 2 * abs(x) < r - 1
    for a, b in ((x, 1), (x + 1, x * q), (x + 1 + x * q, x * q * q)):
        assert all(value % r for value in (a, b, a + b, a - b))


for _each in (BN254, BLS12_381):
    _assert_no_exceptions(_each)


def _multiple(points: P, n: int) -> P:
    """[n] P for the whole array and one public n != 0."""
    result, run = points, 0
    for digit in signed_digits(abs(n))[1:]:
        run += 1
        if digit:
            result, run = result.doubled(run), 0
            result = result + points if digit > 0 else result - points
    result = result.doubled(run) if run else result
    return result if n > 0 else -result


def _psi(points: P) -> P:
    x, y = _coordinates(points)
    return _from_coordinates(points, array_tower(curve_by_name(points.group.curve_name)).psi(x, y))


def _coordinates(points: PointArray) -> tuple[Any, Any]:
    """X and y as arrays over Fq, or over Fq2."""
    field, degree = points.group.base_field, points.group.degree
    parts: list[Base] = [
        FieldArray(field, points.data[..., k * field.n_words : (k + 1) * field.n_words])
        for k in range(2 * degree)
    ]
    if degree == 1:
        return parts[0], parts[1]
    fq2 = array_tower(curve_by_name(points.group.curve_name)).fq2
    return fq2(*parts[:2]), fq2(*parts[2:])


def _from_coordinates(like: P, coordinates: Any) -> P:
    """The points with these coordinates; (0, 0) is infinity."""
    parts = [
        part for c in coordinates for part in ([c] if isinstance(c, FieldArray) else [c.c0, c.c1])
    ]
    return type(like)(like.group, np.concatenate([part.data for part in parts], axis=-1))
