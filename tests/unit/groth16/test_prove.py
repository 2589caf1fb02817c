"""Proving: what is accepted, what is refused, fresh randomness."""

from __future__ import annotations

import os

import numpy as np
import pytest

from tests.support.toy_groth16 import circuit, contribute, factors_witness, powers_of_tau, toy_key
from zkctl.curve import BN254, CURVES, Curve
from zkctl.errors import EncodingError, ShapeError, UnsatisfiedError
from zkctl.field import BN254_FR, FieldArray, words_from_ints
from zkctl.groth16 import prove as module
from zkctl.groth16.prove import prove
from zkctl.groth16.setup import initial_key
from zkctl.groth16.verify import verify


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_proof_holds_for_its_public_signals_only(curve: Curve) -> None:
    key, field = toy_key(curve), curve.scalar_field
    proof, public = prove(key, factors_witness(field))
    assert public.to_ints() == [55, 77]
    assert verify(key.verifying_key, public, proof)
    for other in ([56, 77], [55, 78], [77, 55], [0, 0]):  # 77 is used by no constraint, still bound
        assert not verify(key.verifying_key, FieldArray.from_ints(field, other), proof)


@pytest.mark.parametrize("part", [1, 2, 3, 4])
def test_sums_may_be_taken_in_parts(part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POINTS_AT_ONCE", part)
    proof, public = prove(toy_key(BN254), factors_witness(BN254_FR))
    assert verify(toy_key(BN254).verifying_key, public, proof)


def test_circuit_without_public_signals() -> None:
    r1cs = circuit(BN254_FR, [([(1, 1)], [(1, 1)], [(2, 1)])], 3, 0, 0)
    key = contribute(initial_key(r1cs, powers_of_tau(BN254, 1)), 5)
    proof, public = prove(key, words_from_ints([1, 9, 81], 4))
    assert len(public) == 0
    assert verify(key.verifying_key, public, proof)


def test_witness_that_breaks_the_circuit_gives_no_proof() -> None:
    wrong = factors_witness(BN254_FR)
    wrong[1, 0] += 1
    with pytest.raises(
        UnsatisfiedError, match="the witness does not satisfy the circuit of this key"
    ) as caught:
        prove(toy_key(BN254), wrong)
    assert "`r1cs`" in caught.value.hint


def _changed(index: int, value: int) -> np.ndarray:
    words = factors_witness(BN254_FR)
    words[index] = words_from_ints([value], 4)[0]
    return words


def test_witness_of_another_length_is_refused() -> None:
    for words in (factors_witness(BN254_FR)[:-1], np.concatenate([factors_witness(BN254_FR)] * 2)):
        with pytest.raises(ShapeError, match=f"the key has 5 wires, the witness {len(words)}"):
            prove(toy_key(BN254), words)


@pytest.mark.parametrize("value", [BN254_FR.modulus, BN254_FR.modulus + 5, 2**256 - 1])
def test_witness_that_is_not_reduced_is_refused(value: int) -> None:
    with pytest.raises(
        EncodingError, match=r"witness value 3 is not below the modulus of bn254.fr"
    ):
        prove(toy_key(BN254), _changed(3, value))


@pytest.mark.parametrize("value", [0, 2, 2**64 + 1])
def test_witness_must_begin_with_one(value: int) -> None:
    with pytest.raises(EncodingError, match="witness value 0 must be the constant 1"):
        prove(toy_key(BN254), _changed(0, value))


def test_blinding_comes_from_the_operating_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both numbers of every proof are drawn anew (tests/unit/field/test_sampling.py has the rest)."""
    key, asked = toy_key(BN254), list[int]()

    def urandom(n: int) -> bytes:
        asked.append(n)
        return bytes([16 * len(asked)]) + bytes(n - 1)

    monkeypatch.setattr(os, "urandom", urandom)
    prove(key, factors_witness(BN254_FR))
    assert asked == [32, 32]


@pytest.mark.parametrize("side_by_side", [1, 1 << 15])
@pytest.mark.parametrize("threads", ["1", "2", "5"])
def test_sums_in_turn_and_side_by_side(
    side_by_side: int, threads: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SIDE_BY_SIDE_UP_TO_ROWS", side_by_side)
    monkeypatch.setenv("ZKCTL_THREADS", threads)
    key = toy_key(BN254)
    proof, public = prove(key, factors_witness(BN254_FR))
    assert verify(key.verifying_key, public, proof)
