"""Constraints and assumptions: the only statements about signals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from zkctl.constraints.linear import ONE, add_scaled, scaled
from zkctl.dsl.signal import Bit, Equation, Signal, Uint, assumed
from zkctl.dsl.spans import circuit_error


def constrain(equation: object, message: str = "") -> None:
    """Enforce an equation, or all equations of an array.

    `message` is printed when a witness breaks the equation.
    Cost: 1 constraint for x == y, x * y == z and x * y + u == z alike; x * y == z * w costs 2.  Equal constants cost nothing.
    Raises: CircuitError for anything that is not an Equation; in eager mode UnsatisfiedError with both values.
    """
    if isinstance(equation, Equation):
        _constrain(equation, message)
    elif isinstance(equation, Iterable) and not isinstance(equation, str | bytes | Signal):
        for element in equation:
            constrain(element, message)
    else:
        raise circuit_error(
            f"constrain needs an equation of signals, got {_shown(equation)}",
            hint="write constrain(x == y, 'message'), with a signal on one side at least",
        )


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return f"the Python value {value}"
    return f"a {type(value).__name__}"


def _constrain(equation: Equation, message: str) -> None:
    left, right = equation.left, equation.right
    if left.resolve()[0] is None and right.resolve()[0] is not None:
        left, right = right, left  # Python itself swaps the sides of Signal == Bit
    tracer = left.tracer
    tracer.unused_equations.pop(id(equation), None)
    p = tracer.modulus
    product, factor, terms = left.resolve()
    right_product, right_factor, right_terms = right.resolve()
    if product is not None and right_product is not None and product is not right_product:
        right_terms, right_product = right.linear_terms(), None
    factor = ((factor if product else 0) - (right_factor if right_product else 0)) % p
    product = product or right_product
    if product is None or factor == 0:
        tracer.constrain(terms, dict(ONE), right_terms, message, equation.sites)
        return
    rest = add_scaled(right_terms, terms, -1, p)
    a = product.a if factor == 1 else scaled(product.a, factor, p)
    tracer.constrain(a, product.b, rest, message, equation.sites)


def assume_bit(x: Signal, *, because: str) -> Bit:
    """Declare that a signal is 0 or 1, for the reason given.  Enforces nothing: the reason must follow from other constraints."""
    _check_reason(because)
    return cast(Bit, assumed(x, (0, 1)))


def assume_uint(x: Signal, n_bits: int, *, because: str) -> Uint:
    """Declare that a signal is in 0 .. 2^n_bits - 1, for the reason given.  Enforces nothing."""
    _check_reason(because)
    if not 0 < n_bits < x.field.n_bits:
        raise circuit_error(
            f"a width of {n_bits} bits is not possible in {x.field.name}, only 1 to {x.field.n_bits - 1}"
        )
    return cast(Uint, assumed(x, (0, (1 << n_bits) - 1)))


def _check_reason(because: str) -> None:
    if not because.strip():
        raise circuit_error(
            "an assumption needs a reason",
            hint="because='...' says which constraints force it; the reader has to check just that",
        )
