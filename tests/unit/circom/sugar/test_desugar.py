"""Anonymous components and tuples, written out."""

from __future__ import annotations

from pathlib import Path

import pytest

from zkctl.circom import nodes
from zkctl.circom.checks.walk import statements_of
from zkctl.circom.findings import CircomError
from zkctl.circom.includes import load
from zkctl.circom.nodes import Program

START = (
    "pragma circom 2.2.0;\n"
    "template I(n) { signal input x; signal input a; signal output y; y <== x + n * a; }\n"
    "template J() { signal input x; signal output y; signal output z; y <== x; z <== x; }\n"
    "template K() { signal input x; x === 3; }\n"
    "function f(x) { return x; }\n"
)
BODY = (
    "template T() { signal input a; signal output b; signal output c; %s }\ncomponent main = T();"
)


def program(tmp_path: Path, body: str, start: str = START) -> Program:
    path = tmp_path / "main.circom"
    path.write_text(start + BODY % body)
    return load(path)


def assignments(found: Program) -> list[str]:
    """The assignments of T in order: target and operator."""
    return [
        f"{shown(each.target)} {each.operator}"
        for each in statements_of(found.definitions["T"].body)
        if isinstance(each, nodes.Assign)
    ]


def shown(target: nodes.Expression) -> str:
    assert isinstance(target, nodes.Variable)
    return target.name + "".join(
        f".{each.name}" if isinstance(each, nodes.Member) else "[]" for each in target.access
    )


def test_inputs_in_the_order_of_bytes(tmp_path: Path) -> None:
    start = START + "template L() { signal input x; signal output y; y <== x; }\n"
    found = program(tmp_path, "b <== I(1)(c, L()(a));", start)
    offset = (start + BODY).index("%s") + len("b <== ")
    outer, inner = f"I_7_{offset}", f"L_7_{offset + len('I(1)(c, ')}"
    assert assignments(found) == [
        f"{outer} =",
        f"{inner} =",
        f"{inner}.x <==",
        f"{outer}.a <==",
        f"{outer}.x <==",
        "b <==",
    ]


def test_a_loop_counts(tmp_path: Path) -> None:
    found = program(tmp_path, "for (var i = 0; i < 2; i++) { K()(a); }")
    declared = [
        each
        for each in statements_of(found.definitions["T"].body)
        if isinstance(each, nodes.DeclareComponent | nodes.DeclareVariable)
    ]
    component, counter, _ = sorted(declared, key=lambda each: each.name)
    assert isinstance(component, nodes.DeclareComponent)
    assert component.is_counted
    assert counter.name.startswith("anon_var_6_")
    assert assignments(found)[-1] == f"{counter.name} ="


def test_tuples_are_flattened(tmp_path: Path) -> None:
    found = program(tmp_path, "(b, (c, _)) <== (a, (a, a));")
    assert assignments(found) == ["b <==", "c <=="]
    kinds = [type(each) for each in statements_of(found.definitions["T"].body)]
    assert kinds.count(nodes.Evaluate) == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("b <-- I(1)(a, a);", "TAC01"),
        ("b <== I(1)(x <-- a, a <-- a);", "TAC01"),
        ("b <== I(1)(a);", "TAC01"),
        ("b <== I(1)(x <== a, q <== a);", "TAC01"),
        ("b <== I(1)(x <== a, x <== a);", "TAC01"),
        ("b <== I(1)(a, a) + 1;", "TAC01"),
        ("log(I(1)(a, a));", "TAC01"),
        ("assert(I(1)(a, a) == 1);", "TAC01"),
        ("I(1)(a, a) === a;", "TAC01"),
        ("b <== I(I(1)(a, a))(a, a);", "TAC01"),
        ("b <== Z()(a);", "TAC01"),
        ("b <== f(1)(a);", "TAC01"),
        ("while (I(1)(a, a) == 1) { }", "TAC01"),
        ("if (I(1)(a, a) == 1) { }", "TAC01"),
        ("var x[I(1)(a, a)];", "TAC01"),
        ("J()(a);", "TAC02"),
        ("I(1)(a, a);", "TAC02"),
        ("b <== J()(a);", "TAC02"),
        ("_ <== K()(a);", "TAC02"),
        ("(b, c) === (a, a);", "TAC02"),
        ("(b, c) <== (a, a, a);", "TAC02"),
        ("(b, c) <== a;", "TAC02"),
        ("(b, 3) <== (a, a);", "TAC02"),
        ("3 <== a;", "TAC02"),
        ("b <== a + (a, a);", "TAC02"),
        ("var x[(1, 2)];", "TAC02"),
    ],
)
def test_misuse(tmp_path: Path, body: str, code: str) -> None:
    with pytest.raises(CircomError) as caught:
        program(tmp_path, body)
    assert [each.code for each in caught.value.findings] == [code]


@pytest.mark.parametrize(
    ("value", "code"), [("T()(1)", "TAC01"), ("(T(), T())", "TAC02"), ("T((1, 2))", "TAC02")]
)
def test_main(tmp_path: Path, value: str, code: str) -> None:
    path = tmp_path / "main.circom"
    path.write_text(f"pragma circom 2.2.0; template T() {{ }} component main = {value};")
    with pytest.raises(CircomError) as caught:
        load(path)
    assert caught.value.findings[0].code == code


def test_functions_have_none(tmp_path: Path) -> None:
    with pytest.raises(CircomError, match="not allowed in a function"):
        program(tmp_path, "", START + "function g(x) { return I(1)(x, x); }\n")
