"""L019: an assert of circom that no constraint implies."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.circom_lint import body_circuit, circom_circuit, codes_of, findings_of
from zkctl import circom
from zkctl.dsl import Signal, Uint, circuit, private
from zkctl.lint.compiled import system_of
from zkctl.lint.findings import LintFinding
from zkctl.lint.prove import prove
from zkctl.lint.registry import run_passes
from zkctl.lint.subject import subject_of

CODE = "L019"
DECLARED = "signal input a; signal input b; signal output o; o <== a * b;\n"


def found(body: str) -> list[LintFinding]:
    return [each for each in findings_of(body_circuit(DECLARED + body)) if each.code == CODE]


@pytest.mark.parametrize(
    ("condition", "constraint"),
    [
        ("a == b", "write `a === b;`"),
        ("a != 0", "write `signal same <== IsEqual()([a, 0]); same === 0;`"),
        ("a < 2**32", "write `signal bits[n] <== Num2Bits(n)(a);`, where 2**n is 2**32"),
        ("a == 0 || a == 1", "write `(a - 0) * (a - 1) === 0;`"),
        ("a*(a - 1) == 0 && b == 2", "write `a*(a - 1) === 0; b === 2;`"),
        ("a >= b", "write `signal ok <== GreaterEqThan(n)([a, b]); ok === 1;`, and prove"),
        ("a >> 8 == 0", "compute by constraints a signal that is 1 if the condition holds"),
        ("b", "compute by constraints a signal that is 1 if the condition holds"),
    ],
)
def test_b27_an_assert_without_a_constraint_is_a_warning_with_the_constraint_to_write(
    condition: str, constraint: str
) -> None:
    (finding,) = found(f"assert({condition});")
    assert finding.level == "warning"
    assert finding.message == (
        f"assert({condition}) in T() binds the honest prover only: no constraint implies it"
    )
    assert finding.hint.startswith(constraint)
    assert finding.span is not None
    assert finding.span.text == f"assert({condition});"


@pytest.mark.parametrize(
    ("constraints", "conditions"),
    [
        ("a === b;", ["a == b", "a + 1 == b + 1", "!(a != b)"]),
        ("signal s; s <== a * a; s === b;", ["a * a == s", "a * a == b"]),
        ("a * (a - 1) === 0;", ["a == 0 || a == 1", "a * (a - 1) == 0", "a < 2", "a * a == a"]),
        ("signal i; i <-- 1 / a; i * a === 1;", ["a != 0", "a", "!(a == 0)"]),
        (
            "component n = Bits(8); n.in <== a;",
            ["a < 256", "a < 1 << 8", "a <= 255", "a >> 8 == 0", "a \\ 256 == 0", "a & 255 < 256", "a % 7 < 7"],
        ),
        ("component z = IsNull(); z.in <== a - b; z.out === 0;", ["a != b", "b - a != 0"]),
        ("component z = IsNull(); z.in <== a - b; z.out === 1;", ["a == b", "z.out", "a - b < 1"]),
        (
            "component l = Less(8); l.x <== a; l.y <== b; l.out === 1;",
            ["a < b", "b > a", "a <= b", "b >= a", "!(a >= b)", "a < b || a == 7", "l.out == 1 && a < b"],
        ),
        ("a === 5;", ["a == 5", "a < 6", "a != 0", "a % 2 == 1", "a * a == 25"]),
    ],
)  # fmt: skip
def test_b27_an_assert_that_constraints_imply_is_no_finding(
    constraints: str, conditions: list[str]
) -> None:
    body = constraints + "".join(f"\nassert({each});" for each in conditions)
    assert [each.message for each in found(body)] == []


def test_b27_a_condition_that_is_known_when_the_circuit_is_compiled_is_no_finding() -> None:
    program = "template T(n) { signal input a; signal output o; assert(n < 8); o <== a * a; } component main = T(4);"
    assert CODE not in codes_of(circom_circuit(program))


def test_b27_a_constraint_of_other_values_does_not_imply_the_condition() -> None:
    assert found("component n = Bits(9); n.in <== a;\nassert(a < 256);")
    assert found("component l = Less(8); l.x <== b; l.y <== a; l.out === 1;\nassert(a < b);")
    assert found("a * (a - 2) === 0;\nassert(a < 2);")
    assert found("component z = IsNull(); z.in <== a;\nassert(a != 0);")
    assert found("a === b + 1;\nassert(a == b);")


def test_each_assert_is_reported_once_for_all_components_of_its_template() -> None:
    inner = "template C() { signal input x; signal output y; assert(x != 3); y <== x * x; } "
    main = "template T() { signal input a[3]; signal output o[3]; component c[3]; for (var k = 0; k < 3; k++) { c[k] = C(); "
    program = inner + main + "c[k].x <== a[k]; o[k] <== c[k].y; } } component main = T();"
    findings = [each for each in findings_of(circom_circuit(program)) if each.code == CODE]
    assert len(findings) == 1
    assert [span.function for span in findings[0].chain] == ["C()", "T(), component c[0]", "main"]


def test_an_assert_under_a_condition_that_is_not_known_is_a_finding() -> None:
    (finding,) = found("if (a == 1) { assert(b > 3); }")
    assert finding.message.startswith("assert(b > 3) in T()")


TEMPLATES = """pragma circom 2.0.0;
template Capped(n) { signal input a; signal output b; assert(a < n); b <== a * a; }
template Bit() { signal input a; signal output b; assert(a == 0 || a == 1); a * (a - 1) === 0; b <== 1 - a; }
template Outer() { signal input a; signal output b; component c = Capped(9); c.a <== a + 1; b <== c.b; }
"""


def test_b27_templates_that_a_python_circuit_calls_are_looked_at(tmp_path: Path) -> None:
    """Also those inside of others, whose ports are sums."""
    (tmp_path / "t.circom").write_text(TEMPLATES)
    templates = circom.load(tmp_path / "t.circom")

    @circuit
    def main(x: Signal = private()) -> Signal:
        return templates.Outer()(x) + templates.Outer()(x + 2) + templates.Bit()(x)

    (finding,) = [each for each in run_passes(subject_of(main.compile())) if each.code == CODE]
    assert finding.message.startswith("assert(a < n) in Capped(9) binds the honest prover only")
    assert finding.span is not None
    assert (finding.span.file, finding.span.line) == ("t.circom", 2)


def test_the_condition_is_about_the_wires_of_the_copy(tmp_path: Path) -> None:
    (tmp_path / "t.circom").write_text(TEMPLATES)
    templates = circom.load(tmp_path / "t.circom")

    @circuit
    def bounded(x: Uint = private(bits=3)) -> Signal:
        return templates.Outer()(x)

    @circuit
    def unbounded(x: Uint = private(bits=4)) -> Signal:
        return templates.Outer()(x)

    for program, is_found in ((bounded, False), (unbounded, True)):
        subject = subject_of(compiled := program.compile(), prove(system_of(compiled)))
        assert (CODE in {each.code for each in run_passes(subject)}) == is_found
