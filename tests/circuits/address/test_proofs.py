"""Proofs of the circuits: a proof holds for its public signals only, and cannot be moved to another context."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import pytest

from tests.bench.known_tau import known_tau_key, known_tau_powers
from tests.support.address.circuits import compiled
from tests.support.address.project import CIRCUITS, ProjectCircuit
from zkctl.curve import BN254
from zkctl.field import BN254_FR, FieldArray
from zkctl.field.words import words_from_ints
from zkctl.groth16.keys import Proof, ProvingKey
from zkctl.groth16.prove import prove
from zkctl.groth16.verify import verify
from zkctl.kzg.row_polynomials import log_rows
from zkctl.plonk import prove as plonk_prove
from zkctl.plonk import setup as plonk_setup
from zkctl.plonk import verify as plonk_verify
from zkctl.srs.powers_of_tau import PowersOfTau
from zkctl.toolchain.circuit.proof_rows import with_fewest_rows

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


@pytest.mark.slow
@pytest.mark.parametrize("circuit", WITH_CONTEXT, ids=lambda each: each.id)
def test_a_plonk_proof_is_not_moved_to_another_context(circuit: ProjectCircuit) -> None:
    made = compiled(circuit.name, **circuit.parameters(DEPTH))
    chosen, counts = with_fewest_rows(made, "plonk")
    key = plonk_setup.make_key(chosen.r1cs, powers_of(log_rows(counts.n_rows)))
    inputs = next(iter(circuit.good(DEPTH).values()))
    words = words_from_ints(chosen.witness(**inputs), BN254_FR.n_words)
    proof, public = plonk_prove.prove(key, words)
    assert plonk_verify.verify(key.verifying_key, public, proof)
    signals = public.to_ints()
    for k, value in enumerate(signals):
        changed = [*signals[:k], (value + 1) % BN254_FR.modulus, *signals[k + 1 :]]
        moved = FieldArray.from_ints(BN254_FR, changed)
        assert not plonk_verify.verify(key.verifying_key, moved, proof), f"public signal {k}"


@cache
def powers_of(power: int) -> PowersOfTau:
    return known_tau_powers(BN254, power)
