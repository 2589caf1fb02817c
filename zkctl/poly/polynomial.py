"""A polynomial together with its values on a larger domain, as the keys of PLONK and fflonk hold it."""

from __future__ import annotations

from zkctl.field import FieldArray
from zkctl.poly.domain import Domain
from zkctl.runtime.records import record

EXTENSION_BITS = 2


@record(eq=False)
class Polynomial:
    """A polynomial of degree below n = 2^log_n, and its values on the domain of size 4n.

    Shapes: coefficients (n,); stored (4n,), the values as a file holds them: None in a new key, which computes them when asked.
    """

    coefficients: FieldArray
    stored: FieldArray | None = None

    @property
    def extended(self) -> FieldArray:
        """The values on the domain of size 4n; without stored ones computed anew for each call.  Shapes: -> (4n,)."""
        if self.stored is not None:
            return self.stored
        n, field = len(self.coefficients), self.coefficients.field
        padded = FieldArray.zeros(field, n << EXTENSION_BITS)
        padded.data[:n] = self.coefficients.data
        return Domain(field, n.bit_length() - 1 + EXTENSION_BITS).ntt(padded)
