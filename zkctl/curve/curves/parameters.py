"""The definition of a pairing-friendly curve: two prime-order groups over Fq and Fq2 = Fq[i]/(i^2 + 1), constants of the pairing."""

from __future__ import annotations

from functools import cached_property

from zkctl.field import PrimeField
from zkctl.runtime.records import record

Coordinate = tuple[int, ...]  # one integer over Fq, (c0, c1) over Fq2
AffinePoint = tuple[Coordinate, Coordinate]


@record
class Group:
    """The points of order r on y^2 = x^3 + b over Fq (degree 1) or Fq2 (degree 2)."""

    name: str
    curve_name: str
    degree: int
    base_field: PrimeField
    scalar_field: PrimeField
    b: Coordinate
    generator: AffinePoint
    cofactor: int

    @cached_property
    def coordinate_words(self) -> int:
        """64-bit words per coordinate."""
        return self.degree * self.base_field.n_words

    @cached_property
    def point_words(self) -> int:
        """64-bit words per affine point."""
        return 2 * self.coordinate_words

    @property
    def point_bytes(self) -> int:
        """Bytes per affine point."""
        return 8 * self.point_words

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"Group({self.name})"


@record
class Curve:
    """A pairing-friendly curve with embedding degree 12.

    `x` is the curve family's parameter; `xi` the non-residue (a, b) = a + b i with Fq12 = Fq2[w]/(w^6 - xi); `twist` is "D" or "M".
    `beta` and `eigenvalue` are roots of X^2 + X + 1 modulo q and r: (x, y) -> (beta x, y) multiplies G2 by the eigenvalue, G1 by the
    other root.
    """

    name: str
    family: str
    base_field: PrimeField
    scalar_field: PrimeField
    g1: Group
    g2: Group
    x: int
    xi: tuple[int, int]
    twist: str
    beta: int
    eigenvalue: int

    def __post_init__(self) -> None:
        """Assert that beta and eigenvalue are roots."""
        assert (self.beta**2 + self.beta + 1) % self.base_field.modulus == 0
        assert (self.eigenvalue**2 + self.eigenvalue + 1) % self.scalar_field.modulus == 0

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"Curve({self.name})"
