"""The decomposition of a signal into bits: the one primitive behind every width."""

from __future__ import annotations

from typing import cast

from zkctl.dsl import hints
from zkctl.dsl.constrain import assume_bit, constrain
from zkctl.dsl.hints import hint
from zkctl.dsl.signal import Bit, Signal, Uint, assumed
from zkctl.dsl.wires import dot


def enforce_bit(x: Signal, message: str) -> Bit:
    """Enforce x * (1 - x) = 0.  Cost: 1 constraint."""
    constrain(x * (1 - x) == 0, message)
    return assume_bit(x, because="x * (1 - x) = 0 has the solutions 0 and 1")


def decompose(x: Signal, n_bits: int, message: str) -> list[Bit]:
    """Return the bits of x, lowest first.

    Enforces: x = sum of 2^k * bit_k modulo p, each bit 0 or 1; unique if 2^n_bits <= p, else a larger number congruent to x fits too.
    Cost: n_bits constraints: the lowest bit is what the others leave of x, so no row is spent on the sum.
    """
    high = hint(hints.bits, x, n_bits=n_bits - 1, first=1)
    bits = [enforce_bit(bit, message) for bit in high]
    lowest = dot([1, *(-(1 << k) for k in range(1, n_bits))], [x, *bits])
    return [enforce_bit(lowest, message), *bits]


def enforce_width(x: Signal, n_bits: int, message: str) -> Uint:
    """Enforce 0 <= x < 2^n_bits for n_bits below the field's width.  Cost: n_bits constraints."""
    decompose(x, n_bits, message)
    return cast(Uint, assumed(x, (0, (1 << n_bits) - 1)))
