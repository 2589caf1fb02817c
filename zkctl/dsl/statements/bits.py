"""Statements as bits: `bit(x < y)` and `bit(x == y)`."""

from __future__ import annotations

from typing import cast

from zkctl.dsl import hints
from zkctl.dsl.hints import hint
from zkctl.dsl.signal import Bit, Signal, assumed
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.statements.constrain import constrain
from zkctl.dsl.statements.order import sign_bit
from zkctl.dsl.statements.statement import Comparison, Equation
from zkctl.dsl.statements.uses import Result


def bit(statement: object) -> Bit:
    """Return 1 where a comparison or an equation holds, else 0; a Bit is returned unchanged.

    Cost: 2 constraints for an equation, n + 1 for a comparison of numbers of n bits, 0 if the intervals decide it.
    Raises: CircuitError for anything else.
    """
    if isinstance(statement, Comparison):
        return _result(sign_bit(statement))
    if isinstance(statement, Equation):
        statement.use()
        return _result(zero_bit(statement.left - statement.right))
    if isinstance(statement, Bit):
        return statement
    raise circuit_error(
        f"bit needs a comparison, an equation or a Bit: expected x < y or x == y, got a {type(statement).__name__}",
        hint="write bit(x == y) with a signal on one side at least; to_bits(x, n) returns the bits of a number",
    )


def _result(flag: Signal) -> Bit:
    """Return the Bit, which must be used as the result of a gadget must."""
    if flag.known_constant is None:
        flag.tracer.results.append(Result("bit", flag.tracer.node(), [flag]))
    return cast(Bit, flag)


def zero_bit(x: Signal) -> Bit:
    """Return 1 where x is 0, else 0: x = 0 makes the flag 1, and x != 0 forces flag = 0.  Cost: 2 constraints."""
    first_row = x.tracer.builder.n_rows
    inverse = hint(hints.inverse_or_zero, x)
    flag = 1 - x * inverse
    constrain(x * flag == 0)
    x.tracer.prove_range(flag.linear_terms(), 1, first_row)
    return cast(Bit, assumed(flag, (0, 1)))
