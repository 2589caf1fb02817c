"""Polynomials as lists of Python integers modulo p, lowest coefficient first: slow and plain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Coefficients = list[int]


@dataclass(frozen=True)
class Polynomials:
    """Arithmetic modulo p."""

    p: int

    def value(self, f: Sequence[int], x: int) -> int:
        total = 0
        for coefficient in reversed(f):
            total = (total * x + coefficient) % self.p
        return total

    def add(self, *terms: Sequence[int]) -> Coefficients:
        out = [0] * max(map(len, terms))
        for term in terms:
            for k, coefficient in enumerate(term):
                out[k] = (out[k] + coefficient) % self.p
        return out

    def scale(self, f: Sequence[int], factor: int) -> Coefficients:
        return [factor * coefficient % self.p for coefficient in f]

    def multiply(self, *factors: Sequence[int]) -> Coefficients:
        out = [1]
        for factor in factors:
            product = [0] * (len(out) + len(factor) - 1)
            for i, x in enumerate(out):
                for j, y in enumerate(factor):
                    product[i + j] += x * y
            out = [coefficient % self.p for coefficient in product]
        return out

    def divide(self, f: Sequence[int], divisor: Sequence[int]) -> Coefficients:
        """f / divisor, which must divide it; the divisor's highest coefficient is 1."""
        rest, out = list(f), [0] * max(1, len(f) - len(divisor) + 1)
        for k in reversed(range(len(f) - len(divisor) + 1)):
            out[k] = rest[k + len(divisor) - 1]
            for j, coefficient in enumerate(divisor):
                rest[k + j] = (rest[k + j] - out[k] * coefficient) % self.p
        if any(rest):
            raise ArithmeticError("the division leaves a rest")
        return out

    def interpolate(self, values: Sequence[int], root: int) -> Coefficients:
        """The polynomial with these values at 1, w, w^2 .."""
        n = len(values)
        inverse, scale = pow(root, -1, self.p), pow(n, -1, self.p)
        return [
            sum(value * pow(inverse, i * j, self.p) for i, value in enumerate(values))
            * scale
            % self.p
            for j in range(n)
        ]

    def spread(self, f: Sequence[int], step: int, shift: int = 0) -> Coefficients:
        """X^shift f(X^step)."""
        out = [0] * (shift + step * (len(f) - 1) + 1)
        out[shift::step] = f
        return out

    def stretch(self, f: Sequence[int], factor: int) -> Coefficients:
        """f(factor X)."""
        return [coefficient * pow(factor, k, self.p) % self.p for k, coefficient in enumerate(f)]

    def vanishing(self, degree: int, constant: int) -> Coefficients:
        """X^degree - constant."""
        return [-constant % self.p, *([0] * (degree - 1)), 1]
