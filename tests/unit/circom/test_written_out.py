"""Functions as they are executed: constant variables are written out."""

from __future__ import annotations

from tests.support.circom_text import program_of
from zkctl.circom import nodes
from zkctl.circom.checks.walk import expressions_of, parts_of, statements_of
from zkctl.circom.nodes import Expression, Function
from zkctl.circom.written_out import function_of


def written(body: str) -> Function:
    text = f"function g(x) {{ return x; }} function f(q) {{ {body} }} template T() {{ }} component main = T();"
    program = program_of(text)
    found = function_of(program, "f")
    assert found is function_of(program, "f")
    return found


def names_in(function: Function) -> list[str]:
    """The names that are read, in order, targets of assignments included."""

    def walk(expression: Expression) -> list[str]:
        name = [expression.name] if isinstance(expression, nodes.Variable) else []
        return name + [each for part in parts_of(expression) for each in walk(part)]

    return [
        name
        for statement in statements_of(function.body)
        for expression in expressions_of(statement)
        for name in walk(expression)
    ]


def test_reads_are_values() -> None:
    body = (
        'var n = 2; var t[n]; t[n - 1] = q ? n : -n; while (n < q) { log(n, "n"); assert(n); }'
        " if (n) { return g(n); } return t[n];"
    )
    assert names_in(written(body)) == ["n", "t", "q", "q", "t"]


def test_the_value_of_another_scope() -> None:
    body = "var n = 2; var m = n; { var n = q; return m + n; }"
    function = written(body)
    assert names_in(function) == ["n", "m", "n", "q", "n"]
    (result,) = [each for each in statements_of(function.body) if isinstance(each, nodes.Return)]
    assert isinstance(result.value, nodes.Infix)
    assert isinstance(result.value.left, nodes.Number)
    assert result.value.left.value == 2


def test_values_that_double_are_kept_as_variables() -> None:
    steps = " ".join(f"var x{k + 1} = x{k} + x{k};" for k in range(60))
    function = written(f"var x0 = g(1); {steps} return x60;")
    assert "x60" in names_in(function)
