"""Every gadget of the library: its values, its cost beside circom's, and wires that a dishonest prover may choose."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.gadgets import reference
from tests.gadgets.case import GadgetCase, all_cases
from tests.support.all_witnesses import SMALL_FIELDS
from tests.support.circuits import check_all_witnesses, flat
from tests.support.lying_hints import LyingHints
from zkctl.constraints.signals import Role
from zkctl.errors import ZkctlError
from zkctl.field import BLS12_381_FR

EACH = [
    pytest.param(case, id=case.id, marks=[pytest.mark.slow] if case.heavy else [])
    for case in all_cases()
]
LIGHT = 200  # constraints, of those that are tried over the other field too


def of_bn254(case: GadgetCase) -> bool:
    """Do the gadget or the inputs of the case belong to BN254?"""
    module = case.name.rpartition(".")[0]
    return module in BN254_ONLY or case.name == "bits.enforce_canonical"


BN254_ONLY = {
    "curve.baby_jubjub", "curve.compression", "curve.montgomery", "curve.multiply", "hash.mimc", "hash.pedersen", "hash.poseidon2",
    "signature.eddsa", "signature.schnorr", "tree.indexed", "tree.merkle", "tree.sparse",
}  # fmt: skip
# with the scope of the module the tests of a case follow each other, and compile it once
each_case = pytest.mark.parametrize("case", EACH, scope="module")


@each_case
def test_values(case: GadgetCase) -> None:
    compiled = case.compiled()
    witness = compiled.witness(**case.inputs)
    expected = list(case.outputs)
    assert witness[1 : 1 + compiled.program.n_signals(Role.OUTPUT)] == expected
    assert flat(case.circuit(**case.inputs, **case.parameters)) == expected
    for inputs in case.refused:
        with pytest.raises(ZkctlError):
            compiled.witness(**inputs)
        with pytest.raises(ZkctlError):
            case.circuit(**inputs, **case.parameters)


@each_case
def test_cost(case: GadgetCase, data: Path) -> None:
    n_constraints = case.compiled().simplified(2).r1cs.n_constraints
    assert n_constraints == case.constraints
    assert case.circom is None or case.constraints - case.input_rows <= case.circom
    if case.circomlib:
        counts = json.loads((data / "circomlib" / "constraint_counts.json").read_text())
        rows = counts[case.circomlib]["O2"]
        assert case.circom == sum(
            int(rows[f"{kind} constraints"]) for kind in ("non-linear", "linear")
        )


@each_case
def test_no_wire_is_free(case: GadgetCase) -> None:
    compiled = case.compiled()
    changed = LyingHints(compiled, compiled.witness(**case.inputs))
    assert changed.broken_rows() == []
    assert {name for name, _value in changed.free_wires()} == set(case.free)
    assert list(changed.reached()) == []


OVER_BLS12_381 = [
    pytest.param(case, id=case.id, marks=[pytest.mark.slow] if case.constraints > LIGHT else [])
    for case in all_cases()
    if not case.heavy and not of_bn254(case)
]


@pytest.mark.parametrize("case", OVER_BLS12_381)
def test_no_wire_is_free_over_bls12_381(case: GadgetCase) -> None:
    compiled = case.circuit.over(BLS12_381_FR).compile(**case.parameters)
    changed = LyingHints(compiled, compiled.witness(**case.inputs))
    assert changed.broken_rows() == []
    assert {name for name, _value in changed.free_wires()} == set(case.free)
    assert list(changed.reached()) == []
    for inputs in case.refused:
        with pytest.raises(ZkctlError):
            compiled.witness(**inputs)


# The same comparison as field_less_than, which is tried in every run.
LONG_OVER_SMALL_FIELDS = {
    "number.field_order.enforce_field_less_than",
    "number.field_order.enforce_field_less_or_equal",
}
OVER_SMALL_FIELDS = [
    pytest.param(
        case, id=case.id, marks=[pytest.mark.slow] if case.name in LONG_OVER_SMALL_FIELDS else []
    )
    for case in all_cases()
    if case.small_fields
]


@pytest.mark.parametrize("case", OVER_SMALL_FIELDS)
def test_every_witness_over_small_fields(case: GadgetCase) -> None:
    for field in SMALL_FIELDS:
        check_all_witnesses(case.circuit.over(field), case.parameters)


def test_every_gadget_has_a_case() -> None:
    tried = {case.gadget for case in all_cases()}
    untried = {name for name, gadget in reference.public_gadgets().items() if gadget not in tried}
    assert untried == set()


def test_every_docstring_has_a_contract() -> None:
    assert list(reference.parts_without_contract()) == []


def test_the_reference_is_current() -> None:
    assert reference.PAGE.read_text() == reference.page(), "run python -m tests.gadgets.reference"
