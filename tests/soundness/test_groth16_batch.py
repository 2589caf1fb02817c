"""A batch accepts nothing that single verification refuses, also when the errors are chosen to cancel."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.toy_groth16 import factors_witness, toy_key
from zkctl.curve import BN254, G1Array, multiply_base, multiply_each
from zkctl.curve.batches import ONE_BY_ONE_UP_TO_STATEMENTS
from zkctl.field import BN254_FR, FieldArray
from zkctl.groth16 import batch
from zkctl.groth16.batch import verify_batch
from zkctl.groth16.keys import Proof
from zkctl.groth16.prove import prove
from zkctl.groth16.verify import ProofStatement, verify

N = 2 * ONE_BY_ONE_UP_TO_STATEMENTS + 1
KEY = toy_key(BN254)
VK = KEY.verifying_key


@pytest.fixture(scope="module")
def honest() -> list[ProofStatement]:
    pair = []
    for x in (3, 4):
        proof, public = prove(KEY, factors_witness(BN254_FR, x=x, tag=x))
        pair.append((public, proof))
    return [pair[k % 2] for k in range(N)]


def times(point: G1Array, n: int) -> G1Array:
    return multiply_base(point, FieldArray.from_ints(BN254_FR, [n]))[0]


def exchange_public(given: list[ProofStatement]) -> set[int]:
    (one, first), (two, second) = given[4:6]
    given[4:6] = [(two, first), (one, second)]
    return {4, 5}


def exchange_proofs(given: list[ProofStatement]) -> set[int]:
    (one, first), (two, second) = given[0], given[N - 2]
    given[0], given[N - 2] = (one, second), (two, first)
    return {0, N - 2}


def shift_c(given: list[ProofStatement]) -> set[int]:
    """Errors 1, 2, ... and minus their sum: they cancel over all of the batch, and over no half."""
    error = G1Array.generator(BN254.g1)
    for k, (public, proof) in enumerate(given):
        n = k + 1 if k < N - 1 else -sum(range(1, N))
        given[k] = public, Proof(proof.a, proof.b, proof.c + times(error, n % BN254_FR.modulus))
    return set(range(N))


def cancel_alpha(given: list[ProofStatement]) -> set[int]:
    """e(A, B) twice as large in one, nothing in the other: their plain product is right."""
    public, proof = given[2]
    given[2] = public, Proof(times(proof.a, 2), proof.b, proof.c)
    given[4] = public, Proof(G1Array.infinity(BN254.g1), proof.b, proof.c)
    return {2, 4}


ATTACKS = [exchange_public, exchange_proofs, shift_c, cancel_alpha]


@pytest.mark.parametrize("attack", ATTACKS)
def test_every_wrong_one_is_found(honest: list[ProofStatement], attack: Any) -> None:
    given = list(honest)
    wrong = attack(given)
    assert [verify(VK, *one) for one in given] == [k not in wrong for k in range(N)]
    for _ in range(3):
        assert verify_batch(VK, given) == [k not in wrong for k in range(N)]


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_attacks_would_work_without_randomness(
    honest: list[ProofStatement], attack: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = list(honest)
    attack(given)
    monkeypatch.setattr(batch, "random_scalar", lambda: 1)
    assert all(verify_batch(VK, given))


def test_short_scalars_could_be_guessed(
    honest: list[ProofStatement], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Errors weighted with the inverses of the scalars cancel: whoever knows them can forge."""
    known = iter(range(1, N + 1))
    monkeypatch.setattr(batch, "random_scalar", lambda: next(known))
    given = list(honest)
    weights = FieldArray.from_ints(BN254_FR, [pow(k, -1, BN254_FR.modulus) for k in (1, 2)])
    error = G1Array.concatenate([G1Array.generator(BN254.g1)] * 2)
    shifts = multiply_each(error, weights)
    for k, shift in enumerate((shifts[0], -shifts[1])):
        public, proof = given[k]
        given[k] = public, Proof(proof.a, proof.b, proof.c + shift)
    assert all(verify_batch(VK, given))
    monkeypatch.undo()
    assert verify_batch(VK, given) == [k > 1 for k in range(N)]


def test_changed_proofs_that_hold_are_accepted(honest: list[ProofStatement]) -> None:
    """Malleability is by design: only wrong statements fail."""
    given = [(public, Proof(-proof.a, -proof.b, proof.c)) for public, proof in honest]
    assert all(verify_batch(VK, given))
