"""Proofs of the circuits: a proof holds for its public signals only, and cannot be moved to another context."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import pytest

from tests.bench.known_tau import known_tau_key
from tests.support.address.circuits import compiled
from tests.support.address.project import CIRCUITS, ProjectCircuit
from zkctl.field import BN254_FR, FieldArray
from zkctl.field.words import words_from_ints
from zkctl.groth16.keys import Proof, ProvingKey
from zkctl.groth16.prove import prove
from zkctl.groth16.verify import verify

DEPTH = 3
IDS = [each.id for each in CIRCUITS]
WITH_CONTEXT = [each for each in CIRCUITS if each.id != "nonrevocation-v1"]


@cache
def key_of(name: str, depth: int) -> ProvingKey:
    circuit = next(each for each in CIRCUITS if each.name == name)
    return known_tau_key(compiled(name, **circuit.parameters(depth)).simplified().r1cs)


def proved(circuit: ProjectCircuit, inputs: dict[str, Any]) -> tuple[Proof, list[int]]:
    simple = compiled(circuit.name, **circuit.parameters(DEPTH)).simplified()
    words = words_from_ints(simple.witness(**inputs), BN254_FR.n_words)
    proof, public = prove(key_of(circuit.name, DEPTH), words)
    return proof, public.to_ints()


def holds(circuit: ProjectCircuit, public: Sequence[int], proof: Proof) -> bool:
    key = key_of(circuit.name, DEPTH)
    return verify(key.verifying_key, FieldArray.from_ints(BN254_FR, public), proof)


@pytest.mark.parametrize("circuit", CIRCUITS, ids=IDS)
def test_a_change_of_each_public_signal(circuit: ProjectCircuit) -> None:
    inputs = next(iter(circuit.good(DEPTH).values()))
    proof, public = proved(circuit, inputs)
    assert holds(circuit, public, proof)
    p = BN254_FR.modulus
    for k, value in enumerate(public):
        for other in {(value + 1) % p, (value - 1) % p}:
            changed = [*public[:k], other, *public[k + 1 :]]
            assert not holds(circuit, changed, proof), f"public signal {k}"


@pytest.mark.parametrize("circuit", WITH_CONTEXT, ids=lambda each: each.id)
def test_a_proof_is_not_moved_to_another_context(circuit: ProjectCircuit) -> None:
    """The same statement to two verifiers: each accepts the proof for its own context only."""
    inputs = next(iter(circuit.good(DEPTH).values()))
    (first, here), (second, there) = (
        proved(circuit, {**inputs, "context": context}) for context in (1001, 2002)
    )
    assert here[:-1] == there[:-1]
    assert (here[-1], there[-1]) == (1001, 2002)
    assert holds(circuit, here, first)
    assert holds(circuit, there, second)
    assert not holds(circuit, there, first)
    assert not holds(circuit, here, second)
