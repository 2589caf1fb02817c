"""Templates in Python circuits compute what they compute as main: every signal of every program, at each level of simplification."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.circom.in_python import (
    calling,
    flat_inputs,
    main_template,
    satisfied,
    values_by_name,
    witness,
)
from tests.circom.programs import OK_PROGRAMS, Case, compiled, names_of
from tests.circom.test_run_time_code import ANSWERS, PROGRAMS
from tests.circom.test_run_time_code import compiled as compiled_file
from zkctl.circom.circuit import CircomCircuit, SimplificationLevel
from zkctl.constraints.evaluate import evaluate
from zkctl.constraints.signals import Role
from zkctl.errors import CircuitError, ZkctlError

NAMES = sorted(json.loads((Path(__file__).parent / "programs.json").read_text()))
CONTRADICTORY = "simp_contradictory_constants"


@pytest.fixture(scope="module")
def cases(data: Path) -> dict[str, Case]:
    return {name: Case(data / OK_PROGRAMS / name) for name in names_of(data / OK_PROGRAMS)}


def compare(found: CircomCircuit, path: Path, examples: list[dict[str, Any]], folder: Path) -> None:
    """Compare the values of all signals, and check all constraints."""
    template = main_template(found, path)
    whole = calling(template)
    levels = [whole.simplified(level) for level in (0, 1, 2)]
    for inputs in examples:
        flat, values = flat_inputs(found, template, inputs)
        try:
            expected = evaluate(found.program, flat)
        except ZkctlError as refused:
            with pytest.raises(type(refused)):
                witness(whole, values, folder)
            continue
        wires = [witness(each, values, folder) for each in levels]
        assert all(satisfied(each.r1cs, wires[k]) for k, each in enumerate(levels))
        labels = {name.removeprefix("main."): label for label, _, _, name in found.symbols()}
        named = values_by_name(whole, wires[0])
        named = {name: value for name, value in named.items() if name in labels}  # no hidden wires
        assert {name: expected[labels[name]] for name in named} == named
        n_outputs = sum(g.size for g in found.main.signals if g.role is Role.OUTPUT)
        assert wires[0][1 : 1 + n_outputs] == expected[1 : 1 + n_outputs]
        # outputs of the template may be those of the circuit, its inputs are the circuit's
        assert len(named) >= found.main.n_signals - n_outputs - len(values)


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
