"""Numbers split into limbs, in registers or in memory, with the bounds of each limb and of the number."""

from __future__ import annotations

from dataclasses import dataclass

from llvmlite import ir

from zkctl.field.kernels.lanes import BoundError, Lanes, lanes
from zkctl.field.kernels.language import Pointer, build, width
from zkctl.field.kernels.limb_plan import LimbPlan


@dataclass(frozen=True, slots=True)
class Residue:
    """A number in registers: the sum of limbs[k] * 2^(b k), somewhere in low .. high."""

    plan: LimbPlan
    limbs: tuple[Lanes, ...]
    low: int
    high: int

    def __add__(self, other: Residue) -> Residue:
        limbs = tuple(x + y for x, y in zip(self.limbs, other.limbs, strict=True))
        return Residue(self.plan, limbs, self.low + other.low, self.high + other.high)

    def __sub__(self, other: Residue) -> Residue:
        limbs = tuple(x - y for x, y in zip(self.limbs, other.limbs, strict=True))
        return Residue(self.plan, limbs, self.low - other.high, self.high - other.low)

    def is_tight(self) -> bool:
        """Return whether every limb but the top one is below 2^b, and none negative."""
        return all(x.low >= 0 and x.high <= self.plan.mask for x in self.limbs)

    def carry(self) -> Residue:
        """Normalise the limbs of a non-negative number."""
        if self.low < 0:
            raise BoundError(f"cannot normalise a number that may be {self.low}")
        out, bits = [], self.plan.bits
        carried: Lanes | None = None
        for limb in self.limbs[:-1]:
            total = limb if carried is None else limb + carried
            out.append(total.low_bits(bits))
            carried = total >> bits
        top = self.limbs[-1] if carried is None else self.limbs[-1] + carried
        out.append(Lanes(top.value, 0, self.high >> (bits * (self.plan.n - 1))))
        return Residue(self.plan, tuple(out), self.low, self.high)


@dataclass(frozen=True, slots=True)
class Element:
    """A non-negative number in memory, limb by limb; `limb_highs` bounds each limb."""

    plan: LimbPlan
    pointer: Pointer
    high: int
    limb_highs: tuple[int, ...]

    def within(self, high: int) -> Element:
        """Return the same element.  Raises: BoundError unless its bound is at most `high`."""
        if self.high > high:
            raise BoundError(f"an element may reach {self.high}, more than {high}")
        return self

    def limb(self, k: int) -> Lanes:
        """Return one limb in registers."""
        return Lanes(self.pointer.at(k * width()).load_lanes(), 0, self.limb_highs[k])

    def load(self) -> Residue:
        """Return the number in registers."""
        return Residue(self.plan, tuple(map(self.limb, range(self.plan.n))), 0, self.high)


def is_zero(x: Residue) -> ir.Value:
    """Return a vector of i1, set where the canonical number is zero."""
    union = x.limbs[0]
    for limb in x.limbs[1:]:
        union = union | limb
    return build().icmp_unsigned("==", union.value, lanes(0).value)
