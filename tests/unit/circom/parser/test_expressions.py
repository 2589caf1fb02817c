"""Precedence, associativity, limits."""

from __future__ import annotations

import pytest

from zkctl.circom import nodes
from zkctl.circom.nodes import Expression
from zkctl.circom.parser.cursor import MAX_HEIGHT, MAX_NESTING, Unparsable
from zkctl.circom.parser.expressions import Expressions
from zkctl.circom.parser.lexer import END, tokens_of
from zkctl.circom.report import CircomFinding
from zkctl.runtime.recursion import deep_recursion


@deep_recursion()
def parsed(text: str) -> Expression:
    errors: list[CircomFinding] = []
    parser = Expressions(tokens_of(text.encode(), 0, errors), 0, errors)
    found = parser.expression()
    assert parser.kind == END
    return found


def shown(value: Expression) -> str:  # noqa: PLR0911  # one line for each kind
    """The expression with all parentheses."""
    match value:
        case nodes.Number():
            return str(value.value)
        case nodes.Variable(name, access):
            return name + "".join(
                f"[{shown(each.value)}]" if isinstance(each, nodes.Index) else f".{each.name}"
                for each in access
            )
        case nodes.Infix(operator, left, right):
            return f"({shown(left)}{operator}{shown(right)})"
        case nodes.Prefix(operator, operand):
            return f"({operator}{shown(operand)})"
        case nodes.Ternary(condition, yes, no):
            return f"({shown(condition)}?{shown(yes)}:{shown(no)})"
        case nodes.Call(name, arguments):
            return f"{name}({','.join(map(shown, arguments))})"
        case nodes.ArrayLiteral(values):
            return f"[{','.join(map(shown, values))}]"
        case nodes.TupleLiteral(values):
            return f"<{','.join(map(shown, values))}>"
        case _:
            return type(value).__name__


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1+2*3-4", "((1+(2*3))-4)"),
        ("-x**2", "((-x)**2)"),
        ("2**3**2", "((2**3)**2)"),
        ("7&3==3", "((7&3)==3)"),
        ("1<<2+1", "(1<<(2+1))"),
        ("a||b&&c|d^e&f", "(a||(b&&(c|(d^(e&f)))))"),
        ("a?b+1:c", "(a?(b+1):c)"),
        ("a[1][i+1].x[2]", "a[1][(i+1)].x[2]"),
        ("f(1,x)+[1,[2]]", "(f(1,x)+[1,[2]])"),
        ("(a,(b))", "<a,b>"),
        ("T(1)(x<==a)", "AnonymousComponent"),
        ("0x10", "16"),
        ("parallel T(1)", "Parallel"),
        ("_", "_"),
    ],
)
def test_shapes(text: str, expected: str) -> None:
    assert shown(parsed(text)) == expected


@pytest.mark.parametrize(
    "text", ["", "--x", "!-x", "a?b:c?d:e", "[]", "()", "0x", "f(1,)", "a.1", "parallel 1"]
)
def test_refused(text: str) -> None:
    with pytest.raises(Unparsable):
        parsed(text)


def test_long_numbers() -> None:
    found = parsed("1" * 9001)
    assert isinstance(found, nodes.Number)
    assert found.value == (10**9001 - 1) // 9


def test_limits() -> None:
    parsed("(" * MAX_NESTING + "1" + ")" * MAX_NESTING)
    parsed("+".join("a" * MAX_HEIGHT))
    for text in (
        "(" * (MAX_NESTING + 1) + "1" + ")" * (MAX_NESTING + 1),
        "f(" * 5000,
        "[" * 5000,
        "x[" * 5000,
        "+".join("a" * (MAX_HEIGHT + 1)),
        "||".join("-a" for _ in range(5000)),
    ):
        with pytest.raises(Unparsable):
            parsed(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(" * 5000, "nesting is 1001 deep, expected at most 1000"),
        ("+".join("a" * 5000), "the expression has more than 2000 operators in a row"),
        ("parallel 1", "parallel needs a template with its parameters"),
        ("0x", "0x without digits"),
    ],
)
def test_messages(text: str, message: str) -> None:
    errors: list[CircomFinding] = []
    with pytest.raises(Unparsable), deep_recursion():
        Expressions(tokens_of(text.encode(), 0, errors), 0, errors).expression()
    assert [each.message for each in errors] == [message]
