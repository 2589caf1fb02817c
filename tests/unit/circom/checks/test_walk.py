"""The parts of statements and expressions."""

from __future__ import annotations

from tests.support.circom_text import program_of
from zkctl.circom import nodes
from zkctl.circom.checks.walk import indexes_of, members_of, parts_of, statements_of


def first_value(text: str) -> nodes.Expression:
    body = program_of(f"template T() {{ x = {text}; }} component main = T();").definitions["T"].body
    (statement,) = body.statements
    assert isinstance(statement, nodes.Assign)
    return statement.value


def names(expressions: tuple[nodes.Expression, ...]) -> list[str]:
    return [each.name for each in expressions if isinstance(each, nodes.Variable | nodes.Call)]


def test_parts() -> None:
    assert names(parts_of(first_value("a + b"))) == ["a", "b"]
    assert names(parts_of(first_value("-a"))) == ["a"]
    assert names(parts_of(first_value("a ? b : c"))) == ["a", "b", "c"]
    assert names(parts_of(first_value("f(a, g(b))"))) == ["a", "g"]
    assert names(parts_of(first_value("[a, b]"))) == ["a", "b"]
    assert names(parts_of(first_value("parallel f()"))) == ["f"]
    assert names(parts_of(first_value("[1, a, 2]"))) == ["a"]
    assert parts_of(first_value("1")) == ()


def test_accesses() -> None:
    variable = first_value("x[a].y[b].z")
    assert isinstance(variable, nodes.Variable)
    assert names(indexes_of(variable)) == names(parts_of(variable)) == ["a", "b"]
    assert members_of(variable) == ("y", "z")


def test_statements_in_text_order() -> None:
    text = "if (1) { log(1); } else { log(2); } while (1) { { log(3); } } log(4);"
    body = program_of(f"template T() {{ {text} }} component main = T();").definitions["T"].body
    logs = [each for each in statements_of(body) if isinstance(each, nodes.Log)]
    assert [each.items[0].value for each in logs if isinstance(each.items[0], nodes.Number)] == [
        1,
        2,
        3,
        4,
    ]
