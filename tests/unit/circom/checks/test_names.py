"""Names: declared once, before their use; calls with the right number of arguments."""

from __future__ import annotations

import pytest

from tests.support.circom_text import codes_in, codes_of, finding_in

FUNCTION = "function f(x) { return x; } "
BUS = "bus B(n) { signal x; } "


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("b <== c;", ["T2021"]),
        ("c[d] <== e[g];", ["T2021"] * 4),
        ("b <== x; var x = 1;", ["T2021"]),
        ("{ var x = 1; } b <== x;", ["T2021"]),
        ("{ var a = 1; }", []),
        ("var a = 1;", ["T2008"]),
        ("for (var i = 0; i < 2; i++) { var i = 1; } i = 2;", ["T2021"]),
        ("if (a) { var q; } else { q = 1; }", ["T2021"]),
        ("b <== f(1, 2);", ["T2012"]),
        ("b <== f(c, d);", ["T2012"]),
        ("b <== g(c);", ["T2021"]),
        ("B() x;", ["BU01"]),
        ("B(c) x;", ["T2021"]),
        ("Q() x;", ["T2021"]),
        ("b <== B(1);", ["T2021"]),
        ("B(1) {x} y;", ["T2008"]),
        ("var x[c];", ["T2021"] * 2),
    ],
)
def test_codes(body: str, codes: list[str]) -> None:
    assert codes_in(body, FUNCTION + BUS) == codes


def test_parameters_are_names_of_the_body() -> None:
    assert codes_of("template T(n, n) { } component main = T(1, 2);") == ["T2008"]
    assert codes_of("template T(n) { var n; } component main = T(1);") == ["T2008"]
    assert codes_of("template T(n) { { var n; } } component main = T(1);") == []


def test_public_names_are_inputs() -> None:
    body = "template T() { signal input a; signal m; signal output b; b <== zz; } "
    assert codes_of(body + "component main {public [m, a, b]} = T();") == [
        "T2008",
        "T2008",
        "T2021",
    ]


def test_main_is_checked_first() -> None:
    assert codes_of("template T(n) { b <== 1; } component main = T(c, 1);") == ["T2012", "T2021"]


def test_a_near_name_is_proposed() -> None:
    finding = finding_in("signal witness; witness <== a; b <== witnes;")
    assert finding.message == "witnes is not declared"
    assert finding.hint == "write witness, or declare witnes first"
    assert finding_in("b <== zz;").hint == "declare it first: var zz; or signal zz;"


def test_a_wrong_call_is_explained() -> None:
    finding = finding_in("b <== f();", FUNCTION)
    assert finding.message == "function f has the wrong number of arguments: expected 1, got 0"
    assert finding.hint == "its parameters are (x)"
    assert finding_in("b <== B(1);", BUS).hint == "B is a bus"
    assert finding_in("b <== ff(1);", FUNCTION).hint == (
        "write f, or include the file that defines ff"
    )


def test_a_second_declaration_is_explained() -> None:
    assert finding_in("var a;").message == "a is declared twice"
    assert finding_in("B(1) {x} y;", BUS).message == "tag x of y is also a field of bus B"
