"""Hostile statements are refused by the constraints alone, when the witness is written by hand and its program checks nothing."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

from tests.support.address.cases import Bad
from tests.support.address.circuits import compiled
from tests.support.address.project import CIRCUITS, SMALL_DEPTH, ProjectCircuit
from tests.support.address.statements import rules
from tests.support.forged_witness import ForgedWitness
from zkctl.field import BN254_FR, FieldArray

RULE = re.compile(r"[A-Z]\d: ")
CASES = [
    (circuit, name, bad)
    for circuit in CIRCUITS
    for name, bad in circuit.hostile(SMALL_DEPTH).items()
    if "needs an array" not in bad.refusal
]


@cache
def honest(circuit: ProjectCircuit) -> ForgedWitness:
    inputs: dict[str, Any] = next(iter(circuit.good(SMALL_DEPTH).values()))
    return ForgedWitness(compiled(circuit.name, **circuit.parameters(SMALL_DEPTH)), inputs)


@pytest.mark.parametrize(
    ("circuit", "name", "bad"), CASES, ids=[f"{each.id}-{name}" for each, name, _ in CASES]
)
def test_rows_refuse(circuit: ProjectCircuit, name: str, bad: Bad) -> None:
    """Numbers from p on are their residues in a witness, so the reader alone refuses them: their names end in `p`."""
    witness = honest(circuit)
    values = witness.forged(witness.inputs(bad.inputs))
    broken = witness.refusals(values)
    is_residue = "is not below the modulus" in bad.refusal
    assert (broken == []) <= is_residue
    if RULE.match(bad.refusal):
        assert bad.refusal[:2] in rules(broken)
    simple = compiled(circuit.name, **circuit.parameters(SMALL_DEPTH)).simplified()
    kept = values if simple.program.kept is None else [values[k] for k in simple.program.kept]
    first = simple.r1cs.first_unsatisfied(FieldArray.from_ints(BN254_FR, kept))
    assert (first is None) == (broken == [])
