"""Section 18 of the specification of the language: where circom crashes or says nothing, here is a refusal with a line or a finding."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.circom_lint import body_circuit, circom_circuit, codes_of, findings_of
from zkctl.circom.findings import CircomError
from zkctl.constraints.evaluate import evaluate
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.errors import CircuitError, ZkctlError
from zkctl.toolchain.circuit.circom_source import CircomChoices, compile_circom

MAIN = " component main = T();"


def witness(body: str, *inputs: int) -> list[int]:
    return evaluate(body_circuit(body).program, list(inputs))


@pytest.mark.parametrize(
    "text",
    [
        "bus B() { B() b; } template T() { B() b; }" + MAIN,
        "template R(n) { component r = R(n + 1); } template T() { component r = R(0); }" + MAIN,
        "template T() { var x = 5 % 0; }" + MAIN,
        "template T() { var x = 0x; }" + MAIN,
        "template T() { var x = parallel 1; }" + MAIN,
    ],
    ids=["recursive-bus", "endless-templates", "5 % 0", "0x", "parallel 1"],
)
def test_what_crashes_circom_is_refused_with_a_line(text: str) -> None:
    with pytest.raises(CircomError) as caught:
        circom_circuit(text)
    assert "main.circom:2:" in caught.value.where


@pytest.mark.parametrize("level", [1, 2])
def test_contradictory_constants_are_refused_unless_circoms_bytes_are_asked_for(
    level: int, tmp_path: Path
) -> None:
    source = tmp_path / "pins.circom"
    source.write_text(
        "pragma circom 2.2.0; template T() { signal input k; k === 1; k === 2; }" + MAIN
    )
    with pytest.raises(CircuitError, match="contradict each other"):
        compile_circom(source, tmp_path, CircomChoices(level=SimplificationLevel(level)))
    compatible = CircomChoices(level=SimplificationLevel(level, is_compatible=True))
    assert compile_circom(source, tmp_path, compatible).n_constraints == 0


def test_a_quotient_by_zero_is_zero_and_lint_warns_of_the_divisor() -> None:
    body = "signal input a; signal input b; signal output q; q <-- a / b; q * b === a;"
    assert witness(body, 0, 0)[1] == 0
    (finding,) = [each for each in findings_of(body_circuit(body)) if each.code == "L006"]
    assert finding.level == "warning"
    assert "keeps the divisor b from being 0" in finding.message


def test_private_inputs_that_vanish_are_reported(tmp_path: Path) -> None:
    source = tmp_path / "c.circom"
    source.write_text(
        "pragma circom 2.2.0; template T() { signal input a; signal input b; signal output o; o <== a * a; }"
        + MAIN
    )
    (warning,) = compile_circom(source, tmp_path, CircomChoices()).warnings
    assert warning == "1 of 2 private inputs stand in no constraint: nothing is proved about them"


INDEXED = "signal input a; signal input i; signal output o; signal s[4]; s[i] <-- a; "


def test_an_unknown_index_of_a_signal_is_checked_at_run_time_and_found_by_lint() -> None:
    body = INDEXED + "o <== s[2] + 1;"
    assert witness(body, 7, 2)[1] == 8
    assert witness(body, 7, 1)[1] == 1
    for index in (4, 1 << 200):
        with pytest.raises(ZkctlError):
            witness(body, 7, index)
    assert {"L001", "L020"} <= codes_of(body_circuit(body))


FIRST = "var seen = 0; var r = 0; for (var i = 1; i < 4; i++) { r = seen == 0 ? a + i : 0; if (a == i) { seen = 1; } } o <-- r;"
COUNT = "var e = a; var n = 0; while (e > 0) { e = e >> 1; n++; } o <-- n;"


@pytest.mark.parametrize(
    ("code", "inputs", "result"),
    [
        (FIRST, (1,), 0),
        (FIRST, (9,), 12),
        ("o <-- twice(a) == 8 ? 2 : 0;", (4,), 2),
        ("o <-- twice(a) == 8 ? 2 : 0;", (5,), 0),
        (COUNT, (255,), 8),
        (COUNT, (-1,), 0),  # comparisons are signed
    ],
)
def test_hints_compute_what_the_text_says(code: str, inputs: tuple[int], result: int) -> None:
    circuit = body_circuit(
        f"signal input a; signal output o; {code}", "function twice(x) { return 2 * x; }"
    )
    values = [value % circuit.field.modulus for value in inputs]
    assert evaluate(circuit.program, values)[1] == result


@pytest.mark.parametrize(
    "body",
    ['log("a//b");', "signal input a[2]; for (var i = 0; i < 2; i++) if (i == 1) { a[i] === 1; }"],
)
def test_what_circom_refuses_for_no_good_reason_is_refused_too(body: str) -> None:
    with pytest.raises(CircomError) as caught:
        circom_circuit(f"template T() {{ {body} }}" + MAIN)
    assert "main.circom:2:" in caught.value.where
