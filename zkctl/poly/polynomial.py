"""A polynomial together with its values on a larger domain, as the keys of PLONK and fflonk hold it."""

from __future__ import annotations

from zkctl.field import FieldArray
from zkctl.runtime.records import record


@record(eq=False)
class Polynomial:
    """A polynomial of degree below n, and its values on the domain of size 4n.  Shapes: (n,), (4n,)."""

    coefficients: FieldArray
    extended: FieldArray
