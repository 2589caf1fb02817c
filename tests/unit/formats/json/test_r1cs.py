"""The JSON of constraint systems; `factors` is x * (y + 3) = product over five wires."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.toy_groth16 import Constraint, circuit, factors
from zkctl.constraints.custom_gates import CustomGate, CustomGates
from zkctl.curve import CURVES, Curve
from zkctl.field import BN254_FR
from zkctl.formats.json.layout import ROWS_AT_ONCE
from zkctl.formats.json.r1cs import r1cs_pieces

P = BN254_FR.modulus
FACTORS = f"""{{
 "n8": 32,
 "prime": "{P}",
 "nVars": 5,
 "nOutputs": 1,
 "nPubInputs": 1,
 "nPrvInputs": 2,
 "nLabels": 5,
 "nConstraints": 1,
 "useCustomGates": false,
 "constraints": [
  [
   {{
    "3": "1"
   }},
   {{
    "0": "3",
    "4": "1"
   }},
   {{
    "1": "1"
   }}
  ]
 ],
 "map": [
  0,
  1,
  2,
  3,
  4
 ],
 "customGates": [
 ],
 "customGatesUses": [
 ]
}}"""


def exported(constraints: list[Constraint], custom: CustomGates | None = None) -> dict[str, Any]:
    r1cs = circuit(BN254_FR, constraints, 12, 1, 1)
    document = json.loads("".join(r1cs_pieces(r1cs, custom)))
    assert isinstance(document, dict)
    return document


def test_a_small_circuit_line_by_line() -> None:
    assert "".join(r1cs_pieces(factors(BN254_FR), None)) == FACTORS


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_the_field_is_that_of_the_circuit(curve: Curve) -> None:
    document = json.loads("".join(r1cs_pieces(factors(curve.scalar_field), None)))
    assert document["prime"] == str(curve.scalar_field.modulus)
    assert document["n8"] == 32


def test_wires_are_in_the_order_of_numbers() -> None:
    (row,) = exported([([(10, 5), (2, -1)], [], [(11, 0)])])["constraints"]
    assert [list(side.items()) for side in row] == [
        [("2", str(P - 1)), ("10", "5")],
        [],
        [("11", "0")],
    ]


def test_coefficients_of_one_wire_add_up() -> None:
    (row,) = exported([([(3, 1), (4, 2), (3, 5)], [(4, -1), (4, 1)], [])])["constraints"]
    assert row == [{"3": "6", "4": "2"}, {"4": "0"}, {}]


def test_blocks_of_rows_join() -> None:
    n = ROWS_AT_ONCE + 2
    rows: list[Constraint] = [([(k % 12, k + 1)], [(0, k)] * (k % 2), []) for k in range(n)]
    document = exported(rows)
    assert document["nConstraints"] == n
    expected = [[{str(k % 12): str(k + 1)}, {"0": str(k)} if k % 2 else {}, {}] for k in range(n)]
    assert document["constraints"] == expected


def test_a_circuit_without_constraints() -> None:
    document = exported([])
    assert (document["nConstraints"], document["constraints"]) == (0, [])


def test_custom_gates_are_listed() -> None:
    gates = [CustomGate("Range", [10, P - 1]), CustomGate("Free", [])]
    document = exported([], CustomGates(gates, [(1, [5, 6, 4]), (0, [])]))
    assert document["useCustomGates"] is True
    assert document["customGates"] == [
        {"templateName": "Range", "parameters": ["10", str(P - 1)]},
        {"templateName": "Free", "parameters": []},
    ]
    assert document["customGatesUses"] == [
        {"id": 1, "signals": [5, 6, 4]},
        {"id": 0, "signals": []},
    ]


def test_sections_for_gates_without_gates() -> None:
    document = exported([], CustomGates([], []))
    assert document["useCustomGates"] is True
    assert document["customGates"] == document["customGatesUses"] == []
