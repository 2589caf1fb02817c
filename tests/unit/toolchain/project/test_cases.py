"""Files of inputs that a circuit accepts or refuses; no value is in a result."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from zkctl.errors import EnvironmentProblem, UsageError
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
    assert "777123" not in repr(summary)
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
    assert found["bad_name.json"].message == "no value for input y, flags"
    assert found["bad_more.json"].message == "unknown input z"
    assert found["bad_json.json"].message.startswith("not valid JSON")
    assert found["bad_list.json"].message.startswith(
        "the inputs must be an object of names and values"
    )


@pytest.mark.parametrize("change", [{"flags": [0]}, {"x": str(2**254)}, {"x": True}, {"flags": 1}])
def test_values_of_another_shape_or_size_are_refused(
    tmp_path: Path, change: dict[str, Any]
) -> None:
    found = results(write(tmp_path, bad=GOOD | change, good=GOOD | change))
    assert found["bad.json"].passed
    assert not found["good.json"].passed


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
        "    inputs: other\n    level: 1\n    parameters: {size: 3}\n"
    )
    project = read_project(tmp_path)
    assert circuits_of(project) == [
        CircuitInputs(
            "one", f"{tmp_path}/square.py:square", tmp_path / "inputs/one", root=tmp_path
        ),
        CircuitInputs(
            "two", f"{tmp_path}/square.py", tmp_path / "other", {"size": "3"}, 1, tmp_path
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
