"""Numbers and their known bits: from one to the other, without making new bits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from zkctl.constraints.linear import Terms
from zkctl.dsl.numbers.kept_bits import keep_bits, kept_bits
from zkctl.dsl.numbers.linear_value import same_circuit
from zkctl.dsl.signal import Bit, Signal, Uint, constant_signal, make_signal
from zkctl.dsl.statements.uses import joined
from zkctl.dsl.wires import dot, proven


def bits_known(x: Signal) -> list[Bit] | None:
    """Return the bits that x is known to have, lowest first; None if they were not made yet."""
    if isinstance(x, Bit):
        return [x]
    kept = kept_bits(x.tracer, x.linear_terms())
    return None if kept is None else [_bit(x, terms) for terms in kept]


def remember_bits(x: Signal, bits: Sequence[Bit]) -> None:
    """Let the bits of x be found again; they must be unique, which is so if their number is proven to be below p."""
    keep_bits(x.tracer, x.linear_terms(), [bit.linear_terms() for bit in bits])


def zero_bit(x: Signal) -> Bit:
    """Return the constant 0 of the same circuit as x."""
    return _bit(x, {})


def _bit(x: Signal, terms: Terms) -> Bit:
    return cast(Bit, make_signal(x.tracer, terms, (0, 1) if terms else (0, 0)))


def spelled(x: Signal, bits: Sequence[Bit], highest: int) -> Uint:
    """Return the number that bits spell, at most `highest`, with its bits kept.

    Bits beyond the width of `highest` are 0.
    """
    used = bits[: highest.bit_length()]
    if not used:
        return cast(Uint, constant_signal(x.tracer, 0))
    each = [bit.linear_terms() for bit in used]
    wires = _distinct_wires(each)
    if wires is None or 1 << len(used) > x.tracer.modulus:
        number = proven(dot([1 << k for k in range(len(used))], used), (0, highest))
    else:  # most often
        number = make_signal(x.tracer, {wire: 1 << k for k, wire in enumerate(wires)}, (0, highest))
        for bit in used:
            same_circuit(x, bit)
            if bit.use is not None:
                number.use = joined(number.use, bit.use)
    keep_bits(x.tracer, number.linear_terms(), each)
    return cast(Uint, number)


def _distinct_wires(bits: Sequence[Terms]) -> Sequence[int] | None:
    """Return the wires of bits, None unless each bit is a wire of its own."""
    wires = [wire for terms in bits for wire, value in terms.items() if value == 1]
    is_each = len(wires) == len(bits) == len({*wires, 0}) - 1 and all(len(t) == 1 for t in bits)
    return wires if is_each else None


def constant_number(x: Signal, value: int) -> Uint:
    """Return a constant of the same circuit as x."""
    return cast(Uint, constant_signal(x.tracer, value))
