"""A polynomial together with its values on a larger domain, as the keys of PLONK and fflonk hold it."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.field import FieldArray
from zkctl.poly.domain import EXTENSION_BITS, Coset, Domain
from zkctl.runtime.records import record

__all__ = ["EXTENSION_BITS", "Polynomial"]


@record(eq=False)
class Polynomial:
    """A polynomial of degree below n = 2^log_n, and its values on the domain of size 4n.

    Shapes: coefficients (n,); stored (4n,), the values as a file holds them: None in a new key, which computes them when asked,
    from the values (n,) on the domain of size n too where they are known.
    """

    coefficients: FieldArray
    stored: FieldArray | None = None
    values: FieldArray | None = None

    @property
    def extended(self) -> FieldArray:
        """The values on the domain of size 4n; without stored ones computed again for each call.  Shapes: -> (4n,)."""
        if self.stored is not None:
            return self.stored
        return self.extended_on(
            Domain(self.coefficients.field, len(self.coefficients).bit_length() - 1).cosets()
        )

    def extended_on(self, cosets: Sequence[Coset]) -> FieldArray:
        """Return `extended`, given the four cosets, which polynomials of one domain share.  Shapes: -> (4n,)."""
        if self.stored is not None:
            return self.stored
        out = FieldArray.zeros(self.coefficients.field, len(self.coefficients) << EXTENSION_BITS)
        if self.coefficients.data.any():  # some selectors are zero in all rows
            for k, coset in enumerate(cosets):
                out.data[k :: 1 << EXTENSION_BITS] = self.on_coset(k, coset).data
        return out

    def on_coset(self, k: int, coset: Coset) -> FieldArray:
        """Return the values on coset k of the four of which the domain of size 4n consists, 0 the domain of size n.  Shapes: -> (n,).

        Assumes: the coset is the one of that index.
        """
        if self.stored is not None:
            return self.stored[k :: 1 << EXTENSION_BITS]
        if k == 0 and self.values is not None:
            return self.values
        return coset.values(self.coefficients)
