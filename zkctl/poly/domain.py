"""Evaluation domains {shift * w^i} of size 2^log_n and the number-theoretic transforms over them."""

from __future__ import annotations

from functools import cached_property

from zkctl.errors import LimitError, ShapeError
from zkctl.field import FieldArray, PrimeField, powers
from zkctl.field.backend import field_kernels
from zkctl.field.kernels.interface import Scaling
from zkctl.runtime.records import record

EXTENSION_BITS = 2  # keys have values on a domain four times as large


@record
class Domain:
    """The multiplicative subgroup of order 2^log_n.

    Raises: LimitError if the field has no such subgroup.
    """

    field: PrimeField
    log_n: int

    def __post_init__(self) -> None:
        if not 0 <= self.log_n <= self.field.two_adicity:
            raise LimitError(
                f"{self.field.name} has no domain of size 2^{self.log_n}: expected at most 2^{self.field.two_adicity}",
                hint="split the circuit or use a field with larger two-adicity",
            )

    @property
    def n(self) -> int:
        """Number of points."""
        return 1 << self.log_n

    @cached_property
    def root(self) -> int:
        """The primitive n-th root of unity w."""
        return self.field.root_of_unity(self.log_n)

    @property
    def points(self) -> FieldArray:
        """The points w^i, computed again for each use.  Shapes: (n,)."""
        return powers(self.root, self.n, self.field)

    def coset(self, k: int) -> Coset:
        """Return coset k of those that the domain of size 4n consists of, 0 this domain itself."""
        root = self.field.root_of_unity(self.log_n + EXTENSION_BITS)
        return Coset(self, pow(root, k, self.field.modulus))

    def cosets(self) -> list[Coset]:
        """Return the four cosets that the domain of size 4n consists of, this domain first."""
        return [self.coset(k) for k in range(1 << EXTENSION_BITS)]

    def ntt(self, coefficients: FieldArray) -> FieldArray:
        """Evaluate a polynomial: out[i] = sum_j coefficients[j] w^(ij), natural order in and out.  Shapes: (n,) -> (n,)."""
        self._check(coefficients)
        return FieldArray(
            self.field, field_kernels(self.field).transform(coefficients.data, self.root)
        )

    def intt(self, values: FieldArray) -> FieldArray:
        """Interpolate a polynomial, the inverse of `ntt`, 1/n included.  Shapes: (n,) -> (n,)."""
        self._check(values)
        p = self.field.modulus
        by_n, inverse_root = Scaling(factor=pow(self.n, -1, p)), pow(self.root, -1, p)
        data = field_kernels(self.field).transform(values.data, inverse_root, by_n)
        return FieldArray(self.field, data)

    def move_to_coset(self, values: FieldArray, shift: int) -> FieldArray:
        """Return a polynomial's values on shift * domain, given those on the domain.  Shapes: (n,) -> (n,)."""
        self._check(values)
        kernels = field_kernels(self.field)
        return FieldArray(self.field, kernels.coset_transform(values.data, self.root, shift))

    def _check(self, values: FieldArray) -> None:
        if values.shape != (self.n,):
            raise ShapeError(
                f"values do not match the domain: expected shape ({self.n},), got {values.shape}"
            )


class Coset:
    """The points shift * w^i of a domain.  The powers of the shift are part of the tables of its transforms."""

    def __init__(self, domain: Domain, shift: int) -> None:
        self.domain, self.shift = domain, shift
        self.shift_to_n = pow(shift, domain.n, domain.field.modulus)

    @cached_property
    def points(self) -> FieldArray:
        """The points.  Shapes: (n,)."""
        return powers(self.domain.root, self.domain.n, self.domain.field, first=self.shift)

    def values(self, coefficients: FieldArray) -> FieldArray:
        """Evaluate a polynomial of degree below 2 n.  Shapes: (m,), m >= n -> (n,)."""
        n, field = self.domain.n, self.domain.field
        low = coefficients[:n]
        if len(coefficients) > n:  # X^n = shift^n on the coset
            few = slice(0, len(coefficients) - n)
            low = FieldArray(field, low.data.copy())
            low.data[few] = (low[few] + coefficients[n:] * self.shift_to_n).data
        scaled = Scaling(before=self.shift)
        return FieldArray(field, field_kernels(field).transform(low.data, self.domain.root, scaled))

    def coefficients(self, values: FieldArray) -> FieldArray:
        """Interpolate: the polynomial modulo X^n - shift^n.  Shapes: (n,) -> (n,)."""
        field, n = self.domain.field, self.domain.n
        p = field.modulus
        inverse_root = pow(self.domain.root, -1, p)
        scaled = Scaling(after=pow(self.shift, -1, p), factor=pow(n, -1, p))
        return FieldArray(field, field_kernels(field).transform(values.data, inverse_root, scaled))
