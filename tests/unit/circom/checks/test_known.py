"""Known and unknown values."""

from __future__ import annotations

import pytest

from tests.support.circom_text import codes_in, codes_of, finding_in

INNER = "template I(n) { signal input x[2]; signal output y[2]; y <== x; } "
B = "bus B(n) { signal {t} x[2]; } function f(x) { return x; } "


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("var x[a];", ["T20460"]),
        ("signal x[2][a];", ["T20460"]),
        ("component c[a];", ["T20460"]),
        ("var w = a; var x[w];", ["T20460"]),
        ("var w = a; w = 1; var x[w];", []),
        ("var x[f(a)];", ["T20460"]),
        ("var x = a ? 1 : 2; var z[x];", ["T20460"]),
        ("component c = I(a);", ["T20461"]),
        ("component c = I([1, a]);", ["T20461"]),
        ("component c[2]; c[a] = I(1);", ["T20461"]),
        ("component c = I(1); component d = c;", ["T20461"]),
        ("component c; c.x[0] <== a; c = I(1);", ["T20461"]),
        ("component c; c.x[0] <== 1; c = I(1);", []),
        ("component c = I(1); c.x[a] <-- 1;", ["T2O461-A"]),
        ("component c = I(1); c.x[a] <== 1;", ["T20462"]),
        ("component c = I(1); b <-- c.y[a];", []),
        ("component c = I(1); b <== c.y[a];", ["T20462"]),
        ("B(a) x;", ["T20467"]),
        ("B(a) x[a];", ["T20460", "T20467"]),
        ("b <== v[a];", ["T20462"]),
        ("b <== 1 + f(v[a]);", ["T20462"]),
        ("b <-- v[a];", []),
        ("v[a] === v[v[0]];", ["T20462", "T20462"]),
        ("_ <== v[a];", ["T20462"]),
        ("_ = v[a];", []),
        ("var t[2]; b <== t[a];", ["T20462"]),
    ],
)
def test_values(body: str, codes: list[str]) -> None:
    assert codes_in(body, INNER + B) == codes


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("if (a) { b <== 1; }", ["T2005"]),
        ("if (a) { } else { a === 1; }", ["T2005"]),
        ("while (a) { b <== 1; }", ["T2005"]),
        ("if (a) { if (a) { b <== 1; } }", ["T2005", "T2005"]),
        ("if (a) { while (0) { b <== 1; } }", ["T2005"]),
        ("component c; if (a) { c = I(1); }", ["T2005"]),
        ("if (a) { _ <== a; }", ["T2005"]),
        ("component c = I(1); if (a) { c.x[0] <-- 1; }", []),
        ("if (a) { b <-- 1; var q[2]; log(a); assert(a); }", []),
        ("if (a) { signal c; }", ["T2050"]),
        ("if (a) { component c; }", ["T2050"]),
        ("signal {t} s; if (a) { s.t = 1; }", ["T2049"]),
        (
            "signal {t} s; if (a) { s.t = a; b <== 1; signal d; }",
            ["T2062", "T2005", "T2049", "T2050"],
        ),
        ("signal {t} s; s.t = 3; if (s.t) { b <== 1; }", []),
        ("B(1) s; s.x.t = 3; if (s.x.t) { b <== 1; }", []),
        ("B(1) s; if (s.x[0]) { b <== 1; }", ["T2005"]),
    ],
)
def test_conditions(body: str, codes: list[str]) -> None:
    assert codes_in(body, INNER + B) == codes


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("var x; if (a) { x = 1; } var z[x];", ["T20460"]),
        ("var x; if (a) { x = 1; var z[x]; }", []),
        ("var x; if (1) { x = a; } else { x = 1; } var z[x];", ["T20460"]),
        ("var x; if (a) { if (1) { x = 1; } } var z[x];", ["T20460"]),
        ("var x; while (a) { x = 1; } var z[x];", ["T20460"]),
        ("var x; if (a) { while (x < 2) { x = x + 1; } } var z[x];", []),
        ("var x[2]; x[0] = a; var z[x[1]];", []),
        ("var v1; for (var i = 0; i < 2; i++) { var z[v1]; v1 = a; }", ["T20460"]),
        (
            "var x; var y; for (var i = 0; i < 3; i++) { if (x == 2) { b <== 1; } x = y; y = a; }",
            ["T2005"],
        ),
        (
            "var x; var y; for (var i = 0; i < 2; i++) { for (var j = 0; j < y; j++) { b <== 1; } y = x; x = a; }",
            ["T2005"],
        ),
        ("var x = 0; while (x < 3) { b <== 1; if (a) { x = x + 1; } }", ["T2005"]),
        ("for (var i = 0; i < a; i++) { var z[i]; }", []),
    ],
)
def test_variables(body: str, codes: list[str]) -> None:
    assert codes_in(body, INNER + B) == codes


def test_only_what_main_reaches() -> None:
    wrong = "template U() { signal input a; var x[a]; } "
    assert codes_of(wrong + "template T() { } component main = T();") == []
    assert codes_of(wrong + "template T() { component c = U(); } component main = T();") == [
        "T20460"
    ]


def test_deep_loops_end() -> None:
    body = "b <== 1;"
    for i in range(25):
        body = f"for (var i{i} = 0; i{i} < 2; i{i}++) {{ {body} }}"
    assert codes_in(body) == []


def test_messages() -> None:
    assert (
        finding_in("component c = I(a);", INNER).message
        == "a parameter of template I has an unknown value"
    )
    assert finding_in("var x[a];").message == "a length of x has an unknown value"
    assert (
        finding_in("b <== v[a];").message
        == "a constraint reads or assigns an array at an unknown index"
    )
    finding = finding_in("if (a) { b <== 1; }")
    assert (
        finding.message == "constraints or components depend on a condition with an unknown value"
    )
    assert finding.hint.startswith("a constraint is there always or never")
