"""The decomposition of a signal into bits: the one primitive behind every width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from zkctl.constraints.linear import ONE, add_scaled
from zkctl.dsl import hints
from zkctl.dsl.hints import hint
from zkctl.dsl.numbers.bit_operators import BY_NAME
from zkctl.dsl.numbers.spelled import bits_known, remember_bits, zero_bit
from zkctl.dsl.signal import Bit, Signal, Uint, assumed
from zkctl.dsl.statements.equations import enforce_equation
from zkctl.dsl.trace import at_one_place
from zkctl.dsl.wires import dot


def enforce_bit(x: Signal, message: str) -> Bit:
    """Enforce x * (1 - x) = 0, which has the solutions 0 and 1.  Cost: 1 constraint."""
    terms, p = x.linear_terms(), x.tracer.modulus
    first_row = x.tracer.builder.n_rows
    x.tracer.constrain(terms, add_scaled(ONE, terms, -1, p), {}, message)
    x.tracer.prove_range(terms, 1, first_row)
    return cast(Bit, assumed(x, (0, 1)))


def decompose(x: Signal, n_bits: int, message: str, compared: Sequence[Signal] = ()) -> list[Bit]:
    """Return the bits of x, lowest first.

    In the message, {value} stands for the value of x, {left} and {right} for those of the two signals `compared`.
    Enforces: x = sum of 2^k * bit_k modulo p, each bit 0 or 1; unique if 2^n_bits <= p, else a larger number congruent to x fits too.
    Cost: n_bits constraints: the lowest bit is what the others leave of x, so no row is spent on the sum.  Nothing where the bits of x are
    known; one row if more of them are known, which must be 0.
    """
    use, x.use = x.use, None  # its own bits are no use of x, but using them is
    with at_one_place():
        bits = _bits_of(x, n_bits, message, compared)
    x.use = use
    if use is not None:
        for bit in bits:
            bit.use = use
    return bits


def _bits_of(x: Signal, n_bits: int, message: str, compared: Sequence[Signal]) -> list[Bit]:
    sides = [side.linear_terms() for side in compared]
    x.tracer.check_width(x.linear_terms(), n_bits, message, sides)
    known = bits_known(x)
    if known is not None:
        return _fitted(x, known, n_bits, message)
    high = hint(hints.bits, x, n_bits=n_bits - 1, first=1)
    x.tracer.keep_values(sides)
    first_row = x.tracer.builder.n_rows
    upper = [enforce_bit(bit, message) for bit in high]
    lowest = dot([1, *(-(1 << k) for k in range(1, n_bits))], [x, *upper])
    return _remembered(x, [enforce_bit(lowest, message), *upper], first_row)


def decompose_sum(x: Signal, n_bits: int, message: str) -> list[Bit]:
    """Return the bits of x as decompose does, at the same cost, with the highest bit as what the others leave of x.

    For a long sum: only its highest carry, which nothing else is made of, is then a long linear combination.
    """
    known = bits_known(x)
    if known is not None or n_bits < 2:
        return decompose(x, n_bits, message)
    first_row = x.tracer.builder.n_rows
    with at_one_place():
        lower = [enforce_bit(bit, message) for bit in hint(hints.bits, x, n_bits=n_bits - 1)]
        rest = dot([1, *(-(1 << k) for k in range(n_bits - 1))], [x, *lower])
        highest = rest * pow(1 << n_bits - 1, -1, x.tracer.modulus)
        return _remembered(x, [*lower, enforce_bit(highest, message)], first_row)


def _remembered(x: Signal, bits: list[Bit], first_row: int) -> list[Bit]:
    if 1 << len(bits) <= x.tracer.modulus:
        x.tracer.prove_range(x.linear_terms(), (1 << len(bits)) - 1, first_row)
        remember_bits(x, bits)
    return bits


def _fitted(x: Signal, known: list[Bit], n_bits: int, message: str) -> list[Bit]:
    """Return n_bits bits: zeros are added, or bits that must be 0 are taken away."""
    if len(known) <= n_bits:
        return [*known, *(zero_bit(x) for _ in range(n_bits - len(known)))]
    if x.bounds is None or x.bounds[0] < 0 or x.bounds[1] >> n_bits:
        upper = known[n_bits:]
        x.tracer.keep_values([x.linear_terms()])
        enforce_equation(dot([1] * len(upper), upper) == 0, message)  # fewer than p bits: all are 0
        remember_bits(x, known[:n_bits])
    return known[:n_bits]


def enforce_width(x: Signal, n_bits: int, message: str) -> Uint:
    """Enforce 0 <= x < 2^n_bits for n_bits below the field's width.  Cost: n_bits constraints, or as decompose."""
    decompose(x, n_bits, message)
    return cast(Uint, assumed(x, (0, (1 << n_bits) - 1)))


BY_NAME["bits of a sum"] = decompose_sum
