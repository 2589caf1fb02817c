"""The tower Fq2 = Fq[i]/(i^2 + 1), Fq6 = Fq2[v]/(v^3 - xi), Fq12 = Fq6[w]/(w^2 - v).

Written once for every kind of base element: a base element has `+ - *` (with its like and with
small integers) and the three functions that `Ring` names.  Python integers, whole `FieldArray`s and
the values of generated kernels are base elements.  Sums may grow; every product is reduced.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property
from typing import Any, ClassVar

from zkctl.curve.curves.parameters import Curve
from zkctl.field import FieldArray
from zkctl.runtime.records import record

Base = Any  # see the module's docstring


@record
class Ring:
    """Base elements: `constant` makes one from an integer, `reduce` makes it small again.

    `invert` maps x to 1/x.
    """

    constant: Callable[[int], Base]
    reduce: Callable[[Base], Base]
    invert: Callable[[Base], Base]


class Fq2:
    """c0 + c1 i.  `Tower` makes the subclass that knows its ring and xi = xi_real + i."""

    __slots__ = ("c0", "c1")
    ring: ClassVar[Ring]
    xi_real: ClassVar[int]

    def __init__(self, c0: Base, c1: Base) -> None:
        self.c0 = c0
        self.c1 = c1

    @classmethod
    def of(cls, c0: int, c1: int = 0) -> Fq2:
        """Return the constant c0 + c1 i."""
        return cls(cls.ring.constant(c0), cls.ring.constant(c1))

    def __add__(self, other: Fq2) -> Fq2:
        return type(self)(self.c0 + other.c0, self.c1 + other.c1)

    def __sub__(self, other: Fq2) -> Fq2:
        return type(self)(self.c0 - other.c0, self.c1 - other.c1)

    def __neg__(self) -> Fq2:
        return type(self)(-self.c0, -self.c1)

    def __mul__(self, other: Fq2) -> Fq2:
        a0, a1, b0, b1 = self.c0, self.c1, other.c0, other.c1
        low, high, reduce = a0 * b0, a1 * b1, self.ring.reduce
        return type(self)(reduce(low - high), reduce((a0 + a1) * (b0 + b1) - low - high))

    def square(self) -> Fq2:
        """Return (c0 + c1)(c0 - c1) + 2 c0 c1 i."""
        a0, a1, reduce = self.c0, self.c1, self.ring.reduce
        return type(self)(reduce((a0 + a1) * (a0 - a1)), reduce(a0 * a1 * 2))

    def times(self, small: int) -> Fq2:
        """Return a small integer multiple."""
        return type(self)(self.c0 * small, self.c1 * small)

    def scale(self, factor: Base) -> Fq2:
        """Return the product with a base element."""
        reduce = self.ring.reduce
        return type(self)(reduce(self.c0 * factor), reduce(self.c1 * factor))

    def times_xi(self) -> Fq2:
        """Return (c0 + c1 i)(xi_real + i)."""
        a = self.xi_real
        return type(self)(self.c0 * a - self.c1, self.c1 * a + self.c0)

    def conjugate(self) -> Fq2:
        """Return c0 - c1 i, which is the q-th power."""
        return type(self)(self.c0, -self.c1)

    def reduced(self) -> Fq2:
        """Return the same value with small coefficients."""
        return type(self)(self.ring.reduce(self.c0), self.ring.reduce(self.c1))

    def inverse(self) -> Fq2:
        """Return the conjugate over c0^2 + c1^2."""
        norm = self.ring.reduce(self.c0 * self.c0 + self.c1 * self.c1)
        return self.conjugate().scale(self.ring.invert(norm))


class Fq6:
    """c0 + c1 v + c2 v^2."""

    __slots__ = ("c0", "c1", "c2")

    def __init__(self, c0: Fq2, c1: Fq2, c2: Fq2) -> None:
        self.c0 = c0
        self.c1 = c1
        self.c2 = c2

    def __add__(self, other: Fq6) -> Fq6:
        return type(self)(self.c0 + other.c0, self.c1 + other.c1, self.c2 + other.c2)

    def __sub__(self, other: Fq6) -> Fq6:
        return type(self)(self.c0 - other.c0, self.c1 - other.c1, self.c2 - other.c2)

    def __neg__(self) -> Fq6:
        return type(self)(-self.c0, -self.c1, -self.c2)

    def __mul__(self, other: Fq6) -> Fq6:
        a0, a1, a2, b0, b1, b2 = self.c0, self.c1, self.c2, other.c0, other.c1, other.c2
        p0, p1, p2 = a0 * b0, a1 * b1, a2 * b2
        cross_12 = (a1 + a2) * (b1 + b2) - p1 - p2
        cross_01 = (a0 + a1) * (b0 + b1) - p0 - p1
        cross_02 = (a0 + a2) * (b0 + b2) - p0 - p2
        return type(self)(p0 + cross_12.times_xi(), cross_01 + p2.times_xi(), cross_02 + p1)

    def multiply_sparse(self, b0: Fq2, b1: Fq2) -> Fq6:
        """Return the product with b0 + b1 v: five products."""
        p0, p1 = self.c0 * b0, self.c1 * b1
        cross = (self.c0 + self.c1) * (b0 + b1) - p0 - p1
        return type(self)(p0 + (self.c2 * b1).times_xi(), cross, p1 + self.c2 * b0)

    def scale(self, factor: Fq2) -> Fq6:
        """Return the product with an element of Fq2."""
        return type(self)(self.c0 * factor, self.c1 * factor, self.c2 * factor)

    def times_v(self) -> Fq6:
        """Return the product with v."""
        return type(self)(self.c2.times_xi(), self.c0, self.c1)

    def inverse(self) -> Fq6:
        """Return the inverse by the norm to Fq2 (Beuchat et al., eprint 2010/354, algorithm 17)."""
        a0, a1, a2 = self.c0, self.c1, self.c2
        t0 = a0.square() - (a1 * a2).times_xi()
        t1 = a2.square().times_xi() - a0 * a1
        t2 = a1.square() - a0 * a2
        return type(self)(t0, t1, t2).scale(
            (a0 * t0 + (a2 * t1).times_xi() + (a1 * t2).times_xi()).inverse()
        )


class Fq12:
    """c0 + c1 w."""

    __slots__ = ("c0", "c1")

    def __init__(self, c0: Fq6, c1: Fq6) -> None:
        self.c0 = c0
        self.c1 = c1

    @classmethod
    def from_powers_of_w(cls, k: list[Fq2]) -> Fq12:
        """Return k[0] + k[1] w + ... + k[5] w^5."""
        return cls(Fq6(k[0], k[2], k[4]), Fq6(k[1], k[3], k[5]))

    def powers_of_w(self) -> list[Fq2]:
        """Return the six coefficients of 1, w, ..., w^5."""
        a, b = self.c0, self.c1
        return [a.c0, b.c0, a.c1, b.c1, a.c2, b.c2]

    def __mul__(self, other: Fq12) -> Fq12:
        low, high = self.c0 * other.c0, self.c1 * other.c1
        cross = (self.c0 + self.c1) * (other.c0 + other.c1) - low - high
        return Fq12(low + high.times_v(), cross)

    def square(self) -> Fq12:
        """Return the square by two products in Fq6 (the complex method)."""
        product = self.c0 * self.c1
        both = (self.c0 + self.c1) * (self.c0 + self.c1.times_v())
        return Fq12(both - product - product.times_v(), product + product)

    def cyclotomic_square(self) -> Fq12:
        """Return the square by three squares in Fq4.

        Assumes: the element's order divides q^4 - q^2 + 1.
        Source: Granger, Scott, "Faster squaring in the cyclotomic subgroup", eprint 2009/565, 3.2.
        """
        z0, z2, z4, z1, z3, z5 = self.powers_of_w()
        t0, t1 = _square_fq4(z0, z1)
        t2, t3 = _square_fq4(z2, z3)
        t4, t5 = _square_fq4(z4, z5)
        return Fq12.from_powers_of_w(
            [
                (t0.times(3) - z0.times(2)).reduced(),
                (t5.times_xi().times(3) + z2.times(2)).reduced(),
                (t2.times(3) - z4.times(2)).reduced(),
                (t1.times(3) + z1.times(2)).reduced(),
                (t4.times(3) - z3.times(2)).reduced(),
                (t3.times(3) + z5.times(2)).reduced(),
            ]
        )

    def cyclotomic_power(self, n: int) -> Fq12:
        """Return the power by any integer n != 0.  Assumes as `cyclotomic_square`."""
        result, inverse = self, self.conjugate()
        for digit in signed_digits(abs(n))[1:]:
            result = result.cyclotomic_square()
            if digit:
                result = result * (self if digit > 0 else inverse)
        return result if n > 0 else result.conjugate()

    def conjugate(self) -> Fq12:
        """Return c0 - c1 w: the q^6-th power, and the inverse where the order divides q^6 + 1."""
        return Fq12(self.c0, -self.c1)

    def inverse(self) -> Fq12:
        """Return the conjugate over c0^2 - v c1^2."""
        norm = (self.c0 * self.c0 - (self.c1 * self.c1).times_v()).inverse()
        return Fq12(self.c0 * norm, -(self.c1 * norm))

    def coefficients(self) -> list[Base]:
        """Return the twelve reduced base elements in the order c0.c0.c0, c0.c0.c1, ..., c1.c2.c1."""
        parts = [part for half in (self.c0, self.c1) for part in (half.c0, half.c1, half.c2)]
        return [part.ring.reduce(c) for part in parts for c in (part.c0, part.c1)]


def _square_fq4(a: Fq2, b: Fq2) -> tuple[Fq2, Fq2]:
    """Return (a + b s)^2 with s^2 = xi."""
    aa, bb = a.square(), b.square()
    return aa + bb.times_xi(), (a + b).square() - aa - bb


def signed_digits(n: int) -> list[int]:
    """Write n > 0 in digits -1, 0, 1, most significant first.

    Binary or non-adjacent form, whichever makes the cheaper double-and-add.
    """
    naf = [((3 * n >> k) & 1) - ((n >> k) & 1) for k in range((3 * n).bit_length() - 1, 0, -1)]
    binary = [int(bit) for bit in bin(n)[2:]]
    return min(naf, binary, key=lambda digits: len(digits) + sum(map(abs, digits)))


class Tower:
    """The tower of one curve over one kind of base elements, with its Frobenius maps.

    `fq2` may be a subclass that computes its products in another way.
    """

    def __init__(self, curve: Curve, ring: Ring, fq2: type[Fq2] = Fq2) -> None:
        assert curve.xi[1] == 1, "Fq2.times_xi is written for xi = a + i"
        attributes = {
            "__slots__": (),
            "ring": ring,
            "xi_real": curve.xi[0],
        }
        self.curve = curve
        self.fq2: type[Fq2] = type("Fq2", (fq2,), attributes)

    def one(self) -> Fq12:
        """Return the one of Fq12."""
        return Fq12.from_powers_of_w([self.fq2.of(1)] + [self.fq2.of(0)] * 5)

    @cached_property
    def _frobenius(self) -> list[list[Fq2]]:
        """[n][k]: the factor xi^(k (q^n - 1)/6) of the coefficient of w^k in the q^n-th power."""
        return [
            [self.fq2.of(*frobenius_constant(self.curve, n, k)) for k in range(6)] for n in range(4)
        ]

    def frobenius(self, f: Fq12, n: int) -> Fq12:
        """Return f^(q^n) for n = 1, 2, 3."""
        parts = [c.conjugate() if n % 2 else c for c in f.powers_of_w()]
        return Fq12.from_powers_of_w(
            [c * g for c, g in zip(parts, self._frobenius[n], strict=True)]
        )

    @cached_property
    def _psi(self) -> tuple[Fq2, Fq2]:
        sign = 1 if self.curve.twist == "D" else -1
        x, y = (self.fq2.of(*frobenius_constant(self.curve, 1, sign * k)) for k in (2, 3))
        return x, y

    def psi(self, x: Fq2, y: Fq2) -> tuple[Fq2, Fq2]:
        """Return the curve's Frobenius on its twist: (x, y) -> (c2 conj(x), c3 conj(y)).

        c_k = xi^(k (q - 1)/6) for a D twist and its inverse for an M twist.
        """
        return x.conjugate() * self._psi[0], y.conjugate() * self._psi[1]


def frobenius_constant(curve: Curve, n: int, k: int) -> tuple[int, int]:
    """Return xi^(k (q^n - 1)/6) as (c0, c1); k may be negative."""
    exponent = (curve.base_field.modulus**n - 1) // 6 * abs(k)
    base: Fq2 = integer_tower(curve).fq2(*curve.xi)
    result = integer_tower(curve).fq2(1, 0)
    for bit in bin(exponent)[2:]:
        result = result.square()
        if bit == "1":
            result = result * base
    if k < 0:
        result = result.inverse()
    return result.c0, result.c1


@cache
def integer_tower(curve: Curve) -> Tower:
    """Return the tower over Python integers (any representative of a residue, reduced after products)."""
    q = curve.base_field.modulus
    ring = Ring(
        constant=lambda value: value % q,
        reduce=lambda value: value % q,
        invert=lambda value: pow(value, -1, q),
    )
    return Tower(curve, ring)


@cache
def array_tower(curve: Curve) -> Tower:
    """Return the tower whose base elements are whole arrays."""
    field = curve.base_field
    ring = Ring(
        constant=lambda value: FieldArray.from_ints(field, [value])[0],
        reduce=lambda x: x,
        invert=FieldArray.inverse,
    )
    return Tower(curve, ring)
