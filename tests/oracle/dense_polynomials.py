"""Polynomials over a prime field as lists of Python integers, lowest coefficient first: the slow, obvious way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest


@dataclass(frozen=True)
class Ring:
    """Polynomials modulo p."""

    p: int

    def add(self, *terms: Sequence[int]) -> list[int]:
        return [sum(column) % self.p for column in zip_longest(*terms, fillvalue=0)]

    def scale(self, factor: int, f: Sequence[int]) -> list[int]:
        return [factor * c % self.p for c in f]

    def sub(self, f: Sequence[int], g: Sequence[int]) -> list[int]:
        return self.add(f, self.scale(-1, g))

    def mul(self, f: Sequence[int], g: Sequence[int]) -> list[int]:
        out = [0] * (len(f) + len(g) - 1)
        for i, a in enumerate(f):
            if a:
                for j, b in enumerate(g):
                    out[i + j] += a * b
        return [c % self.p for c in out]

    def product(self, *factors: Sequence[int]) -> list[int]:
        out = [1]
        for factor in factors:
            out = self.mul(out, factor)
        return out

    def shift(self, f: Sequence[int], by: int) -> list[int]:
        """f(X) * X^by."""
        return [0] * by + list(f)

    def spread(self, f: Sequence[int], step: int) -> list[int]:
        """f(X^step)."""
        out = [0] * (step * (len(f) - 1) + 1)
        out[::step] = f
        return out

    def rescale(self, f: Sequence[int], factor: int) -> list[int]:
        """f(factor * X)."""
        return [c * pow(factor, i, self.p) % self.p for i, c in enumerate(f)]

    def at(self, f: Sequence[int], x: int) -> int:
        value = 0
        for c in reversed(f):
            value = (value * x + c) % self.p
        return value

    def divide(self, f: Sequence[int], g: Sequence[int]) -> list[int]:
        """f / g; what is left must be zero."""
        rest, quotient = list(f), [0] * max(len(f) - len(g) + 1, 1)
        lead = pow(g[-1], -1, self.p)
        for k in range(len(f) - len(g), -1, -1):
            factor = rest[k + len(g) - 1] * lead % self.p
            quotient[k] = factor
            for j, c in enumerate(g):
                rest[k + j] = (rest[k + j] - factor * c) % self.p
        if any(rest):
            raise ArithmeticError("the polynomials do not divide")
        return quotient

    def interpolate(self, points: Sequence[int], values: Sequence[int]) -> list[int]:
        """Lagrange interpolation, by definition."""
        total: list[int] = [0]
        for i, (x, y) in enumerate(zip(points, values, strict=True)):
            others = [z for j, z in enumerate(points) if j != i]
            below = 1
            for z in others:
                below = below * (x - z) % self.p
            basis = self.product(*([-z % self.p, 1] for z in others))
            total = self.add(total, self.scale(y * pow(below, -1, self.p), basis))
        return total

    def interpolate_on_domain(self, values: Sequence[int], root: int) -> list[int]:
        """The polynomial with values[i] at root^i, by the inverse of the discrete Fourier transform."""
        n, p = len(values), self.p
        inverse, scale = pow(root, -1, p), pow(len(values), -1, p)
        return [
            scale * sum(y * pow(inverse, i * j % n, p) for i, y in enumerate(values)) % p
            for j in range(n)
        ]

    def vanishing(self, points: Sequence[int]) -> list[int]:
        return self.product(*([-x % self.p, 1] for x in points))
