"""Comparisons.  Each result is a Bit; the arguments of an order comparison must have a proven width."""

from __future__ import annotations

from typing import cast

from zkctl.dsl import Bit, Int, Ints, Signal, Uint, advice, bit, constrain, dot, gadget
from zkctl.dsl.advice import split
from zkctl.dsl.decomposition import decompose, enforce_bit, enforce_width
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.statements.bits import zero_bit
from zkctl.gadgets.sizes import as_text


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
            f"to_uint proves widths of 1 to {x.field.n_bits - 1} bits in {x.field.name}, not {as_text(n_bits)}",
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
    _check_comparable("less_than", x, y)
    return bit(x < y)


@gadget
def less_or_equal(x: Uint, y: Uint) -> Bit:
    """Return 1 if x <= y, else 0.

    Assumes:  as less_than.
    Enforces: the returned bit equals [x <= y] of the integers.
    Cost:     n + 1 constraints, n being the larger of the two widths; 0 if the intervals decide.
    """
    _check_comparable("less_or_equal", x, y)
    return bit(x <= y)


@gadget
def greater_than(x: Uint, y: Uint) -> Bit:
    """Return 1 if x > y, else 0.

    Assumes:  as less_than.
    Enforces: the returned bit equals [x > y] of the integers.
    Cost:     n + 1 constraints, n being the larger of the two widths; 0 if the intervals decide.
    """
    _check_comparable("greater_than", x, y)
    return bit(x > y)


@gadget
def greater_or_equal(x: Uint, y: Uint) -> Bit:
    """Return 1 if x >= y, else 0.

    Assumes:  as less_than.
    Enforces: the returned bit equals [x >= y] of the integers.
    Cost:     n + 1 constraints, n being the larger of the two widths; 0 if the intervals decide.
    """
    _check_comparable("greater_or_equal", x, y)
    return bit(x >= y)


@gadget
def in_range(x: Uint, low: Uint, high: Uint) -> Bit:
    """Return 1 if low <= x <= high, else 0: both ends belong to the range.

    Assumes:  as less_than.
    Enforces: the returned bit equals [low <= x <= high] of the integers; for signals low > high it is 0.
    Cost:     2 n + 3 constraints, n being the largest width; n + 1 where the intervals decide one side, as low = 0 does.
    """
    _check_ends("in_range", low, high)
    _check_comparable("in_range", x, low)
    _check_comparable("in_range", x, high)
    return bit(low <= x) & bit(x <= high)


@gadget
def enforce_range(x: Signal, low: Uint, high: Uint, message: str = "") -> None:
    """Enforce low <= x <= high: both ends belong to the range.

    In the message, {value} stands for the value of x.

    Assumes:  nothing of x; for constants low <= high, for signals that their widths are two bits narrower than the field.
    Enforces: x is an integer of the range.  For constants x - low is the sum of weighted bits 1, 2, 4 ... 2^(n-2) and
              high - low + 1 - 2^(n-1), whose sums are exactly the numbers 0 .. high - low < p.  For signals, x - low and high - x are
              such sums up to d, the largest possible high - low; both together are high - low modulo p, and as integers, because
              2 d and high - low differ by less than p.
    Cost:     n constraints, n being the bits of high - low, whether or not it is a power of two; twice the bits of d for signals;
              less where the interval of x is known, 0 if it proves the range.
    """
    _check_ends("enforce_range", low, high)
    lowest, highest = low.known_constant, high.known_constant
    if lowest is not None and highest is not None:
        text = message or f"value {{value}} is not in the range {lowest} to {highest}"
        enforce_constant_range(x, lowest, highest, text)
    elif isinstance(x, Uint):
        constrain(low <= x, message or "the value is below the range")
        constrain(x <= high, message or "the value is above the range")
    else:
        _enforce_signal_range(x, low, high, message)


def enforce_constant_range(x: Signal, low: int, high: int, message: str) -> None:
    """Enforce low <= x <= high, as enforce_range does for constants."""
    known = x.bounds if isinstance(x, Uint) and x.bounds else (0, x.field.modulus - 1)
    if low > known[1] or high < known[0]:
        raise circuit_error(
            f"enforce_range can never hold: expected {low} to {high}, got {known[0]} to {known[1]}",
            hint="change the ends of the range, or the width of x",
        )
    low, high = max(low, known[0]), min(high, known[1])
    if (low, high) != known:
        _enforce_up_to(x - low, high - low, x, message)


def _enforce_signal_range(x: Signal, low: Uint, high: Uint, message: str) -> None:
    assert low.bounds is not None
    span = high.maximum - low.bounds[0]
    if span < 0:
        raise circuit_error(
            f"the range of enforce_range is empty: expected low <= high, got {low.bounds[0]} to {high.maximum}",
            hint="the ends are in the wrong order, or need other widths",
        )
    if 2 * span + low.maximum >= x.field.modulus:
        n_bits = max(low.n_bits, high.n_bits)
        raise circuit_error(
            f"enforce_range of {n_bits} bits does not fit in {x.field.name} ({x.field.n_bits} bits)",
            hint=f"at most {x.field.n_bits - 3} bits can be compared",
        )
    text = message or "value {value} is not in the range"
    _enforce_up_to(x - low, span, x, text)
    _enforce_up_to(high - x, span, x, text)


def _enforce_up_to(y: Signal, highest: int, x: Signal, message: str) -> None:
    """Enforce that y is one of 0 .. highest < p; {value} in the message is that of x.  Cost: the bits of highest, 1 for 0."""
    n_bits, tracer = highest.bit_length(), y.tracer
    shown, eager_message = x.linear_terms(), message.replace("{value}", "{left}")
    tracer.check_width(y.linear_terms(), n_bits, eager_message, [shown])
    if highest == 0:
        constrain(y == 0, message)
    elif highest == (1 << n_bits) - 1:
        decompose(y, n_bits, eager_message, [x])
    else:
        tracer.check_width((highest - y).linear_terms(), n_bits, eager_message, [shown])
        first_row = tracer.builder.n_rows
        digits = [enforce_bit(digit, message) for digit in _weighted_digits(y, highest=highest)]
        weights = [*(2 << k for k in range(n_bits - 2)), highest + 1 - (1 << n_bits - 1)]
        lowest = dot([1, *(-weight for weight in weights)], [y, *digits])
        tracer.keep_values([shown])
        enforce_bit(lowest, message)
        tracer.prove_range(y.linear_terms(), highest, first_row)


@advice
def _weighted_digits(y: Int, *, highest: int) -> Ints:
    """Return all digits but the lowest of y with the weights 1, 2, 4 ... 2^(n-2), highest + 1 - 2^(n-1)."""
    n_bits = highest.bit_length()
    top = y >= 1 << n_bits - 1
    rest = y - top * (highest + 1 - (1 << n_bits - 1))
    return cast(Ints, [*split(rest >> 1, 1, n_bits - 2), top])


def _check_comparable(name: str, x: Uint, y: Uint) -> None:
    n_bits = max(x.n_bits, y.n_bits, 1)
    if n_bits + 1 >= x.field.n_bits:
        raise circuit_error(
            f"{name} of {n_bits} bits does not fit in {x.field.name} ({x.field.n_bits} bits)",
            hint=f"at most {x.field.n_bits - 2} bits can be compared",
        )


def _check_ends(name: str, low: Uint, high: Uint) -> None:
    lowest, highest = low.known_constant, high.known_constant
    if lowest is not None and highest is not None and lowest > highest:
        raise circuit_error(
            f"the range of {name} is empty: expected low <= high, got {lowest} to {highest}",
            hint=f"negative ends are large numbers of the field: {name}(x + 5, 0, 10) says -5 to 5",
        )
