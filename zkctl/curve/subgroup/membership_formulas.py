"""The criteria of membership in the group of prime order, on arrays of points.

The group tests apply an endomorphism instead of multiplying by r (Scott, "A note on group
membership tests for G1, G2 and GT", eprint 2021/1130; Dai, Lin, Zhao, Zhou, eprint 2022/348).  Each
of them is exact, by arithmetic that is asserted below when the module is imported.  The compiled
kernels apply the same criteria (kernels/members.py).
"""

from __future__ import annotations

from math import gcd

from zkctl.curve.curves.bls12_381 import BLS12_381
from zkctl.curve.curves.bn254 import BN254
from zkctl.curve.curves.parameters import Curve, Group
from zkctl.curve.curves.registry import curve_by_name
from zkctl.curve.integer_multiples import MULTIPLIED_AS_INTEGERS, multiples_on_integers
from zkctl.curve.kernels.complete_addition import CompleteAddition
from zkctl.curve.tower import Base, array_tower, signed_digits
from zkctl.field import FieldArray
from zkctl.field.words import Mask, Words
from zkctl.runtime.arrays import np

# (x, y) -> (beta x, y) multiplies the points of BLS12-381 G1 by -x^2, the other root beside the eigenvalue on G2.
assert BLS12_381.eigenvalue + 1 == BLS12_381.x**2

# psi, the Frobenius carried to the twist, has psi^2 - t psi + q = 0 and multiplies G2 by q.
# A polynomial f, low coefficients first, with f(psi) Q = 0 on G2 and nowhere else:
PSI_POLYNOMIALS = {
    "bn254": (BN254.x + 1, BN254.x, BN254.x, -2 * BN254.x),
    "bls12_381": (-BLS12_381.x, 1),
}
# The same with the length of the Miller loop, by which the pairing's kernels know members (kernels/pairing.py):
LOOP_POLYNOMIALS = {
    "bn254": (6 * BN254.x + 2, 1, -1, 1),
    "bls12_381": (-BLS12_381.x, 1),
}
assert BLS12_381.x**4 - BLS12_381.x**2 + 1 == BLS12_381.scalar_field.modulus


def are_on_curve(group: Group, rows: Words) -> Mask:
    """Return whether each row has y^2 = x^3 + b or is infinity.  Shapes: (n, point_words) -> (n,)."""
    parts = _components(group, rows)
    if group.degree == 1:
        x, y = parts
        holds = y * y == x * x * x + group.b[0]
    else:
        fq2 = array_tower(curve_by_name(group.curve_name)).fq2
        x, y = fq2(*parts[:2]), fq2(*parts[2:])
        difference = y.square() - (x.square() * x + fq2.of(*group.b))
        holds = difference.c0.is_zero() & difference.c1.is_zero()
    return np.asarray(holds | ~rows.any(axis=-1))


def members_by_arrays(addition: CompleteAddition, rows: Words) -> Mask:
    """Return whether each row is on the curve and of order r, or infinity, by operations on whole arrays.

    Shapes: (n, point_words) -> (n,).
    """
    group = addition.group
    on_curve = are_on_curve(group, rows)
    if group.cofactor == 1:
        return on_curve
    kept = np.where(on_curve[:, None], rows, np.uint64(0))
    test = _is_in_g1_bls12_381 if group.degree == 1 else _is_in_g2
    return np.asarray(on_curve & test(addition, kept))


def _is_in_g1_bls12_381(addition: CompleteAddition, rows: Words) -> Mask:
    """Return whether phi(P) = -[x^2] P, row by row.

    The norm x^4 - x^2 + 1 of phi + x^2 is r: only points of order r pass.
    """
    x, y = _components(addition.group, rows)
    image = np.concatenate([(x * BLS12_381.beta).data, y.data], axis=-1)
    square = _multiple(addition, _multiple(addition, rows, BLS12_381.x), BLS12_381.x)
    return _equal(image, addition.negate(square))


def _is_in_g2(addition: CompleteAddition, rows: Words) -> Mask:
    """Return whether f(psi) Q = 0, f of PSI_POLYNOMIALS, row by row.

    For BN254 Q + R + psi R + psi^2 R = 2 psi^3 R with R = [u] Q; for BLS12-381 psi Q = [x] Q.
    """
    curve = curve_by_name(addition.group.curve_name)
    multiple = _multiple(addition, rows, curve.x)
    if curve.name == "bls12_381":
        return _equal(_psi(curve, rows), multiple)
    once = _psi(curve, multiple)
    twice = _psi(curve, once)
    thrice = _psi(curve, twice)
    total = addition.add(addition.add(addition.add(rows, multiple), once), twice)
    return _equal(total, addition.add(thrice, thrice))


def _assert_exact(curve: Curve, f: tuple[int, ...]) -> None:
    """Assert that f(q) = 0 mod r, and that the norm of f(psi) has only r in common with the order of the twist."""
    q, r = curve.base_field.modulus, curve.scalar_field.modulus
    trace = q + 1 - r * curve.g1.cofactor
    a, b = 0, 0  # a + b psi = f(psi), by Horner's rule with psi^2 = trace psi - q
    for coefficient in reversed(f):
        a, b = coefficient - q * b, a + trace * b
    assert (a + b * q) % r == 0
    assert gcd(a * a + a * b * trace + b * b * q, curve.g2.cofactor * r) == r


for _each in (BN254, BLS12_381):
    _assert_exact(_each, PSI_POLYNOMIALS[_each.name])
    _assert_exact(_each, LOOP_POLYNOMIALS[_each.name])


def _assert_no_exceptions(curve: Curve) -> None:
    """Assert that on members no addition of the criteria meets equal, opposite or infinite points.

    [x] P adds +-P to m P with 1 < m < r - 1; BN254 G2 goes on with the sums below, in multiples of Q.
    """
    x, q, r = curve.x, curve.base_field.modulus, curve.scalar_field.modulus
    assert 2 * abs(x) < r - 1
    for a, b in ((x, 1), (x + 1, x * q), (x + 1 + x * q, x * q * q)):
        assert all(value % r for value in (a, b, a + b, a - b))


for _each in (BN254, BLS12_381):
    _assert_no_exceptions(_each)


def _multiple(addition: CompleteAddition, rows: Words, n: int) -> Words:
    """Return [n] P for all rows and one public n != 0."""
    if len(rows) <= MULTIPLIED_AS_INTEGERS:
        total = multiples_on_integers(addition.group, rows, abs(n))
        return total if n > 0 else addition.negate(total)
    total, negative = rows, addition.negate(rows)
    for digit in signed_digits(abs(n))[1:]:
        total = addition.add(total, total)
        if digit:
            total = addition.add(total, rows if digit > 0 else negative)
    return total if n > 0 else addition.negate(total)


def _psi(curve: Curve, rows: Words) -> Words:
    """Return the Frobenius, carried to the twist, of every row."""
    tower, parts = array_tower(curve), _components(curve.g2, rows)
    x, y = tower.psi(tower.fq2(*parts[:2]), tower.fq2(*parts[2:]))
    return np.concatenate([part.data for part in (x.c0, x.c1, y.c0, y.c1)], axis=-1)


def _components(group: Group, rows: Words) -> list[Base]:
    """Return the coordinates as arrays over Fq: x, y, each component by component."""
    field, n_words = group.base_field, group.base_field.n_words
    starts = range(0, group.point_words, n_words)
    return [FieldArray(field, rows[..., start : start + n_words]) for start in starts]


def _equal(x: Words, y: Words) -> Mask:
    return np.asarray((x == y).all(axis=-1))
