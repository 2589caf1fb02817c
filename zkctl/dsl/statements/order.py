"""Comparisons of Uints as constraints: the sign of a difference whose interval is known."""

from __future__ import annotations

from zkctl.dsl.decomposition import decompose
from zkctl.dsl.signal import Signal, assumed, constant_signal
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.statements.equations import enforce_equation
from zkctl.dsl.statements.statement import Comparison


def enforce_order(comparison: Comparison, message: str) -> None:
    """Enforce a comparison.

    Cost: the bits of the largest possible difference; 0 if the intervals prove it, 1 if they leave only one difference.
    Raises: CircuitError if the intervals refute it, or if they are too wide for the field.
    """
    comparison.use()
    left, right = comparison.left, comparison.right
    difference = comparison.difference()
    low, high = _interval(comparison)
    if low >= 0:
        return
    if high < 0:
        raise circuit_error(
            f"this comparison can never hold: {comparison.describe()}, with {_range(left)} on the left and {_range(right)} on"
            " the right",
            hint="one side needs a larger or smaller range, or the sides are in the wrong order",
        )
    if high == 0:
        enforce_equation(difference == 0, message)
        return
    n_bits = high.bit_length()
    if (1 << n_bits) - low > difference.field.modulus:
        raise _too_wide(difference, n_bits)
    values = f"{{left}} is not {comparison.symbol} {{right}}"
    text = f"{message} ({values})" if message else values
    decompose(difference, n_bits, text, [left, right])


def sign_bit(comparison: Comparison) -> Signal:
    """Return the Bit that says whether a comparison holds.

    Cost: n + 1 constraints, the difference being in -2^n .. 2^n - 1; 0 if the intervals decide.
    """
    comparison.use()
    difference = comparison.difference()
    low, high = _interval(comparison)
    if low >= 0 or high < 0:
        return constant_signal(difference.tracer, int(low >= 0))
    n_bits = max((-low - 1).bit_length(), high.bit_length())
    if 1 << (n_bits + 1) > difference.field.modulus:
        raise _too_wide(difference, n_bits)
    # difference + 2^n lies in 0 .. 2^(n+1) - 1, and its bit n says whether the difference is at least 0
    shifted = assumed(difference + (1 << n_bits), (0, (2 << n_bits) - 1))
    return decompose(shifted, n_bits + 1, "the operands are wider than proven")[n_bits]


def _interval(comparison: Comparison) -> tuple[int, int]:
    """Return the interval of the difference as an integer; a signal's own bounds may be moved by the modulus."""
    small, large = (
        (comparison.left, comparison.right)
        if "<" in comparison.symbol
        else (comparison.right, comparison.left)
    )
    strict = int("=" not in comparison.symbol)
    assert small.bounds is not None
    assert large.bounds is not None
    return large.bounds[0] - small.bounds[1] - strict, large.bounds[1] - small.bounds[0] - strict


def _range(side: Signal) -> str:
    assert side.bounds is not None
    low, high = side.bounds
    return str(low) if low == high else f"{low} to {high}"


def _too_wide(signal: Signal, n_bits: int) -> Exception:
    field = signal.field
    return circuit_error(
        f"a comparison of {n_bits} bits does not fit in {field.name} ({field.n_bits} bits)",
        hint=f"at most {field.n_bits - 2} bits can be compared",
    )
