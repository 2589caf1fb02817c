"""Range checks of 32 bits: a hint and 33 constraints each, of numbers that are computed from the one before."""

from zkctl.dsl import Signal, circuit, private
from zkctl.gadgets.bits import to_bits


@circuit
def ranges(start: Signal = private(), *, checks: int = 100) -> Signal:
    """The sum of the bits of start + 3 k, each number checked to have 32 bits."""
    total = 0
    for k in range(checks):
        bits = to_bits(start + 3 * k, n_bits=32)
        total = total + bits[0] * bits[31] + bits[7]
    return total
