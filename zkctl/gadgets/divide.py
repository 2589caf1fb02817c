"""Division of integers: quotient and remainder."""

from __future__ import annotations

from typing import cast

from zkctl.dsl import Uint, constrain, gadget, hint, hints
from zkctl.dsl.decomposition import enforce_width
from zkctl.dsl.signal import assumed, constant_signal
from zkctl.dsl.spans import circuit_error


@gadget
def div_mod(x: Uint, y: Uint) -> tuple[Uint, Uint]:
    """Return the quotient and the remainder of x by y, as integers.

    Assumes:  both widths are proven (the type Uint).
    Enforces: q * y + r == x over the integers, and r < y, so y != 0.
    Cost:     1 for the product, the bits of x (q) and of y (r), and the bits of y for r < y; for a constant y = c no product, the
              bits of x // c for q and at most twice the bits of c, nothing if c is above x.
    """
    if y.maximum == 0:
        raise circuit_error(
            "div_mod cannot divide by the constant 0",
            hint="the divisor is a Uint that can be larger than 0",
        )
    known = y.known_constant
    if known is not None and known > x.maximum:
        return cast(Uint, constant_signal(x.tracer, 0)), x
    largest = x.maximum // (known or 1)
    quotient_hint, remainder_hint = hint(hints.quotient_remainder, x, y)
    quotient_bits, remainder_bits = (
        max(1, largest.bit_length()),
        max(1, min(y.maximum - 1, x.maximum).bit_length()),
    )
    # the row below is an equation modulo p: both sides must be smaller, or another quotient fits
    highest = ((1 << quotient_bits) - 1) * y.maximum + (1 << remainder_bits) - 1
    if highest >= x.field.modulus:
        raise circuit_error(
            f"div_mod of {x.n_bits} by {y.n_bits} bits does not fit in {x.field.name} ({x.field.n_bits} bits)",
            hint="quotient times divisor must stay below the modulus: prove smaller widths with to_uint(x, n_bits)",
        )
    quotient = enforce_width(quotient_hint, quotient_bits, "the quotient {value} is too large")
    remainder = enforce_width(remainder_hint, remainder_bits, "the remainder {value} is too large")
    constrain(quotient * y + remainder == x)
    constrain(remainder < y, "the remainder is not below the divisor")
    # r < y, and both are at most x, because nothing wraps around
    narrow = assumed(remainder, (0, min(y.maximum - 1, x.maximum)))
    return cast(Uint, assumed(quotient, (0, largest))), cast(Uint, narrow)
