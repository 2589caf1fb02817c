"""Whole files: statements, definitions, and the errors that circom reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from zkctl.circom import nodes
from zkctl.circom.nodes import ParsedFile
from zkctl.circom.parser import parse
from zkctl.circom.report import CircomFinding
from zkctl.circom.source import SourceFile

LETTERS = "a name begins with a letter from a to z or A to Z; $ and _ may be before it"
START = "pragma circom 2.2.0; "
MAIN = " component main = T();"


def parsed(text: str) -> tuple[ParsedFile, list[str]]:
    errors: list[CircomFinding] = []
    found = parse(SourceFile("main.circom", Path("main.circom"), text.encode()), 0, errors)
    return found, [each.code for each in errors]


def body(text: str) -> tuple[nodes.Statement, ...]:
    found, codes = parsed(START + "template T() { " + text + " }" + MAIN)
    assert codes == []
    return found.definitions[0].body.statements


def test_a_file() -> None:
    found, codes = parsed(
        'pragma circom 2.1.3; pragma custom_templates; include "a.circom"; bus B { signal x; }'
        " function f(x) { return x; } template custom parallel T(n, m) { }"
        " component main {public [a, a]} = T(1, 2);"
    )
    assert codes == []
    assert found.version == (2, 1, 3)
    assert found.has_custom_templates
    assert [each.path for each in found.includes] == ["a.circom"]
    bus, function, template = found.definitions
    assert isinstance(bus, nodes.Bus)
    assert isinstance(function, nodes.Function)
    assert isinstance(template, nodes.Template)
    assert template.is_custom
    assert template.is_parallel
    assert template.parameters == ("n", "m")
    assert found.main is not None
    assert found.main.public == ("a", "a")


def test_declarations() -> None:
    first, second, third, fourth = body(
        "var x = 1, y[2]; signal input {t, u} a[2]; B(1) output p; component c[3];"
    )
    assert isinstance(first, nodes.Block)
    assert not first.is_scope
    zeroed = [
        each.is_zeroed for each in first.statements if isinstance(each, nodes.DeclareVariable)
    ]
    assert zeroed == [False, True]
    assert isinstance(second, nodes.DeclareSignal)
    assert (second.role, second.tags) == (nodes.Role.INPUT, ("t", "u"))
    assert isinstance(third, nodes.DeclareBus)
    assert (third.role, third.bus.name) == (nodes.Role.OUTPUT, "B")
    assert isinstance(fourth, nodes.DeclareComponent)


def test_statements() -> None:
    kinds = [
        type(each).__name__
        for each in body(
            "x += 1; x++; a ==> b; a --> b; a === b; if (x) { } else x = 1; while (x) x--;"
            ' assert(x); log("t", x); T()(a); for (var i = 0; i < 2; i++) x = i;'
        )
    ]
    assert kinds == (
        ["Assign"] * 4 + ["Constrain", "If", "While", "Assert", "Log", "AnonymousCall", "Block"]
    )


def test_a_turned_arrow() -> None:
    (statement,) = body("a ==> b;")
    assert isinstance(statement, nodes.Assign)
    assert isinstance(statement.target, nodes.Variable)
    assert (statement.target.name, statement.operator) == ("b", "<==")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("b <== 1", ["P1008"]),
        ("signal private input a;", ["P1008", "P1012"]),
        ("++i;", ["P1012"]),
        ("b;", ["P1012"]),
        ("b <== 1 @ 2;", ["P1012"]),
        ("var x = [];", ["P1012"]),
        ("o[i]  a*e[i];", ["P1008", "P1012", "P1012"]),
        ("if (1) ; else ;", ["P1012", "P1012"]),
        ("signal a <== x, b <-- y;", ["P1008", "P1012"]),
        ("} {", ["P1012"]),
        ("return;", ["P1012"]),
    ],
)
def test_wrong_statements(text: str, expected: list[str]) -> None:
    assert parsed(START + "template T() { " + text + " }" + MAIN)[1] == expected


def test_steps_before_a_name() -> None:
    errors: list[CircomFinding] = []
    text = START + "template T() { for (i = 0; i < 2; ++i) { } --2; }" + MAIN
    parse(SourceFile("main.circom", Path("main.circom"), text.encode()), 0, errors)
    assert [each.message for each in errors] == [
        "expected a statement, got ++x",
        "expected a statement, got --x",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x", ["P1012"]),
        ("/* a", ["P1005"]),
        ("pragma circom 2.0; ", ["P1010"]),
        ("pragma circom ^2.0.0; ", ["P1010"]),
        ("pragma solidity 1.0.0; ", ["P1011"]),
        ("pragma circom 2.0.0; pragma circom 2.0.0; ", ["P1013"]),
        ("pragma circom 2.0.0 template T() { }", ["P1008"]),
        ("include foo;", ["P1009"]),
        ("template T() { } component main = T()", ["P1008"]),
        ("template T() { } component main = T(); template U() { }", ["P1008"]),
        ('template T() { } include "a";', ["P1012"]),
        ("template T(n,) { }", ["P1012"]),
        ("template T() { ", ["P1012"]),
        ("template T() { } component main {public []} = T();", ["P1012"]),
        ("", []),
    ],
)
def test_wrong_files(text: str, expected: list[str]) -> None:
    assert parsed(text)[1] == expected


@pytest.mark.parametrize(
    "text", ["{", "if (1) ", "for (;1;) {", "while (1) ", "else {", "(", "x = ("]
)
def test_deep_nesting_is_refused(text: str) -> None:
    assert parsed(START + "template T() { " + text * 5000)[1]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("b;", "an expression is no statement", "assign it with =, <-- or <==, or constrain it with ==="),
        ("b <== \u65e5;", "expected an expression, got the character '\u65e5'", ""),
        ("b <== \u200b;", "expected an expression, got the character '\\u200b'", ""),
        ("signal input \u65e5;", "expected a name, got the character '\u65e5'", LETTERS),
        ("signal input 1a;", "expected a name, got `1`", LETTERS),
        ("signal input var;", "expected a name, got `var`", "`var` is a word of the language, choose another name"),
        (f'log("{"x" * 1025}");', "a text of log has 1,025 characters, expected at most 1,024", "split it"),
    ],
)  # fmt: skip
def test_messages(text: str, message: str, hint: str) -> None:
    errors: list[CircomFinding] = []
    text = START + "template T() { " + text + " }" + MAIN
    parse(SourceFile("main.circom", Path("main.circom"), text.encode()), 0, errors)
    assert (errors[0].message, errors[0].hint) == (message, hint)
