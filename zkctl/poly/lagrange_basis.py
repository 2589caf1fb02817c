"""The first Lagrange polynomials of a domain, each made when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import overload

import numpy as np

from zkctl.field import FieldArray, powers
from zkctl.poly.domain import EXTENSION_BITS, Domain
from zkctl.poly.polynomial import Polynomial


class LagrangeBasis(Sequence[Polynomial]):
    """L_1 .. L_count of a domain: L_(i+1) is 1 at w^i and 0 at the other points.

    L_(i+1)(X) = L_1(X / w^i): its coefficients are w^(-i j) / n, its values those of L_1, moved on by 4 i places.
    """

    def __init__(self, domain: Domain, count: int) -> None:
        self.domain, self.size = domain, count

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, index: int) -> Polynomial: ...
    @overload
    def __getitem__(self, index: slice) -> list[Polynomial]: ...
    def __getitem__(self, index: int | slice) -> Polynomial | list[Polynomial]:
        if isinstance(index, slice):
            return [self[i] for i in range(self.size)[index]]
        i, domain = range(self.size)[index], self.domain
        r = domain.field.modulus
        step, first = pow(domain.root, -i, r), pow(domain.n, -1, r)
        values = np.roll(self._values.data, i << EXTENSION_BITS, axis=0)
        return Polynomial(
            powers(step, domain.n, domain.field, first), FieldArray(domain.field, values)
        )

    def __iter__(self) -> Iterator[Polynomial]:
        return (self[i] for i in range(self.size))

    @cached_property
    def _values(self) -> FieldArray:
        """The values of L_1.  Shapes: -> (4n,)."""
        field, n = self.domain.field, self.domain.n
        r, log_n = field.modulus, self.domain.log_n + EXTENSION_BITS
        # L_1(x) = (x^n - 1) / (n (x - 1)), and x^n takes four values; 1 is the only point where x - 1 is 0
        x = powers(field.root_of_unity(log_n), n << EXTENSION_BITS, field)
        quarter = field.root_of_unity(EXTENSION_BITS)
        tops = [(pow(quarter, k, r) - 1) * pow(n, -1, r) for k in range(1 << EXTENSION_BITS)]
        repeated = np.tile(FieldArray.from_ints(field, tops).data, (n, 1))
        values = (x - 1).inverse() * FieldArray(field, repeated)
        values.data[0] = FieldArray.from_ints(field, [1]).data[0]
        return values
