"""The cut of numbers into limbs, and other sizes that kernels and their callers share."""

from __future__ import annotations

from zkctl.field.prime import PrimeField
from zkctl.runtime.records import record

INVERSE_BATCH = 128  # blocks per scalar inversion
MAX_SCALAR_WORDS = 6  # of a scalar that is cut into digits


@record
class LimbPlan:
    """The number of limbs and their bits."""

    bits: int
    n: int
    fused: bool = False  # 52-bit limbs for AVX-512 IFMA

    @property
    def mask(self) -> int:
        """The largest limb."""
        return (1 << self.bits) - 1

    @property
    def radix_bits(self) -> int:
        """log2 of the kernels' Montgomery radix R'."""
        return self.bits * self.n

    def split(self, value: int) -> list[int]:
        """Return the limbs of a number; the top limb takes the rest."""
        low = [(value >> (self.bits * k)) & self.mask for k in range(self.n - 1)]
        return [*low, value >> (self.bits * (self.n - 1))]


def plan_for(field: PrimeField, *, fused: bool = False) -> LimbPlan:
    """Return the limb plan of a field: the widest limbs whose column sums fit 64 bits."""
    if fused:
        return LimbPlan(52, 5, fused=True) if field.n_words == 4 else LimbPlan(52, 8, fused=True)
    return LimbPlan(29, 9) if field.n_words == 4 else LimbPlan(28, 14)
