"""Small programs with circom2's answers: bytes of .r1cs and .sym at each level, counts, witnesses and logs."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.circom.programs import OK_PROGRAMS, Case, compiled, files_of, logged_witness, names_of
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.errors import ZkctlError


@pytest.fixture(scope="module")
def cases(data: Path) -> dict[str, Case]:
    return {name: Case(data / OK_PROGRAMS / name) for name in names_of(data / OK_PROGRAMS)}


NAMES = sorted(json.loads((Path(__file__).parent / "programs.json").read_text()))


def test_every_program_is_in_the_list(cases: dict[str, Case]) -> None:
    assert sorted(cases) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_bytes_and_counts(name: str, cases: dict[str, Case]) -> None:
    case = cases[name]
    for level in (0, 1, 2):
        circuit = compiled(case, SimplificationLevel(level, is_compatible=True))
        r1cs, sym = files_of(circuit)
        expected = case.expected[f"O{level}"]
        counts = circuit.counts
        assert {
            "instances": counts.n_instances,
            "nonlinear": counts.n_nonlinear,
            "linear": counts.n_linear,
            "public_inputs": counts.n_public_inputs,
            "private_inputs": counts.n_private_inputs,
            "public_outputs": counts.n_public_outputs,
            "wires": counts.n_wires,
            "labels": counts.n_labels,
            "r1cs_sha256": hashlib.sha256(r1cs).hexdigest(),
            "sym_sha256": hashlib.sha256(sym).hexdigest(),
        } == expected


@pytest.mark.parametrize("name", NAMES)
def test_witnesses(name: str, cases: dict[str, Case]) -> None:
    case = cases[name]
    circuit = compiled(case, SimplificationLevel(1, is_compatible=True))
    for example in case.expected.get("witness_O1", []):
        _check_witness(circuit, example)


def _check_witness(circuit: Any, example: dict[str, Any]) -> None:
    if "error" in example:
        with pytest.raises(ZkctlError):
            logged_witness(circuit, example["input"])
        return
    values, log = logged_witness(circuit, example["input"])
    assert [str(value) for value in values] == example["witness"]
    assert log == example["log"]
