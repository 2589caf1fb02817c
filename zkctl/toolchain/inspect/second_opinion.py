"""The same arithmetic by others: galois for fields, py_ecc for curves and pairings; slow, and imported by nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from zkctl.curve import AffinePoint, Curve, Group
from zkctl.field import PrimeField


def field_results(field: PrimeField, left: list[int], right: list[int]) -> dict[str, list[int]]:
    """Return the sums, differences, products, inverses (of zero: zero) and the total, by galois."""
    import galois
    import numpy as np

    # with a given element and verify=False galois does not try to factor p - 1
    member = galois.GF(field.modulus, primitive_element=field.non_residue or 3, verify=False)
    x, y = member(left), member(right)
    inverses = np.reciprocal(member([value or 1 for value in left]))
    inverses[x == 0] = 0
    results: dict[str, Iterable[Any]] = {
        "add": x + y,
        "subtract": x - y,
        "multiply": x * y,
        "inverse": inverses,
        "sum": [np.add.reduce(x)],
    }
    return {name: [int(value) for value in values] for name, values in results.items()}


def evaluate(coefficients: list[int], point: int, modulus: int) -> int:
    """Return the polynomial's value at a point, by Horner's rule on Python integers."""
    value = 0
    for coefficient in reversed(coefficients):
        value = (value * point + coefficient) % modulus
    return value


class GroupByPyEcc:
    """A group as py_ecc computes in it, with our integer coordinates at its border."""

    def __init__(self, curve_name: str, degree: int) -> None:
        self._library = _library(curve_name)
        self._generator = self._library.G1 if degree == 1 else self._library.G2
        self._multiples: dict[int, AffinePoint | None] = {}

    def multiple(self, scalar: int) -> AffinePoint | None:
        """Return the multiple of the generator, affine; None is infinity."""
        scalar %= self._library.curve_order
        if scalar not in self._multiples:
            self._multiples[scalar] = self._affine(self._library.multiply(self._generator, scalar))
        return self._multiples[scalar]

    def _affine(self, point: Any) -> AffinePoint | None:
        if self._library.is_inf(point):
            return None
        x, y = self._library.normalize(point)
        return _coordinate(x), _coordinate(y)


@cache
def group(curve: Curve, group: Group) -> GroupByPyEcc:
    """Return the group as py_ecc sees it; multiples once computed are kept."""
    return GroupByPyEcc(curve.name, group.degree)


def is_pairing_product_one(
    curve: Curve, p: list[AffinePoint | None], q: list[AffinePoint | None]
) -> bool:
    """Return whether the product of the e(p[i], q[i]) is one."""
    library = _library(curve.name)
    product = library.FQ12.one()
    for first, second in zip(p, q, strict=True):
        if first is not None and second is not None:
            left = (*(library.FQ(c[0]) for c in first), library.FQ(1))
            right = (*(library.FQ2(c) for c in second), library.FQ2.one())
            product *= library.pairing(right, left)
    return bool(product == library.FQ12.one())


def _library(curve_name: str) -> Any:
    if curve_name == "bn254":
        from py_ecc import optimized_bn128

        return optimized_bn128
    from py_ecc import optimized_bls12_381

    return optimized_bls12_381


def _coordinate(value: Any) -> tuple[int, ...]:
    coefficients = getattr(value, "coeffs", None)
    return (int(value),) if coefficients is None else tuple(int(c) for c in coefficients)
