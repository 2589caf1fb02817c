"""Comparisons.  Each result is a Bit; the arguments of an order comparison must have a proven width."""

from __future__ import annotations

from zkctl.dsl import Bit, Signal, Uint, bit, gadget
from zkctl.dsl.decomposition import enforce_width
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.statements.bits import zero_bit


@gadget
def is_zero(x: Signal) -> Bit:
    """Return 1 if x == 0, else 0.

    Assumes:  nothing.
    Enforces: the returned bit equals [x == 0].
    Cost:     2 constraints.
    """
    return zero_bit(x)


@gadget
def is_equal(x: Signal, y: Signal) -> Bit:
    """Return 1 if x == y, else 0.

    Assumes:  nothing.
    Enforces: the returned bit equals [x == y].
    Cost:     2 constraints.
    """
    return is_zero(x - y)


@gadget
def to_uint(x: Signal, n_bits: int, message: str = "") -> Uint:
    """Return x as a number of n_bits bits: the range check.

    Assumes:  n_bits is below the field's width, so that the bits are unique.
    Enforces: 0 <= x < 2^n_bits.
    Cost:     n_bits constraints; 0 if x is already known to fit.
    """
    if not 0 < n_bits < x.field.n_bits:
        raise circuit_error(
            f"to_uint proves widths of 1 to {x.field.n_bits - 1} bits in {x.field.name}, not {n_bits}",
            hint="to_bits(x, n) also takes the full width and then proves that the bits are canonical",
        )
    if isinstance(x, Uint) and x.n_bits <= n_bits:
        return x
    return enforce_width(x, n_bits, message or f"value {{value}} does not fit in {n_bits} bits")


@gadget
def less_than(x: Uint, y: Uint) -> Bit:
    """Return 1 if x < y, else 0.

    Assumes:  both widths are proven (the type Uint) and one bit narrower than the field.
    Enforces: the returned bit equals [x < y] of the integers.
    Cost:     n + 1 constraints, n being the larger of the two widths; 0 if the intervals decide.
    """
    n_bits = max(x.n_bits, y.n_bits, 1)
    if n_bits + 1 >= x.field.n_bits:
        raise circuit_error(
            f"less_than of {n_bits} bits does not fit in {x.field.name} ({x.field.n_bits} bits)",
            hint=f"at most {x.field.n_bits - 2} bits can be compared",
        )
    return bit(x < y)


@gadget
def less_or_equal(x: Uint, y: Uint) -> Bit:
    """Return 1 if x <= y, else 0.

    Assumes:  as less_than.
    Enforces: the returned bit equals [x <= y] of the integers.
    Cost:     n + 1 constraints, n being the larger of the two widths; 0 if the intervals decide.
    """
    return ~less_than(y, x)
