"""The reason why a constraint is not quadratic, for the error's text: the first operator that no constraint can hold."""

from __future__ import annotations

from collections.abc import Iterator

from zkctl.circom import nodes
from zkctl.circom.checks.walk import parts_of, statements_of
from zkctl.circom.nodes import Expression, Program, Statement
from zkctl.circom.source import Place

GENERAL = "write the expression in steps, each with one product of signals, or assign it with <-- and constrain it"
_BITS = "use Num2Bits(n) and compute with the bits"
_COMPARE = "use a template that compares: LessThan(n), IsEqual() or IsZero()"
_NAMES = {
    "\\": ("integer division", _BITS),
    "%": ("remainder", _BITS),
    ">>": ("shift", _BITS),
    "<<": ("shift", _BITS),
    "&": ("bit operation", _BITS),
    "|": ("bit operation", _BITS),
    "^": ("bit operation", _BITS),
    "~": ("bit operation", _BITS),
    "!": ("logical operation", _COMPARE),
    "&&": ("logical operation", "multiply signals that are 0 or 1: a * b"),
    "||": ("logical operation", "combine signals that are 0 or 1: a + b - a * b"),
    **dict.fromkeys(("<", ">", "<=", ">=", "==", "!="), ("comparison", _COMPARE)),
    "**": ("power", "multiply in steps: x2 <== x * x; x4 <== x2 * x2;"),
}


def reason(program: Program, place: Place) -> tuple[str, str]:
    """Return what is not quadratic in the statement at a place, "" if no operator is, and a hint."""
    for definition in program.definitions.values():
        if definition.place.file != place.file:
            continue
        signals = set(_signals(definition.body))
        sides = (
            side
            for statement in statements_of(definition.body)
            if statement.place == place
            for side in _sides(statement)
        )
        found = next(filter(None, (_find(side, signals) for side in sides)), None)
        if found is not None:
            return found
    return "", GENERAL


def _signals(body: nodes.Block) -> Iterator[str]:
    for statement in statements_of(body):
        if isinstance(statement, nodes.DeclareSignal | nodes.DeclareBus | nodes.DeclareComponent):
            yield statement.name


def _sides(statement: Statement) -> tuple[Expression, ...]:
    match statement:
        case nodes.Constrain(left=left, right=right):
            return (left, right)
        case nodes.Assign(operator="<==", value=value):
            return (value,)
        case _:
            return ()


def _find(expression: Expression, signals: set[str]) -> tuple[str, str] | None:
    """Return the reason of the innermost operator that has a signal in an operand."""
    for part in parts_of(expression):
        found = _find(part, signals)
        if found is not None:
            return found
    match expression:
        case nodes.Infix(operator="/", right=right) if _has_signal(right, signals):
            return (
                "division by a signal",
                "write q <-- a / b; q * b === a; and make sure that b is not 0",
            )
        case nodes.Infix(operator="**", right=nodes.Number(value=2)):
            return None
        case nodes.Infix(operator=operator) if operator in _NAMES:
            name, hint = _NAMES[operator]
            if _has_signal(expression, signals):
                return f"{name} of a signal", _bits_hint(expression) or hint
        case nodes.Prefix(operator=operator) if operator in _NAMES:
            name, hint = _NAMES[operator]
            if _has_signal(expression, signals):
                return f"{name} of a signal", hint
    return None


def _has_signal(expression: Expression, signals: set[str]) -> bool:
    if isinstance(expression, nodes.Variable) and expression.name in signals:
        return True
    return any(_has_signal(part, signals) for part in parts_of(expression))


def _bits_hint(expression: nodes.Infix) -> str:
    """Return the hint for a division by a power of two, "" for another operator."""
    n_bits = -1
    if expression.operator in {"\\", "%"}:
        n_bits = _logarithm(expression.right)
    elif expression.operator == ">>" and isinstance(expression.right, nodes.Number):
        n_bits = expression.right.value
    if n_bits < 1:
        return ""
    return f"use Num2Bits({n_bits}), which proves that a value is below 2**{n_bits} and outputs its bits"


def _logarithm(expression: Expression) -> int:
    """Return k for the literals 2**k, 1 << k and their values; -1 for another expression."""
    match expression:
        case nodes.Infix(operator="**", left=nodes.Number(value=2), right=nodes.Number(value=k)):
            return k
        case nodes.Infix(operator="<<", left=nodes.Number(value=1), right=nodes.Number(value=k)):
            return k
        case nodes.Number(value=value) if value > 0 and value & (value - 1) == 0:
            return value.bit_length() - 1
        case _:
            return -1
