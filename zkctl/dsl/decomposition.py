"""The decomposition of a signal into bits: the one primitive behind every width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from zkctl.dsl import hints
from zkctl.dsl.hints import hint
from zkctl.dsl.signal import Bit, Signal, Uint, assumed
from zkctl.dsl.statements.equations import enforce_equation
from zkctl.dsl.wires import dot


def enforce_bit(x: Signal, message: str) -> Bit:
    """Enforce x * (1 - x) = 0, which has the solutions 0 and 1.  Cost: 1 constraint."""
    enforce_equation(x * (1 - x) == 0, message)
    return cast(Bit, assumed(x, (0, 1)))


def decompose(x: Signal, n_bits: int, message: str, compared: Sequence[Signal] = ()) -> list[Bit]:
    """Return the bits of x, lowest first.

    In the message, {value} stands for the value of x, {left} and {right} for those of the two signals `compared`.
    Enforces: x = sum of 2^k * bit_k modulo p, each bit 0 or 1; unique if 2^n_bits <= p, else a larger number congruent to x fits too.
    Cost: n_bits constraints: the lowest bit is what the others leave of x, so no row is spent on the sum.
    """
    sides = [side.linear_terms() for side in compared]
    x.tracer.check_width(x.linear_terms(), n_bits, message, sides)
    high = hint(hints.bits, x, n_bits=n_bits - 1, first=1)
    x.tracer.keep_values(sides)
    bits = [enforce_bit(bit, message) for bit in high]
    lowest = dot([1, *(-(1 << k) for k in range(1, n_bits))], [x, *bits])
    return [enforce_bit(lowest, message), *bits]


def enforce_width(x: Signal, n_bits: int, message: str) -> Uint:
    """Enforce 0 <= x < 2^n_bits for n_bits below the field's width.  Cost: n_bits constraints."""
    decompose(x, n_bits, message)
    return cast(Uint, assumed(x, (0, (1 << n_bits) - 1)))
