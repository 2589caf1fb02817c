"""Evaluation domains {shift * w^i} of size 2^log_n and the number-theoretic transforms over them."""

from __future__ import annotations

from functools import cached_property

from zkctl.errors import LimitError, ShapeError
from zkctl.field import FieldArray, PrimeField
from zkctl.field.backend import field_kernels
from zkctl.runtime.records import record


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

    def ntt(self, coefficients: FieldArray) -> FieldArray:
        """Evaluate a polynomial: out[i] = sum_j coefficients[j] w^(ij), natural order in and out.  Shapes: (n,) -> (n,)."""
        self._check(coefficients)
        return FieldArray(
            self.field, field_kernels(self.field).transform(coefficients.data, self.root)
        )

    def intt(self, values: FieldArray) -> FieldArray:
        """Interpolate a polynomial, the inverse of `ntt`, 1/n included.  Shapes: (n,) -> (n,)."""
        self._check(values)
        inverse_root = pow(self.root, -1, self.field.modulus)
        data = field_kernels(self.field).transform(values.data, inverse_root)
        return FieldArray(self.field, data) * pow(self.n, -1, self.field.modulus)

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
