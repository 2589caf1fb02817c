"""Choice between values by bits: the replacement of `if` and indexing in circuits."""

from __future__ import annotations

from collections.abc import Sequence

from zkctl.dsl import Bit, Signal, dot, gadget, wire
from zkctl.dsl.spans import circuit_error


@gadget
def select(condition: Bit, if_one: Signal, if_zero: Signal) -> Signal:
    """Return if_one where the condition is 1, else if_zero.

    Assumes:  nothing.
    Enforces: the result is if_zero + condition * (if_one - if_zero).
    Cost:     1 constraint, 0 if both values are constants.
    """
    return if_zero + condition * (if_one - if_zero)


@gadget
def swap_if(condition: Bit, left: Signal, right: Signal) -> tuple[Signal, Signal]:
    """Return (right, left) where the condition is 1, else (left, right).

    Assumes:  nothing.
    Enforces: the results are left + d and right - d with d = condition * (right - left).
    Cost:     1 constraint.
    """
    difference = condition * (right - left)
    return left + difference, right - difference


@gadget
def mux(bits: Sequence[Bit], values: Sequence[Signal]) -> Signal:
    """Return values[k], where k is the number that the bits spell, lowest first.

    Assumes:  nothing.
    Enforces: the result equals the selected value.
    Cost:     2^n - 1 constraints for n bits; for constants 0, 1, 2, 4 with n = 1, 2, 3, 4 and 2^(n-2) beyond.
    """
    if len(values) != 1 << len(bits):
        raise circuit_error(
            f"mux with {len(bits)} bits selects from {1 << len(bits)} values, got {len(values)}",
            hint="fill up with the value for unused numbers",
        )
    if len(bits) >= 2 and all(value.known_constant is not None for value in values):
        values, bits = _fold_constants(bits, values), bits[2:]
    for bit in bits:
        pairs = zip(values[::2], values[1::2], strict=True)
        values = [select(bit, odd, even) for even, odd in pairs]
    return values[0]


def _fold_constants(bits: Sequence[Bit], values: Sequence[Signal]) -> list[Signal]:
    """Return each group of four constants as a combination of 1, b0, b1 and the one product b0 * b1."""
    b0, b1 = bits[0], bits[1]
    both = wire(b0 * b1)
    folded = []
    for k in range(0, len(values), 4):
        v0, v1, v2, v3 = (value.known_constant or 0 for value in values[k : k + 4])
        folded.append(dot((v1 - v0, v2 - v0, v3 - v2 - v1 + v0), (b0, b1, both), v0))
    return folded
