"""The quotient of PLONK: its parts t_low, t_mid, t_high of n, n and n + 6 coefficients (prove.py says how).

On the coset of index k, X^n has the constant value u = i^k with i^2 = -1, so that interpolation gives
t_low + u t_mid + u^2 t_high modulo X^n - u; three of them determine the parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from zkctl.field import FieldArray
from zkctl.kzg.permutation import Permutation
from zkctl.plonk.formulas import parts, quotient
from zkctl.plonk.keys import ProvingKey
from zkctl.poly.domain import Coset, Domain
from zkctl.runtime.parallel import in_parallel

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
        """Return t_low, t_mid, t_high.  Shapes: coefficients (n + 2,) each, (n + 3,), (n_public,) -> (n,), (n,), (n + 6,)."""
        top = self._top(wires, z)
        inputs = self._public_polynomial(public)
        remainders = [self._remainder(k, [*wires, z, inputs], top) for k in (1, 2, 3)]
        low, mid, high = self._solve(remainders)
        n = self.domain.n
        out = FieldArray.zeros(self.field, n + TOP)
        out.data[:n], out.data[n:] = high.data, top.data
        return [low, mid, out]

    def _public_polynomial(self, public: FieldArray) -> FieldArray:
        """Return PI, minus the public signals in the first rows, as coefficients.  Shapes: (n_public,) -> (n,)."""
        values = FieldArray.zeros(self.field, self.domain.n)
        values.data[: len(public)] = (-public).data if len(public) else public.data
        return self.domain.intt(values)

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
            other = _product(
                other, [x + beta * y for x, y in zip(leading, lower, strict=True)], p
            )
        of_z = _leading(z, TOP)
        root, degree = self.domain.root, len(z) - 1
        shifted = [x * pow(root, degree - k, p) % p for k, x in enumerate(of_z)]
        pairs = zip(_product(own, of_z, p), _product(other, shifted, p), strict=True)
        return FieldArray.from_ints(self.field, [x - y for x, y in pairs][::-1])

    def _remainder(
        self, k: int, polynomials: Sequence[FieldArray], top: FieldArray
    ) -> FieldArray:
        """Return t_low + u t_mid + u^2 t_high modulo X^n - u, u = i^k.  Shapes: -> (n,)."""
        coset = Coset(self.domain, pow(self.field.root_of_unity(self.domain.log_n + 2), k, self.field.modulus))
        values = in_parallel([partial(coset.values, each) for each in polynomials])
        result = coset.coefficients(self._values(k, coset, values))
        above = top * pow(coset.shift_to_n, 3, self.field.modulus)
        result.data[:TOP] = (result[:TOP] - above).data
        return result

    def _values(self, k: int, coset: Coset, values: Sequence[FieldArray]) -> FieldArray:
        """Return t on a coset.  Shapes: a, b, c, z, PI there (n,) each -> (n,)."""
        p, key = self.field.modulus, self.key
        a, b, c, z, inputs = values
        next_z = FieldArray(self.field, np.concatenate([z.data[1:], z.data[:1]]))
        mapped = [key.lagrange[0], key.q_m, key.q_l, key.q_r, key.q_o, key.q_c]
        mapped += [key.sigma_1, key.sigma_2, key.sigma_3]
        return quotient(
            *(a, b, c, z, next_z, inputs, coset.points),
            *(each.extended[k::4] for each in mapped),
            alpha=self.alpha,
            vanishing_inverse=pow(coset.shift_to_n - 1, -1, p),
            **self.permutation.constants(p),
        )

    def _solve(self, remainders: Sequence[FieldArray]) -> list[FieldArray]:
        """Return the parts from low + u mid + u^2 high for u = i, -1, -i.  Shapes: three (n,) -> three (n,)."""
        p = self.field.modulus
        unit = pow(self.field.root_of_unity(self.domain.log_n + 2), self.domain.n, p)
        half, quarter, half_unit = (pow(each, -1, p) for each in (2, 4, 2 * unit))
        return parts.results(3, *remainders, half=half, quarter=quarter, half_unit=half_unit)


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
