"""Statements at places where they are not allowed."""

from __future__ import annotations

import pytest

from tests.support.circom_text import codes_in, codes_of, finding_in, findings_of

OTHERS = (
    "template I() { signal output y; y <== 1; } bus B() { signal x; } function g(x) { return x; } "
)


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("return 1;", ["T2024"]),
        ("if (1) { return 1; }", ["T2024"]),
        ("while (0) { signal c; }", ["T2011"]),
        ("while (0) { if (1) { component c; B() d; } }", ["T2011", "T2011"]),
        ("while (0) { while (0) { signal c; } }", ["T2011"]),
        ("while (0) { signal c; } return 1;", ["T2024", "T2011"]),
        ("if (1) { signal c; c <== 1; }", []),
    ],
)
def test_templates(body: str, codes: list[str]) -> None:
    assert codes_in(body, OTHERS) == codes


@pytest.mark.parametrize(
    ("body", "n_errors"),
    [
        ("signal a;", 1),
        ("component c; c = I();", 2),
        ("B() z;", 2),
        ("x <== 1; x <-- 1; x === 1;", 3),
        ("if (x) { x === 1; } else { x <== 1; } while (x) { x <-- 1; }", 3),
        ("x = I() + 1; log(I()); assert(I()); x = [I()];", 4),
        ("x.y = 1;", 1),
        ("_ <== x;", 1),
        ("var z[I()];", 2),
        ("x = g(x);", 0),
    ],
)
def test_functions(body: str, n_errors: int) -> None:
    text = f"{OTHERS} function f(x) {{ {body} return 1; }} template T() {{ }} component main = T();"
    assert codes_of(text) == ["T2001"] * n_errors


@pytest.mark.parametrize(
    ("body", "is_refused"),
    [
        ("return 1;", False),
        ("{ return 1; }", False),
        ("if (x) { return 1; } else { return 2; }", False),
        ("if (x) { return 1; }", True),
        ("while (1) { return 1; }", True),
        ("var y = 1;", True),
    ],
)
def test_every_path_returns(body: str, is_refused: bool) -> None:
    text = f"function f(x) {{ {body} }} template T() {{ }} component main = T();"
    assert codes_of(text) == ["T2015"] * is_refused
    for finding in findings_of(text):
        assert finding.message == "function f can end without a return"


@pytest.mark.parametrize(
    ("body", "n_errors"),
    [
        ("signal x; C() y; { signal {t} z; }", 0),
        ("signal input x; output C() y;", 2),
        ("var v;", 2),
        ("component c;", 1),
        ("signal x; x <== 1; x === 1;", 2),
        ("if (1) { signal x; }", 1),
        ("for (var i = 0; i < 2; i++) { }", 3),
        ("log(1); assert(1); return 1;", 3),
    ],
)
def test_buses(body: str, n_errors: int) -> None:
    text = f"bus C() {{ signal q; }} bus B() {{ {body} }} template T() {{ }} component main = T();"
    assert codes_of(text) == ["T2052"] * n_errors


def test_messages() -> None:
    assert finding_in("return 1;").message == "template T has a return"
    assert finding_in("while (0) { signal c; }").message == "signal c is declared in a loop"
    (finding,) = findings_of(
        "function f(x) { x <== 1; return 1; } template T() { } component main = T();"
    )
    assert finding.message == "function f uses <=="
    (finding,) = findings_of("bus B() { log(1); } template T() { } component main = T();")
    assert finding.message == "bus B has a log"
