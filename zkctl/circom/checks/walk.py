"""The parts of statements and expressions, in the order of the text."""

from __future__ import annotations

from collections.abc import Iterator

from zkctl.circom import nodes
from zkctl.circom.nodes import Expression, Statement


def parts_of(expression: Expression) -> tuple[Expression, ...]:
    """Return the expressions directly inside an expression, sugar included."""
    match expression:
        case nodes.Variable():
            return indexes_of(expression)
        case nodes.Infix():
            return (expression.left, expression.right)
        case nodes.Prefix():
            return (expression.operand,)
        case nodes.Ternary():
            return (expression.condition, expression.yes, expression.no)
        case nodes.Call():
            return expression.arguments
        case nodes.ArrayLiteral() | nodes.TupleLiteral():
            return tuple(each for each in expression.values if type(each) is not nodes.Number)
        case nodes.AnonymousComponent():
            return (*expression.parameters, *expression.inputs)
        case _:
            return (expression.value,) if isinstance(expression, nodes.Parallel) else ()


def indexes_of(variable: nodes.Variable) -> tuple[Expression, ...]:
    """Return the expressions in the brackets of a variable."""
    return tuple(step.value for step in variable.access if isinstance(step, nodes.Index))


def members_of(variable: nodes.Variable) -> tuple[str, ...]:
    """Return the names behind the dots of a variable."""
    return tuple(step.name for step in variable.access if isinstance(step, nodes.Member))


def blocks_of(statement: Statement) -> tuple[Statement, ...]:
    """Return the statements directly inside a statement."""
    match statement:
        case nodes.Block():
            return statement.statements
        case nodes.While():
            return (statement.body,)
        case nodes.If():
            otherwise = statement.otherwise
            return (statement.then,) if otherwise is None else (statement.then, otherwise)
        case _:
            return ()


def statements_of(statement: Statement) -> Iterator[Statement]:
    """Yield a statement and all statements inside it, in text order."""
    waiting = [statement]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(blocks_of(current)))


def expressions_of(statement: Statement) -> tuple[Expression, ...]:
    """Return the expressions directly inside a statement."""
    match statement:
        case nodes.DeclareVariable() | nodes.DeclareSignal() | nodes.DeclareComponent():
            return statement.dimensions
        case nodes.DeclareBus():
            return (*statement.dimensions, *statement.bus.arguments)
        case nodes.Assign():
            return (statement.target, statement.value)
        case nodes.Constrain():
            return (statement.left, statement.right)
        case nodes.If() | nodes.While() | nodes.Assert():
            return (statement.condition,)
        case nodes.Evaluate() | nodes.Return() | nodes.AnonymousCall():
            return (statement.value,)
        case nodes.Log():
            return tuple(item for item in statement.items if not isinstance(item, str))
        case _:
            return ()
