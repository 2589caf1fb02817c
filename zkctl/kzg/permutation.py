"""The permutation argument of PLONK and fflonk: equal signals have equal values in all their places.

    z(w^0) = 1,   z(w^(i+1)) = z(w^i) prod_j (f_j + beta k_j w^i + gamma) / (f_j + beta sigma_j + gamma)   at w^i
"""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.field import FieldArray
from zkctl.poly.pieces import in_pieces
from zkctl.poly.scan import prefix_products
from zkctl.runtime.records import record


@record
class Permutation:
    """The challenges, and the factors of the three cosets: 1, k1, k2."""

    beta: int
    gamma: int
    cosets: tuple[int, int, int]

    def own_factors(self, columns: Sequence[FieldArray], points: FieldArray) -> FieldArray:
        """Return the product of f_j + beta k_j x + gamma.  Shapes: three (n,), (n,) -> (n,)."""
        scaled = points * self.beta
        labels = [scaled if k == 1 else scaled * k for k in self.cosets]
        return self._product(columns, labels)

    def other_factors(
        self, columns: Sequence[FieldArray], sigmas: Sequence[FieldArray]
    ) -> FieldArray:
        """Return the product of f_j + beta sigma_j + gamma.  Shapes: three (n,), three (n,) -> (n,)."""
        return self._product(columns, [sigma * self.beta for sigma in sigmas])

    def _product(
        self, columns: Sequence[FieldArray], labels: Sequence[FieldArray]
    ) -> FieldArray:
        product: FieldArray | None = None
        for column, label in zip(columns, labels, strict=True):
            factor = column + label + self.gamma
            product = factor if product is None else product * factor
        assert product is not None
        return product

    def accumulator(
        self, columns: Sequence[FieldArray], sigmas: Sequence[FieldArray], points: FieldArray
    ) -> FieldArray:
        """Return z on the domain.  Shapes: three (n,), three (n,) of sigma's values on the domain, (n,) -> (n,)."""
        n, field = len(points), points.field

        def own(piece: slice) -> FieldArray:
            return self.own_factors([column[piece] for column in columns], points[piece])

        def other(piece: slice) -> FieldArray:
            return self.other_factors(
                [column[piece] for column in columns], [sigma[piece] for sigma in sigmas]
            )

        above = prefix_products(in_pieces(field, n, own))
        below = prefix_products(in_pieces(field, n, other))
        z = FieldArray.from_ints(field, [1])
        ratios = above[: n - 1] * below[: n - 1].inverse()
        out = FieldArray.zeros(field, n)
        out.data[:1], out.data[1:] = z.data, ratios.data
        return out
