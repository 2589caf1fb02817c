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
from zkctl.plonk.keys import ProvingKey
from zkctl.poly.domain import Coset, Domain
from zkctl.poly.pieces import in_pieces
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
        quotient = coset.coefficients(self._values(k, coset, values))
        above = top * pow(coset.shift_to_n, 3, self.field.modulus)
        quotient.data[:TOP] = (quotient[:TOP] - above).data
        return quotient

    def _values(self, k: int, coset: Coset, values: Sequence[FieldArray]) -> FieldArray:
        """Return t on a coset.  Shapes: a, b, c, z, PI there (n,) each -> (n,)."""
        p, alpha = self.field.modulus, self.alpha
        points, vanishing = coset.points, pow(coset.shift_to_n - 1, -1, p)
        z = values[3]
        next_z = FieldArray(self.field, np.concatenate([z.data[1:], z.data[:1]]))
        all_values = [*values, next_z, points]
        key = self.key
        first = key.lagrange[0].extended[k::4]
        sigmas = [each.extended[k::4] for each in (key.sigma_1, key.sigma_2, key.sigma_3)]
        selectors = [
            each.extended[k::4] for each in (key.q_m, key.q_l, key.q_r, key.q_o, key.q_c)
        ]

        def compute(piece: slice) -> FieldArray:
            a, b, c, z, inputs, next_z, x = (each[piece] for each in all_values)
            q_m, q_l, q_r, q_o, q_c = (each[piece] for each in selectors)
            gates = (q_m * b + q_l) * a + q_r * b + q_o * c + q_c + inputs
            own = self.permutation.own_factors((a, b, c), x) * z
            other = self.permutation.other_factors((a, b, c), [each[piece] for each in sigmas])
            starts = (z - 1) * first[piece] * alpha
            return (gates + (own - other * next_z + starts) * alpha) * vanishing

        return in_pieces(self.field, self.domain.n, compute)

    def _solve(self, remainders: Sequence[FieldArray]) -> list[FieldArray]:
        """Return the parts from low + u mid + u^2 high for u = i, -1, -i.  Shapes: three (n,) -> three (n,)."""
        p = self.field.modulus
        half = pow(2, -1, p)
        of_i, of_minus_one, of_minus_i = remainders
        unit = pow(self.field.root_of_unity(self.domain.log_n + 2), self.domain.n, p)
        mid = (of_i - of_minus_i) * (pow(2 * unit, -1, p))
        difference = (of_i + of_minus_i) * half  # low - high
        total = of_minus_one + mid  # low + high
        return [(total + difference) * half, mid, (total - difference) * half]


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
