"""Constraints: the only statements about signals that a circuit enforces."""

from __future__ import annotations

from collections.abc import Iterable

from zkctl.dsl.signal import Bit, Signal, Uint
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.statements.equations import enforce_equation
from zkctl.dsl.statements.order import enforce_order
from zkctl.dsl.statements.statement import Comparison, Equation


def constrain(statement: object, message: str = "") -> None:
    """Enforce an equation, a comparison of Uints, that a Bit is 1, or all that an array, list or generator holds.

    `message` is printed when a witness breaks the statement.
    Cost: 1 constraint for x == y, x * y == z and x * y + u == z alike; x * y == z * w costs 2.  Equal constants cost nothing.  A
    comparison costs the bits of the largest possible difference: x <= y of two numbers of n bits costs n.
    Raises: CircuitError for anything else or nothing at all, for a message that is no text, and for constants or intervals that
    contradict the statement; in eager mode UnsatisfiedError with both values.
    """
    if not isinstance(message, str):
        raise circuit_error(
            f"the message of constrain must be a text, got {_shown(message)}",
            hint="constrain takes one statement, or a list of them: constrain([x == 1, y == 2])",
        )
    if isinstance(statement, Equation):
        enforce_equation(statement, message)
    elif isinstance(statement, Comparison):
        enforce_order(statement, message)
    elif isinstance(statement, Bit):
        enforce_equation(statement == 1, message)
    elif isinstance(statement, Iterable) and not isinstance(statement, str | bytes | Signal):
        _constrain_all(statement, message)
    else:
        raise circuit_error(
            f"constrain needs an equation of signals, a comparison or a Bit, got {_shown(statement)}",
            hint="write constrain(x == y, 'message'), with a signal on one side at least",
        )


def _constrain_all(statements: Iterable[object], message: str) -> None:
    n_found = 0
    for statement in statements:
        constrain(statement, message)
        n_found += 1
    if n_found == 0:
        raise circuit_error(
            f"constrain got nothing to enforce: expected at least one statement, got an empty {type(statements).__name__}",
            hint="zip stops at the end of the shorter list: zip(a, b, strict=True), or a.zip(b) of Arrays, refuses",
        )


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return f"the Python value {value}"
    if isinstance(value, Uint) and not isinstance(value, Bit):
        return f"a Uint of {value.n_bits} bits"
    return f"a {type(value).__name__}"
