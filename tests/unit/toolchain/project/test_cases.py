"""Files of inputs that a circuit accepts or refuses; no value is in a result."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from zkctl.errors import AdviceFailed, EnvironmentProblem, UsageError
from zkctl.toolchain.project.cases import CircuitInputs, circuits_of, run_cases
from zkctl.toolchain.project.results import CaseResult
from zkctl.toolchain.project.settings import read_project

TEXT = """
from zkctl.dsl import Array, Bit, Signal, circuit, constrain, hint, private

def half(x):
    return x // 2

@circuit
def square(x: Signal = private(), y: Signal = private(), flags: Array[Bit] = private(2)) -> Signal:
    constrain(x * x == y, "y is not the square of x")
    return flags[0] + flags[1]
"""
GOOD = {"x": "777123", "y": str(777123**2), "flags": [0, 1]}


def write(folder: Path, **documents: Any) -> CircuitInputs:
    (folder / "inputs").mkdir(exist_ok=True)
    (folder / "square.py").write_text(TEXT)
    for name, values in documents.items():
        text = values if isinstance(values, str) else json.dumps(values)
        (folder / "inputs" / f"{name}.json").write_text(text)
    return CircuitInputs("square", str(folder / "square.py"), folder / "inputs")


def results(circuit: CircuitInputs) -> dict[str, CaseResult]:
    summary = run_cases([circuit])
    assert "777123" not in repr(summary).partition(" at 0x")[0]
    assert summary.n_cases == len(summary.cases)
    assert summary.n_failed == sum(not case.passed for case in summary.cases)
    return {case.file: case for case in summary.cases}


def test_good_and_bad_files(tmp_path: Path) -> None:
    found = results(
        write(
            tmp_path, b=GOOD, a=GOOD, bad=GOOD | {"x": "777124"}, bad_flag=GOOD | {"flags": [0, 2]}
        )
    )
    assert list(found) == ["a.json", "b.json", "bad.json", "bad_flag.json"]
    assert all(case.passed for case in found.values())
    assert found["a.json"].message == ""
    assert found["bad.json"].message.startswith("refused: constraint ")
    assert found["bad.json"].message.endswith(" is not satisfied: y is not the square of x")
    assert found["bad_flag.json"].message.endswith("input flags is not 0 or 1")


SUMS = """
from zkctl.dsl import Array, Signal, circuit, constrain, private

@circuit
def sums(a: Array[Signal] = private(6)) -> Signal:
    total = a[0] + a[1] + a[2] + a[3] + a[4] + a[5]
    constrain(total * a[0] == 21, "the product is not 21")
    return sum((total * total + k) * (total + a[k]) for k in range(6))
"""


def test_a_circuit_for_plonk(tmp_path: Path) -> None:
    """The cases run on the constraints that `for` chooses, which have wires for shared sums."""
    (tmp_path / "sums.py").write_text(SUMS)
    (tmp_path / "inputs").mkdir()
    for name, values in {"good": [1, 2, 3, 4, 5, 6], "bad": [1, 2, 3, 4, 5, 7]}.items():
        (tmp_path / "inputs" / f"{name}.json").write_text(json.dumps({"a": values}))
    of_plonk = CircuitInputs(
        "sums", str(tmp_path / "sums.py"), tmp_path / "inputs", fewest_rows_of="plonk"
    )
    assert [case.passed for case in run_cases([of_plonk]).cases] == [True, True]


def test_the_wrong_way_round(tmp_path: Path) -> None:
    found = results(write(tmp_path, wrong=GOOD | {"x": "777124"}, bad=GOOD))
    assert not found["wrong.json"].passed
    assert found["wrong.json"].message.endswith("is not satisfied: y is not the square of x")
    assert found["wrong.json"].where.startswith("square.py:9:15 in square\n")
    assert found["bad.json"] == CaseResult(
        "square",
        "bad.json",
        False,
        "is accepted: expected a refusal, got none",
        "",
        found["bad.json"].seconds,
    )


def test_bad_files_that_would_be_refused_by_every_circuit(tmp_path: Path) -> None:
    found = results(
        write(tmp_path, bad_name={"x": "1"}, bad_json="{", bad_more=GOOD | {"z": 1}, bad_list="[]")
    )
    assert not any(case.passed for case in found.values())
    none = "is refused by no constraint: "
    assert found["bad_name.json"].message == f"{none}no value for input y, flags"
    assert found["bad_more.json"].message == f"{none}unknown input z"
    assert found["bad_json.json"].message.startswith(f"{none}not valid JSON")
    assert found["bad_list.json"].message.startswith(
        f"{none}the inputs must be an object of names and values"
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"flags": [0]}, "input flags needs an array [2], but flags is a list of 1"),
        ({"flags": 1}, "input flags needs an array [2], but flags is a single value"),
        ({"x": str(2**254)}, "input x is not below the modulus of bn254.fr"),
        ({"x": True}, "an input must be an integer, found a boolean"),
        ({"x": "one"}, "the text is not a decimal or 0x integer"),
    ],
)
def test_what_every_circuit_refuses_is_no_refusal(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    """But by the text that zkctl.yaml expects of it."""
    circuit = write(tmp_path, bad=GOOD | change, good=GOOD | change)
    found = results(circuit)
    assert not any(case.passed for case in found.values())
    assert message in found["good.json"].message
    assert found["bad.json"].message.startswith(f"is refused by no constraint: {message[:12]}")
    found = results(replace(circuit, expect={"bad": message[:12]}))
    assert found["bad.json"].passed


def test_expected_texts(tmp_path: Path) -> None:
    """A text is looked for in message and place; a file that is expected must be there."""
    circuit = write(tmp_path, bad=GOOD | {"x": "777124"}, bad2=GOOD | {"x": "777124"}, bad3=GOOD)
    expect = {"bad": "square of x", "bad2": "not 0 or 1", "bad3": "square", "bad4": "x"}
    found = results(replace(circuit, expect=expect))
    assert found["bad.json"].passed
    assert found["bad2.json"].message.startswith(
        "is refused for another reason: expected 'not 0 or 1', got constraint "
    )
    assert found["bad3.json"].message == "is accepted: expected a refusal, got none"
    assert not found["bad4.json"].passed
    assert (
        found["bad4.json"].message
        == "no such file: expected one, because zkctl.yaml expects its refusal, got none"
    )
    assert results(replace(circuit, expect={"bad": "square.py:9"}))["bad.json"].passed


def test_a_failing_assertion_of_advice_is_no_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    circuit = write(tmp_path, bad=GOOD)

    def fail(*_: object) -> None:
        problem = AdviceFailed("an assertion of the advice f fails: x is not small")
        problem.public_message = problem.message
        raise problem

    monkeypatch.setattr("zkctl.constraints.evaluate.Evaluator.words", fail)
    (case,) = results(circuit).values()
    assert not case.passed
    message = "an assertion of the advice f fails: x is not small"
    assert case.message == f"is refused by no constraint: {message}"
    (case,) = results(replace(circuit, expect={"bad": "not small"})).values()
    assert case.passed


def test_which_files_are_tried(tmp_path: Path) -> None:
    circuit = write(tmp_path, good=GOOD)
    folder = tmp_path / "inputs"
    (folder / "good.json").rename(folder / "Gut \u00e4 1.JSON")
    (folder / "._good.json").write_text("")
    (folder / "bad.json").mkdir()
    found = results(circuit)
    assert list(found) == ["Gut \u00e4 1.JSON", "bad.json"]
    assert found["bad.json"].message == "not a regular file: it is a folder"
    assert not found["bad.json"].passed


def test_a_circuit_without_inputs_is_not_tested(tmp_path: Path) -> None:
    circuit = write(tmp_path)
    (tmp_path / "inputs" / "notes.txt").write_text("")
    (case,) = results(circuit).values()
    assert (case.file, case.passed) == ("", False)
    assert case.message == "no inputs: expected *.json, got none"
    missing = CircuitInputs("square", circuit.source, tmp_path / "nowhere")
    (case,) = results(missing).values()
    assert case.where == str(tmp_path / "nowhere")


def test_a_circuit_that_does_not_compile_is_a_failed_case_and_the_others_run(
    tmp_path: Path,
) -> None:
    circuit = write(tmp_path, good=GOOD)
    (tmp_path / "broken.py").write_text("1 / 0")
    broken = CircuitInputs("broken", str(tmp_path / "broken.py"), tmp_path / "inputs")
    summary = run_cases([broken, circuit])
    assert [(case.circuit, case.file, case.passed) for case in summary.cases] == [
        ("broken", "", False),
        ("square", "good.json", True),
    ]
    assert (
        summary.cases[0].message == "the circuit's code failed: ZeroDivisionError: division by zero"
    )


def test_hints_that_are_python_run(tmp_path: Path) -> None:
    circuit = write(tmp_path, good={"x": 9})
    text = TEXT.partition("@circuit")[0]
    (tmp_path / "square.py").write_text(
        f"{text}\n@circuit\ndef c(x: Signal = private()) -> Signal:\n    (h,) = hint(half, x, n_outputs=1)\n"
        "    constrain(h * 2 + 1 == x)\n    return h\n"
    )
    (case,) = results(circuit).values()
    assert case.passed, case.message


def test_the_report(tmp_path: Path) -> None:
    circuit = write(tmp_path, good=GOOD, bad=GOOD)
    report = tmp_path / "report.xml"
    assert run_cases([circuit], junit=report).files == [str(report)]
    root = ElementTree.parse(report).getroot()  # noqa: S314  # our own output
    assert root.attrib["failures"] == "1"
    with pytest.raises(EnvironmentProblem):
        run_cases([circuit], junit=report)
    run_cases([circuit], junit=report, force=True)
    with pytest.raises(UsageError):
        run_cases([circuit], junit=Path(circuit.source), force=True)


def test_circuits_of_a_project(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "zkctl.yaml").write_text(
        "version: 1\ncircuits:\n  one:\n    source: square.py:square\n  two:\n    source: square.py\n"
        "    inputs: other\n    level: 1\n    parameters: {size: 3}\n    expect: {bad_x: 'not x'}\n"
    )
    project = read_project(tmp_path)
    assert circuits_of(project) == [
        CircuitInputs(
            "one", f"{tmp_path}/square.py:square", tmp_path / "inputs/one", root=tmp_path
        ),
        CircuitInputs(
            "two",
            f"{tmp_path}/square.py",
            tmp_path / "other",
            {"size": "3"},
            1,
            tmp_path,
            {"bad_x": "not x"},
        ),
    ]
    assert [each.name for each in circuits_of(project, "two")] == ["two"]
    with pytest.raises(UsageError):
        circuits_of(project, "three")


def test_a_pipe_among_the_inputs_keeps_nobody_waiting(tmp_path: Path) -> None:
    circuit = write(tmp_path, good=GOOD)
    os.mkfifo(tmp_path / "inputs" / "bad_pipe.json")
    found = results(circuit)
    assert found["good.json"].passed
    assert not found["bad_pipe.json"].passed
    assert found["bad_pipe.json"].message == "not a regular file: it is a pipe"
