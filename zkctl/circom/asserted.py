"""The conditions of asserts that are evaluated with the witness, for analysis: trees over linear forms and products of signals."""

from __future__ import annotations

from collections.abc import Iterator

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


def forms_of(condition: Condition) -> Iterator[Terms]:
    """Yield the linear forms of a condition in a fixed order."""
    if not condition.operator:
        yield from (condition.a, condition.b, condition.c)
    for each in condition.operands:
        yield from forms_of(each)


def with_forms(condition: Condition, forms: Iterator[Terms]) -> Condition:
    """Return a condition with other linear forms in the order of `forms_of`."""
    if not condition.operator:
        a, b, c = (next(forms) for _ in range(3))
        return Condition(a=a, b=b, c=c)
    operands = tuple(with_forms(each, forms) for each in condition.operands)
    return Condition(condition.operator, operands)


@record(eq=False)
class AssertedCondition:
    """An assert whose condition is not known when the circuit is compiled."""

    condition: Condition
    node: Assert


CODE = Condition("code")
