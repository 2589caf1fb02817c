"""Templates in Python circuits compute what they compute as main: every signal of every program, at each level of simplification."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.circom.in_python import compare
from tests.circom.programs import OK_PROGRAMS, Case, compiled, names_of
from tests.circom.test_run_time_code import ANSWERS, PROGRAMS
from tests.circom.test_run_time_code import compiled as compiled_file
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.errors import CircuitError

NAMES = sorted(json.loads((Path(__file__).parent / "programs.json").read_text()))
CONTRADICTORY = "simp_contradictory_constants"


@pytest.fixture(scope="module")
def cases(data: Path) -> dict[str, Case]:
    return {name: Case(data / OK_PROGRAMS / name) for name in names_of(data / OK_PROGRAMS)}


@pytest.mark.parametrize("name", NAMES)
def test_programs(name: str, cases: dict[str, Case], tmp_path: Path) -> None:
    case = cases[name]
    found = compiled(case, SimplificationLevel(0))
    examples = [each["input"] for each in case.expected.get("witness_O1", [])]
    if name == CONTRADICTORY:
        with pytest.raises(CircuitError, match="contradicts others"):
            compare(found, case.folder / "main.circom", examples, tmp_path)
    else:
        compare(found, case.folder / "main.circom", examples, tmp_path)


@pytest.mark.parametrize(("name", "inputs", "_outputs"), ANSWERS)
def test_run_time_code(
    name: str, inputs: dict[str, object], _outputs: list[int], tmp_path: Path
) -> None:
    path = PROGRAMS / f"run_time_{name}.circom"
    compare(compiled_file(path), path, [inputs], tmp_path)
