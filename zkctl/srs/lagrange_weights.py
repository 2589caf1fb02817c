"""Random weights for the Lagrange form, and the weights of the powers that follow from them.

Block k holds L_i(tau), i < n = 2^k, at n - 1 + i of a section; with w of order n and the weights rho^(n - 1 + i),

    sum_i rho^(n-1+i) L_i(X) = sum_j c_j X^j,   c_j = rho^(n-1) / n * (rho^n - 1) / (rho w^(-j) - 1),

a geometric series instead of a transform, so that sections of any length are combined window by window.
"""

from __future__ import annotations

import secrets

from zkctl.field import FieldArray, PrimeField, powers


class LagrangeWeights:
    """The weights rho^0, rho^1 .. of the blocks of sizes 1, 2, 4 .., one after the other."""

    def __init__(self, scalar_field: PrimeField) -> None:
        """Draw rho, after the points are fixed."""
        self.scalar_field = scalar_field
        self.rho = 2 + secrets.randbelow(scalar_field.modulus - 2)

    def of_blocks(self, start: int, stop: int) -> FieldArray:
        """Return the weights of the points start .. stop - 1.  Shapes: -> (stop - start,)."""
        first = pow(self.rho, start, self.scalar_field.modulus)
        return powers(self.rho, stop - start, self.scalar_field, first)

    def of_powers(self, blocks: range, start: int, stop: int) -> FieldArray:
        """Return the weights of the powers start .. stop - 1 in these blocks.  Shapes: -> (stop - start,)."""
        total = FieldArray.zeros(self.scalar_field, stop - start)
        for log_n in blocks:
            count = min(stop, 1 << log_n) - start
            if count > 0:
                own = total[:count] + self._of_block(log_n, start, count)
                total.data[:count] = own.data
        return total

    def _of_block(self, log_n: int, start: int, count: int) -> FieldArray:
        """Return c_j of one block for j = start .. start + count - 1."""
        r, n = self.scalar_field.modulus, 1 << log_n
        step = pow(self.scalar_field.root_of_unity(log_n), -1, r)
        points = powers(step, count, self.scalar_field, self.rho * pow(step, start, r) % r)
        factor = pow(self.rho, n - 1, r) * (pow(self.rho, n, r) - 1) * pow(n, -1, r) % r
        return (points - 1).inverse() * factor
