"""Square roots in the field."""

from __future__ import annotations

from typing import cast

from zkctl.dsl import Bit, Int, Signal, Uint, advice, constrain, gadget, hints
from zkctl.dsl.advice import inverse, modulus, power, select
from zkctl.dsl.decomposition import enforce_bit
from zkctl.dsl.wires import proven
from zkctl.gadgets.compare import enforce_constant_range


@gadget(stamped=True)
def square_root(x: Signal) -> Uint:
    """Return the square root of x that is at most (p - 1) / 2.

    Assumes:  nothing.
    Enforces: the result squared is x, so x is a square, and the result lies in 0 .. (p - 1) / 2, where only one of the two roots lies.
    Cost:     1 constraint and the bits of p less one: 254 for BN254, 255 for BLS12-381.
    """
    root = hints.sqrt_or_zero(x)
    constrain(root * root == x, "the number has no square root")
    half = (x.field.modulus - 1) // 2
    enforce_constant_range(root, 0, half, "the root is not the smaller one")
    return cast(Uint, proven(root, (0, half)))


@gadget
def is_square(x: Signal) -> Bit:
    """Return 1 if x is a square of the field (0 is one), else 0.

    Assumes:  nothing.
    Enforces: with g, the smallest element that is no square: 1 proves a root of x, 0 a root of g * x and that x is not 0; exactly one
              of these exists.  Which of the two roots is the prover's choice, and changes nothing.
    Cost:     4 constraints.
    """
    other = _smallest_non_square(x.field.modulus)
    reciprocal, root = _proof_of_square(x, other=other)
    flag = enforce_bit(1 - x * reciprocal, "is_square is neither 0 nor 1")  # 0 only if x is not 0
    constrain(root * root == x * (other + flag * (1 - other)), "the root is wrong")
    return flag


@advice
def _proof_of_square(x: Int, *, other: int) -> tuple[Int, Int]:
    """Return 0 and the root of x, or 1 / x and the root of other * x."""
    p = modulus()
    is_other = power(x, (p - 1) >> 1, p) == p - 1
    root = hints.sqrt_or_zero(select(is_other, x * other % p, x))
    return select(is_other, inverse(x, p), 0), root


def _smallest_non_square(p: int) -> int:
    return next(g for g in range(2, p) if pow(g, (p - 1) // 2, p) == p - 1)
