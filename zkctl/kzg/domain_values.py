"""Values of a domain that a verifier needs: its vanishing polynomial and the first Lagrange polynomials at one point."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.field import PrimeField
from zkctl.field.inverses import inverses_of
from zkctl.runtime.records import record


@record
class DomainValues:
    """Values at one point outside the domain: X^n - 1, and L_1, L_2 .. of the first rows (at least one)."""

    vanishing: int
    lagrange: Sequence[int]
    denominator: int  # the product of n (point - w^i), one factor for each Lagrange polynomial


def domain_values(field: PrimeField, log_n: int, point: int, n_rows: int) -> DomainValues | None:
    """Return the values at a point for the first rows, or None if the point is on the domain.

    L_i(X) = w^i (X^n - 1) / (n (X - w^i)), which has no value on the domain in this form.
    """
    p, n = field.modulus, 1 << log_n
    vanishing = (pow(point, n, p) - 1) % p
    if not vanishing:
        return None
    root, power, roots = field.root_of_unity(log_n), 1, []
    for _ in range(max(1, n_rows)):
        roots.append(power)
        power = power * root % p
    denominators = [n * (point - each) % p for each in roots]
    inverses, product = inverses_of(denominators, p)
    values = [
        each * vanishing % p * inverse % p for each, inverse in zip(roots, inverses, strict=True)
    ]
    return DomainValues(vanishing, values, product)


def public_value(public: Sequence[int], lagrange: Sequence[int], p: int) -> int:
    """Return PI = -sum x_i L_i, the part of the public signals in the rows."""
    total = sum(x * value for x, value in zip(public, lagrange, strict=False))
    return -total % p
