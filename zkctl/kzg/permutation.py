"""The permutation argument of PLONK and fflonk: equal signals have equal values in all their places.

z(w^0) = 1,   z(w^(i+1)) = z(w^i) prod_j (f_j + beta k_j w^i + gamma) / (f_j + beta sigma_j + gamma)   at w^i
"""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.field import FieldArray
from zkctl.kzg.formulas import other_factors, own_factors
from zkctl.poly.scan import prefix_products
from zkctl.runtime.records import record


@record
class Permutation:
    """The challenges, and the factors of the cosets that hold the values of b and c."""

    beta: int
    gamma: int
    k1: int
    k2: int

    @property
    def labels(self) -> list[int]:
        """The factors of x in the labels of a, b, c: beta, beta k1, beta k2."""
        return [self.beta, self.beta * self.k1, self.beta * self.k2]

    def constants(self, modulus: int) -> dict[str, int]:
        """Return the constants of formulas with `own_product`."""
        beta, beta_1, beta_2 = (each % modulus for each in self.labels)
        return {"beta": beta, "beta_1": beta_1, "beta_2": beta_2, "gamma": self.gamma}

    def accumulator(
        self, columns: Sequence[FieldArray], sigmas: Sequence[FieldArray], points: FieldArray
    ) -> FieldArray:
        """Return z on the domain.  Shapes: three (n,), three (n,) of sigma's values on the domain, (n,) -> (n,)."""
        n, field = len(points), points.field
        wires = dict(zip("abc", columns, strict=True))
        others = wires | dict(zip(("s1", "s2", "s3"), sigmas, strict=True))
        constants = self.constants(field.modulus)
        above = prefix_products(own_factors(wires | {"x": points}, constants)[: n - 1])
        below = prefix_products(other_factors(others, constants)[: n - 1])
        z = FieldArray.zeros(field, n)
        z.data[0] = FieldArray.from_ints(field, [1]).data[0]
        z.data[1:] = (above * below.inverse()).data
        return z
