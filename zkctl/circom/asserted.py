"""The conditions of asserts that are evaluated with the witness, for analysis: trees over linear forms and products of signals."""

from __future__ import annotations

from zkctl.circom.nodes import Assert
from zkctl.constraints.linear import Terms
from zkctl.runtime.records import made_by, record


@record(eq=False)
class Condition:
    """A value a * b + c, or an operator on values.

    `operator` is that of an `Operation` of the graph, "" for a * b + c, "code" for a value that only code computes.
    Sums are in local numbers.
    """

    operator: str = ""
    operands: tuple[Condition, ...] = ()
    a: Terms = made_by(dict)
    b: Terms = made_by(dict)
    c: Terms = made_by(dict)


@record(eq=False)
class AssertedCondition:
    """An assert whose condition is not known when the circuit is compiled."""

    condition: Condition
    node: Assert


CODE = Condition("code")
