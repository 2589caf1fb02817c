"""Coordinates of curve points inside kernels: Fq, or Fq2 = Fq[i]/(i^2 + 1) by Karatsuba, lazily reduced."""

from __future__ import annotations

from dataclasses import dataclass

from llvmlite import ir

from zkctl.field.kernels.lanes import Lanes, choose, lanes
from zkctl.field.kernels.limbs import KernelField
from zkctl.field.kernels.residue import Element, Residue


@dataclass(frozen=True, slots=True)
class Coordinate:
    """One residue over Fq, two over Fq2."""

    parts: tuple[Residue, ...]


class CoordinateField:
    """Operations on coordinates; each emits code and carries the bounds of its parts."""

    def __init__(self, base: KernelField, degree: int) -> None:
        self.base, self.degree = base, degree

    # -- lazy sums

    def sum(self, x: Coordinate, y: Coordinate) -> Coordinate:
        """Return x + y, limbs not normalised."""
        return Coordinate(tuple(a + b for a, b in zip(x.parts, y.parts, strict=True)))

    def difference(self, x: Coordinate, y: Coordinate) -> Coordinate:
        """Return x - y, possibly negative."""
        return Coordinate(tuple(a - b for a, b in zip(x.parts, y.parts, strict=True)))

    def minus(self, x: Coordinate, y: Coordinate) -> Coordinate:
        """Return x - y + k p with non-negative loose limbs."""
        return Coordinate(
            tuple(self.base.minus(a, b) for a, b in zip(x.parts, y.parts, strict=True))
        )

    def negated_where(self, sign: ir.Value, x: Coordinate) -> Coordinate:
        """Return -x in the lanes where `sign` is set."""
        parts = []
        for part in x.parts:
            limbs = tuple(choose(sign, lanes(0) - limb, limb) for limb in part.limbs)
            parts.append(Residue(part.plan, limbs, -part.high, part.high))
        return Coordinate(tuple(parts))

    def reduce(self, x: Coordinate) -> Coordinate:
        """Return x reduced to at most `stored_high`, normalised."""
        f = self.base
        return Coordinate(tuple(f.reduce_to(part, f.stored_high) for part in x.parts))

    def normalised(self, x: Coordinate) -> Coordinate:
        """Return x non-negative, with normalised limbs."""
        return Coordinate(tuple(self.base.non_negative(part).carry() for part in x.parts))

    def pack(self, x: Coordinate) -> list[Lanes]:
        """Return words in memory order."""
        return [word for part in x.parts for word in self.base.pack(part)]

    # -- products

    def multiply(self, x: Coordinate, y: Coordinate) -> Coordinate:
        """Return x y / R'; Karatsuba over Fq2."""
        f = self.base
        x, y = self._factor(x), self._factor(y)
        if self.degree == 1:
            return Coordinate((f.mul(x.parts[0], y.parts[0]).load(),))
        (x0, x1), (y0, y1) = x.parts, y.parts
        low, high = f.mul(x0, y0).load(), f.mul(x1, y1).load()
        cross = f.mul(f.non_negative(x0 + x1).carry(), f.non_negative(y0 + y1).carry()).load()
        return Coordinate((low - high, cross - (low + high)))

    def square(self, x: Coordinate) -> Coordinate:
        """Return x^2 / R'; (x0 + x1)(x0 - x1), 2 x0 x1 over Fq2."""
        f = self.base
        x = self.normalised(x)
        if self.degree == 1:
            return Coordinate((f.sqr(x.parts[0]).load(),))
        x0, x1 = x.parts
        product = f.mul(f.minus(x0, x1), (x0 + x1).carry()).load()
        cross = f.mul(x0, x1).load()
        return Coordinate((product, cross + cross))

    def norm(self, x: Coordinate) -> Residue:
        """Return x itself over Fq; x0^2 + x1^2 over Fq2 (zero only for x = 0, since -1 is no square)."""
        if self.degree == 1:
            return x.parts[0]
        x0, x1 = (self.base.sqr(part).load() for part in self.normalised(x).parts)
        return x0 + x1

    def divide(
        self, numerator: Coordinate, denominator: Coordinate, inverse: Element
    ) -> Coordinate:
        """Return numerator / denominator, given 1 / norm(denominator)."""
        f = self.base
        if self.degree == 1:
            top = self._factor(numerator).parts[0]
            return Coordinate((f.mul(top, inverse).load(),))
        d0, d1 = self.normalised(denominator).parts
        first = f.mul(d0, inverse).load()
        second = f.mul(d1, inverse).load()
        conjugate = Coordinate((first, f.constant(0) - second))
        return self.multiply(numerator, conjugate)

    def _factor(self, x: Coordinate) -> Coordinate:
        """Return x with parts fit for a multiplication."""
        fit = all(part.low >= 0 and part.is_tight() for part in x.parts)
        return x if fit else self.normalised(x)
