"""Numbers with a sign: the upper half of the field stands for the negative ones."""

from __future__ import annotations

from typing import cast

from zkctl.dsl import Bit, Int, Signal, advice, gadget
from zkctl.dsl.advice import inverse, modulus, select
from zkctl.dsl.decomposition import enforce_bit
from zkctl.dsl.wires import wire
from zkctl.gadgets.compare import enforce_constant_range


@gadget(stamped=True)
def is_negative(x: Signal) -> Bit:
    """Return 1 if x > (p - 1) / 2, which stands for the number x - p, else 0; as circomlib's Sign.

    Assumes:  nothing.
    Enforces: x is 0 .. (p - 1) / 2 where the bit is 0, and not 0 and -x is one of these where it is 1.
    Cost:     3 constraints and the bits of p less one: 256 for BN254, 257 for BLS12-381.
    """
    flag = enforce_bit(x * _reciprocal_if_negative(x), "is_negative is neither 0 nor 1")
    size = wire(x - 2 * flag * x)
    enforce_constant_range(size, 0, (x.field.modulus - 1) // 2, "the sign is wrong")
    return flag


@advice
def _reciprocal_if_negative(x: Int) -> Int:
    p = modulus()
    return cast(Int, select(x > (p - 1) >> 1, inverse(x, p), 0))
