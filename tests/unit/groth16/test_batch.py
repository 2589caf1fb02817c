"""Batch verification: verdicts as those of single verification, whatever fails and wherever."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from tests.support.toy_groth16 import factors_witness, toy_key
from zkctl.curve import BN254, CURVES, Curve, G1Array, multiply_base
from zkctl.curve.batches import ONE_BY_ONE_UP_TO_STATEMENTS
from zkctl.errors import EncodingError, ShapeError
from zkctl.field import FieldArray
from zkctl.groth16 import batch
from zkctl.groth16.batch import verify_batch
from zkctl.groth16.keys import Proof, VerifyingKey
from zkctl.groth16.prove import prove
from zkctl.groth16.verify import ProofStatement, verify

MANY = ONE_BY_ONE_UP_TO_STATEMENTS + 3  # so many that they are combined


@cache
def key(curve: Curve) -> VerifyingKey:
    return toy_key(curve).verifying_key


@cache
def statements(curve: Curve) -> tuple[ProofStatement, ...]:
    """Different statements with their proofs."""
    made = []
    for k in range(3):
        witness = factors_witness(curve.scalar_field, x=k, y=5 * k, tag=1000 + k)
        proof, public = prove(toy_key(curve), witness)
        made.append((public, proof))
    return tuple(made)


def good(n: int, curve: Curve = BN254) -> list[ProofStatement]:
    return [statements(curve)[k % 3] for k in range(n)]


def false(statement: ProofStatement) -> ProofStatement:
    """The statement with another first public signal."""
    public, proof = statement
    return FieldArray(public.field, (public + 1).data), proof


@pytest.mark.parametrize(
    "n", [0, 1, 2, ONE_BY_ONE_UP_TO_STATEMENTS, ONE_BY_ONE_UP_TO_STATEMENTS + 1, MANY, 40]
)
def test_proofs_that_all_hold(n: int) -> None:
    assert verify_batch(key(BN254), good(n)) == [True] * n


@pytest.mark.parametrize("curve", CURVES, ids=str)
@pytest.mark.parametrize("wrong", [(), (4,), (0, MANY - 1)])
def test_both_curves(curve: Curve, wrong: tuple[int, ...]) -> None:
    given = good(MANY, curve)
    for k in wrong:
        given[k] = false(given[k])
    assert verify_batch(key(curve), given) == [k not in wrong for k in range(MANY)]


@pytest.mark.parametrize("wrong", range(MANY))
def test_one_that_fails_at_every_place(wrong: int) -> None:
    given = good(MANY)
    given[wrong] = false(given[wrong])
    assert verify_batch(key(BN254), given) == [k != wrong for k in range(MANY)]


@pytest.mark.parametrize("wrong", range(3))
def test_one_that_fails_among_few(wrong: int) -> None:
    given = good(3)
    given[wrong] = false(given[wrong])
    assert verify_batch(key(BN254), given) == [k != wrong for k in range(3)]


@pytest.mark.parametrize("part", ["a", "b", "c"])
def test_every_part_of_a_proof_counts(part: str) -> None:
    given = good(MANY)
    public, proof = given[5]
    given[5] = public, replace(proof, **{part: -getattr(proof, part)})
    assert verify_batch(key(BN254), given) == [k != 5 for k in range(MANY)]


def test_infinity_in_a_proof_is_just_wrong() -> None:
    given = good(MANY)
    for k, part in enumerate(("a", "b", "c")):
        public, proof = given[k]
        point = getattr(proof, part)
        given[k] = public, replace(proof, **{part: type(point).infinity(point.group)})
    assert verify_batch(key(BN254), given) == [k > 2 for k in range(MANY)]


def test_none_holds() -> None:
    assert verify_batch(key(BN254), [false(one) for one in good(20)]) == [False] * 20


@pytest.mark.parametrize("seed", range(4))
def test_verdicts_are_those_of_single_verification(seed: int) -> None:
    wrong = np.random.default_rng(seed).random(24) < [0.03, 0.1, 0.5, 0.9][seed]
    given = [false(one) if bad else one for one, bad in zip(good(24), wrong, strict=True)]
    assert verify_batch(key(BN254), given) == [verify(key(BN254), *one) for one in given]


# -- the random scalars


def cancelling() -> list[ProofStatement]:
    """Two wrong proofs whose errors cancel in a plain product: C + D and C' - D."""
    given = good(MANY)
    five = FieldArray.from_ints(BN254.scalar_field, [5])
    error = multiply_base(G1Array.generator(BN254.g1), five)[0]
    for k, change in ((2, error), (9, -error)):
        public, proof = given[k]
        given[k] = public, Proof(proof.a, proof.b, proof.c + change)
    return given


def test_errors_that_would_cancel_are_found() -> None:
    assert verify_batch(key(BN254), cancelling()) == [k not in (2, 9) for k in range(MANY)]


def test_equal_scalars_would_miss_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the test before shows what it says."""
    monkeypatch.setattr(batch, "random_scalar", lambda: 12345)
    assert all(verify_batch(key(BN254), cancelling()))


def test_every_statement_gets_its_own_scalars_in_every_run() -> None:
    one, two = (batch._combine(key(BN254), good(MANY)) for _ in range(2))
    assert len(np.unique(np.concatenate([one.scalars, two.scalars]), axis=0)) == 2 * MANY


# -- what is malformed


def test_the_wrong_statement_is_named() -> None:
    given = good(MANY)
    public, proof = given[7]
    data = proof.c.data.copy()
    data[0] ^= np.uint64(1)
    given[7] = public, replace(proof, c=G1Array(BN254.g1, data))
    with pytest.raises(EncodingError, match=r"C of proof 7 is not a point of bn254.g1"):
        verify_batch(key(BN254), given)
    given[7] = public[:1], proof
    with pytest.raises(ShapeError, match="proof 7: expected 2 public signals, got 1"):
        verify_batch(key(BN254), given)


def test_the_key_is_checked_even_without_statements() -> None:
    vk = key(BN254)
    infinite = replace(vk, alpha_g1=G1Array.infinity(BN254.g1))
    with pytest.raises(EncodingError, match="alpha of the verification key is infinity"):
        verify_batch(infinite, [])
