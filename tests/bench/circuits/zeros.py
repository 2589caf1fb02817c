"""Tests for zero of products: three constraints and an inversion each."""

from zkctl.dsl import Array, Signal, circuit, private
from zkctl.gadgets.compare import is_zero


@circuit
def zeros(x: Array[Signal] = private(8), *, tests: int = 1000) -> Signal:
    """How many of the products x[k % 8] * (x[(k + 1) % 8] - k % 5 * k) are zero."""
    total = 0
    for k in range(tests):
        total = total + is_zero(x[k % 8] * (x[(k + 1) % 8] - k % 5 * k))
    return total
