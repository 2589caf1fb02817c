"""Custom templates: sections 4 and 5 of the .r1cs file, whose signals simplification keeps.  The sha256 are those of circom2 0.2.23."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.circom.programs import files_of, logged_witness
from zkctl.circom.circuit import CircomCircuit
from zkctl.circom.compile import compile_program
from zkctl.constraints.custom_gates import CustomGate
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.field import BN254_FR

SOURCE = Path(__file__).parent / "programs" / "custom_templates.circom"
SIMPLE = (
    "4c975e9441c41798780d33fca6738620b4684d562b41bf8639dffb10d3b33e7e",
    "16c9b4c31202e5e02861a83fd90d3529e59de4d52936a1c87ce56cf9d274fdcc",
)
SHA256 = {
    0: (
        "69712d9d301fc09498300139a82887792e205a22f6d328728fdda644befa5066",
        "94be262a43fe073f2fd9bf6479d502535fc9f9a6505726cd4d4835ef03f35ae7",
    ),
    1: SIMPLE,
    2: SIMPLE,
}


def circuit(level: int) -> CircomCircuit:
    return compile_program(SOURCE, [], BN254_FR, SimplificationLevel(level)).circuit


@pytest.mark.parametrize("level", SHA256)
def test_bytes(level: int) -> None:
    made = circuit(level)
    assert made.custom_gates is not None
    found = tuple(hashlib.sha256(file).hexdigest() for file in files_of(made))
    assert found == SHA256[level]


def test_gates_have_their_parameters_by_name_and_signals_as_declared() -> None:
    gates = circuit(0).custom_gates
    assert gates is not None
    assert gates.gates == [CustomGate("G", [5, 6, 3]), CustomGate("G", [1, 2, 4])]
    assert gates.uses[0] == (0, [4, 6, 7, 3, 5])


def test_a_witness_is_computed() -> None:
    values, _ = logged_witness(circuit(0), {"a": 2})
    assert values[1:4] == [(2 + 2 + 6 + 2 + 6) + (2 + 2 + 2), 2, 10]
