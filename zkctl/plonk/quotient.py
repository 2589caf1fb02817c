"""The quotient of PLONK: its parts t_low, t_mid, t_high of n, n and n + 6 coefficients.

The quotient t has degree 3 n + 5.  Its coefficients from 3 n on are those of the numerator from 4 n on, since t times X^n - 1 is
the numerator: they follow from the leading coefficients of the factors.  The others follow from the values of t on three
cosets (zkctl/kzg/proving.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.field import FieldArray
from zkctl.kzg.permutation import Permutation
from zkctl.kzg.proving import (
    QUOTIENT_COSETS,
    parts_of,
    polynomials_of,
    public_polynomial,
    values_on_coset,
)
from zkctl.plonk.formulas import quotient
from zkctl.plonk.keys import ProvingKey
from zkctl.poly.domain import Domain

TOP = 6  # coefficients of t from 3 n on


class Quotient:
    """The quotient for some challenges."""

    def __init__(
        self, key: ProvingKey, domain: Domain, permutation: Permutation, alpha: int
    ) -> None:
        self.key, self.domain, self.field = key, domain, domain.field
        self.permutation, self.alpha = permutation, alpha

    def parts(
        self, wires: Sequence[FieldArray], z: FieldArray, public: FieldArray
    ) -> list[FieldArray]:
        """Return t_low, t_mid, t_high.

        Shapes: coefficients (n + 2,) each, (n + 3,), public (n_public,) -> (n,), (n,), (n + 6,).
        """
        top, n = self._top(wires, z), self.domain.n
        polynomials = dict(zip("abc", wires, strict=True))
        polynomials |= {"z": z, "inputs": public_polynomial(self.domain, public)}
        remainders = [self._remainder(k, polynomials, top) for k in QUOTIENT_COSETS]
        low, mid, high = parts_of(self.domain, remainders)
        out = FieldArray.zeros(self.field, n + TOP)
        out.data[:n], out.data[n:] = high.data, top.data
        return [low, mid, out]

    def _top(self, wires: Sequence[FieldArray], z: FieldArray) -> FieldArray:
        """Return t's coefficients from 3 n on: only the products of the permutation reach so far.

        Of the factors f_j + beta k_j X + gamma the places down to n - 4 matter, where they are f_j.
        """
        key, p, beta = self.key, self.field.modulus, self.permutation.beta
        own = other = [self.alpha]
        sigmas = (key.sigma_1, key.sigma_2, key.sigma_3)
        for wire, sigma in zip(wires, sigmas, strict=True):
            leading = _leading(wire, TOP)
            own = _product(own, leading, p)
            lower = [0, 0, *_leading(sigma.coefficients, TOP - 2)]  # its degree is lower by two
            both = zip(leading, lower, strict=True)
            other = _product(other, [x + beta * y for x, y in both], p)
        of_z = _leading(z, TOP)
        root, degree = self.domain.root, len(z) - 1
        shifted = [x * pow(root, degree - k, p) % p for k, x in enumerate(of_z)]
        pairs = zip(_product(own, of_z, p), _product(other, shifted, p), strict=True)
        return FieldArray.from_ints(self.field, [x - y for x, y in pairs][::-1])

    def _remainder(self, k: int, polynomials: dict[str, FieldArray], top: FieldArray) -> FieldArray:
        """Return t_low + u t_mid + u^2 t_high modulo X^n - u, u = i^k.  Shapes: -> (n,)."""
        coset, p = self.domain.coset(k), self.field.modulus
        mapped = polynomials_of(self.key) | {"first": self.key.lagrange[0]}
        constants = self.permutation.constants(p) | {
            "alpha": self.alpha,
            "vanishing_inverse": pow(coset.shift_to_n - 1, -1, p),
        }
        values = quotient(values_on_coset(coset, k, polynomials, mapped), constants)
        result = coset.coefficients(values)
        result.data[:TOP] = (result[:TOP] - top * pow(coset.shift_to_n, 3, p)).data
        return result


def _leading(coefficients: FieldArray, n: int) -> list[int]:
    """Return the last n coefficients, the last one first."""
    return coefficients[-n:].to_ints()[::-1]


def _product(x: Sequence[int], y: Sequence[int], p: int) -> list[int]:
    """Return the first coefficients of a product of power series."""
    out = [0] * TOP
    for i, left in enumerate(x):
        for j, right in enumerate(y[: TOP - i]):
            out[i + j] += left * right
    return [value % p for value in out]
