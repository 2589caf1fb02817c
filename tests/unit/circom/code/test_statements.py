"""Statements and functions compiled as run-time code: what they compute, beside what circom says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from zkctl.circom.code.recorder import Recorder
from zkctl.circom.code.statements import StatementWriter
from zkctl.circom.code.writer import Writer
from zkctl.circom.evaluation import witness_program
from zkctl.circom.findings import CircomError
from zkctl.circom.instance import Instance
from zkctl.circom.layout import Layout
from zkctl.circom.nodes import Program, Template
from zkctl.circom.parser.files import parse
from zkctl.circom.source import Place, SourceFile
from zkctl.circom.values import Unknown
from zkctl.constraints.evaluate import evaluate
from zkctl.constraints.signals import Role, SignalGroup
from zkctl.constraints.witness_program import check_program
from zkctl.field import BN254_FR

P = BN254_FR.modulus


class Names:
    """Signals o[2], a, b with the numbers 1 to 4, and variables."""

    def __init__(self, variables: dict[str, Any]) -> None:
        self.variables = variables

    def kind(self, name: str) -> str:
        if name in self.variables:
            return "variable"
        return "signal" if name in "oab" else ""

    def value(self, name: str) -> Any:
        return self.variables[name]

    def tag(self, name: str, access: tuple[int | str, ...]) -> int | None:
        return 99 if (name, access) == ("a", ("max",)) else None

    def is_input(self, name: str) -> bool:
        return name in "ab"

    def wires(self, name: str, access: tuple[int | str, ...]) -> tuple[int, tuple[int, ...]]:
        if name == "o":
            first = access[0] if access else 0
            assert isinstance(first, int)
            return 1 + first, () if access else (2,)
        return {"a": 3, "b": 4}[name], ()

    def call(self, function: str, arguments: Sequence[Any]) -> Any:
        assert function == "known"
        return sum(arguments)


def program_of(text: str) -> Program:
    errors: list[Any] = []
    file = SourceFile("t.circom", Path("t.circom"), text.encode())
    parsed = parse(file, 0, errors)
    assert not errors
    return Program((file,), {each.name: each for each in parsed.definitions})


def result(body: str, a: int, b: int, functions: str = "", **variables: Any) -> list[int]:
    """The outputs after a body: those that it feeds, and v where it feeds none."""
    program = program_of(functions + "template T() {" + body + "}")
    template = program.definitions["T"]
    assert isinstance(template, Template)
    recorder, names = Recorder(program, P, "T()"), Names({"v": 0, **variables})
    for statement in template.body.statements:
        for name, refs in recorder.run(statement, names).items():
            names.variables[name] = as_values(refs)
    if "<--" not in body:
        recorder.assign(1, names.variables["v"], Place(0, 0, 1))
    events, n_hidden = recorder.finish(lambda signal: signal, lambda _: 0)
    signals = (
        SignalGroup("o", Role.OUTPUT, (2,)),
        SignalGroup("a", Role.PRIVATE),
        SignalGroup("b", Role.PRIVATE),
    )
    main = Instance(0, "T()", "T", signals, (), 4, 4, (), (), events, n_hidden)
    made = witness_program("t", Layout(main, P), BN254_FR, program)
    check_program(made)
    return evaluate(made, [a, b])[1:3]


def as_values(refs: Any) -> Any:
    return list(map(as_values, refs)) if isinstance(refs, list) else Unknown(refs)


BRANCH = "if (a > 10) { v = a - 10; } else { v = a + 100; }"
SHADOW = "if (a > 1) { var w = v; for (var i = 0; i < 3; i++) { var v = i; w += v; } v = w + 1; }"
LOOP = "while (b > v) { v += a; if (v > 20) { v += 1000; } }"
NESTED = "if (a > 0) { if (b > 0) { v = 1; } else { v = 2; } } else { v = 3; }"


@pytest.mark.parametrize(
    ("body", "a", "b", "v"),
    [
        (BRANCH, 3, 0, 103),
        (BRANCH, 30, 0, 20),
        (SHADOW, 2, 0, 4),
        (SHADOW, 1, 0, 0),
        (LOOP, 3, 20, 1021),
        (LOOP, 5, 20, 20),
        (NESTED, 1, 1, 1),
        (NESTED, 1, 0, 2),
        (NESTED, 0, 1, 3),
        ("if (1 == a) { v = a.max; }", 1, 0, 99),
        ("if (a == a) { v = a ? b : 7; }", 0, 5, 7),
        ("if (a == a) { var t[2][2] = [[1, 2], [a, 4]]; t[1][b] = 9; v = t[1][0] * 10 + t[1][1]; }", 5, 1, 59),
        ("if (a == a) { var t[3] = [1, 2, 3]; var u[3] = t; t[a] = 7; v = u[a] * 10 + t[a]; }", 2, 1, 37),
        ("if (a == a) { v = known(3, 4); }", 2, 1, 7),
        ("if (a == a) { if (2 > 1) { v = 5; } else { v = 6; } while (0) { v = 8; } }", 2, 1, 5),
    ],
)  # fmt: skip
def test_statements(body: str, a: int, b: int, v: int) -> None:
    assert result(body, a, b, "function known(x, y) { return x + y; }") == [v, 0]


def test_signals_that_a_branch_assigns() -> None:
    body = "if (b != 0) { o[b] <-- a * a; } else { o[0] <-- 3; o[1] <-- 1 + o[0]; }"
    assert result(body, 3, 1) == [0, 9]
    assert result(body, 3, 0) == [3, 4]


FUNCTIONS = """
    function first(x, n) {
        for (var i = 0; i < n; i++) { for (var j = 0; j < n; j++) { if (i * j == x) { return 10 * i + j; } } }
        return 99;
    }
    function both(x, n) { var r[2]; r[0] = x; r[1] = n; return r; }
    function swap(x) { var t = x[0]; x[0] = x[1]; x[1] = t; return x; }
    function sum(n) { if (n == 0) { return 0; } return sum(n - 1) + n; }
"""


@pytest.mark.parametrize(
    ("call", "v"),
    [("first(6, b)", 16), ("first(a, 3)", 99), ("sum(b)", 28)],
)
def test_functions(call: str, v: int) -> None:
    assert result(f"if (a == a) {{ v = {call}; }}", 5, 7, FUNCTIONS) == [v, 0]


def test_arguments_are_copies() -> None:
    body = "if (a == a) { var p[2] = both(a, b); var q[2] = swap(p); v = 1000 * p[0] + 100 * p[1] + 10 * q[0] + q[1]; }"
    assert result(body, 5, 7, FUNCTIONS) == [5775, 0]


def test_what_cannot_run_is_refused_with_its_place() -> None:
    with pytest.raises(CircomError, match="must be known when the circuit is compiled") as caught:
        result("if (a == a) { var t[b]; v = 1; }", 1, 2)
    place = caught.value.findings[0].place
    assert place is not None
    with pytest.raises(CircomError, match="nested deeper than 64 blocks"):
        result("if (a == 1) " * 70 + "v = 1;", 1, 2)


def test_a_name_that_is_not_visible_is_the_statement_s_own() -> None:
    program = program_of("template T() { if (1) { var i = 2; v = i; } }")
    template = program.definitions["T"]
    assert isinstance(template, Template)
    writer = Writer(Recorder(program, P).graph)
    number = writer.graph.number
    code = StatementWriter(
        writer,
        Names({"v": 1}),
        lambda value: number(int(str(value))),
        lambda _signal: True,
        program,
    )
    assert list(code.variables_outside(template.body)) == ["v"]
