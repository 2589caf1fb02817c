"""Zero knowledge: attacks that succeed on a broken sampler and fail on the real one (docs/design/security-cases.md, N57).

No correctness test can see a missing blinding factor: such proofs verify everywhere.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterator
from functools import cache, reduce
from itertools import repeat
from operator import add

import numpy as np
import pytest

from tests.support.toy_groth16 import circuit, contribute, powers_of_tau
from zkctl.curve import (
    BN254,
    G1Array,
    G2Array,
    is_pairing_product_one,
    msm_words,
    multiply_base,
)
from zkctl.curve.group import P
from zkctl.field import BN254_FR, FieldArray, words_from_ints
from zkctl.field.sampling import random_nonzero
from zkctl.field.words import Words
from zkctl.groth16 import prove as module
from zkctl.groth16.keys import Proof, ProvingKey
from zkctl.groth16.qap import evaluations, quotient
from zkctl.groth16.setup import initial_key
from zkctl.poly.domain import Domain
from zkctl.toolchain.proof.prove import prove as prove_files

SECRET = 173  # one byte, known to the prover alone


@cache
def key() -> ProvingKey:
    """Public 77 = secret * cofactor, over wires: one, public, secret, cofactor."""
    r1cs = circuit(BN254_FR, [([(2, 1)], [(3, 1)], [(1, 1)])], 4, 1, 0)
    return contribute(initial_key(r1cs, powers_of_tau(BN254, 2)), 0xB11ED)


def witness(secret: int) -> Words:
    p = BN254_FR.modulus
    return words_from_ints([1, 77, secret, 77 * pow(secret, -1, p) % p], 4)


def prove(secret: int = SECRET) -> Proof:
    return module.prove(key(), witness(secret))[0]


def combine(points: P, words: Words) -> P:
    """Row by row the sum of words[row, j] points[j].  Shapes: (n,), (m, n, n_words) -> (m,)."""
    products = [
        multiply_base(point, FieldArray.from_words(BN254_FR, words[:, j]))
        for j, point in enumerate(points)
    ]
    return reduce(add, products)


@cache
def unblinded(*candidates: int) -> Proof:
    """What A, B, C are for each candidate without blinding, from the public key alone."""
    k, domain = key(), Domain(BN254_FR, 2)
    w = np.stack([witness(candidate) for candidate in candidates])
    h = [quotient(*evaluations(k.coefficients, row, domain), domain).to_words() for row in w]
    return Proof(
        k.alpha_g1 + combine(k.a_query, w),
        k.beta_g2 + combine(k.b_g2_query, w),
        combine(k.l_query, w[:, 2:]) + combine(k.h_query, np.stack(h)),
    )


CANDIDATES = range(1, 256)


def matches(proof: Proof) -> list[int]:
    """Candidates of whose unblinded A, B or C the proof consists."""
    guesses = unblinded(*CANDIDATES)
    equal = [getattr(guesses, name) == getattr(proof, name) for name in ("a", "b", "c")]
    return [CANDIDATES[i] for i in np.flatnonzero(np.any(equal, axis=0))]


def _sampler(monkeypatch: pytest.MonkeyPatch, values: Iterator[int]) -> None:
    monkeypatch.setattr(module, "random_nonzero", lambda _field: next(values))


def test_z1_no_element_of_a_proof_tells_a_small_witness() -> None:
    assert matches(prove()) == []


def test_z1_attack_finds_the_witness_without_blinding(monkeypatch: pytest.MonkeyPatch) -> None:
    _sampler(monkeypatch, repeat(0))
    assert matches(prove()) == [SECRET]


def _same_blinding(proof: Proof, candidate: int) -> bool:
    """e(A - A0, delta_2) = e(delta_1, B - B0): holds for r = s and the right candidate."""
    guess = unblinded(candidate)
    a, b = proof.a - guess.a[0], proof.b - guess.b[0]
    return is_pairing_product_one(
        BN254,
        G1Array.concatenate([a, -key().delta_g1]),
        G2Array.concatenate([key().delta_g2, b]),
    )


def test_z2_equal_r_and_s_would_confirm_the_witness(monkeypatch: pytest.MonkeyPatch) -> None:
    real = prove()
    _sampler(monkeypatch, repeat(987654321))
    broken = prove()
    assert [c for c in (172, SECRET, 174) if _same_blinding(broken, c)] == [SECRET]
    assert not any(_same_blinding(real, c) for c in (172, SECRET, 174))


def test_z2_reused_r_would_tell_the_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    real = prove(5).a - prove(9).a
    _sampler(monkeypatch, iter([111, 222, 111, 333]))
    broken = prove(5).a - prove(9).a
    guess = unblinded(5).a[0] - unblinded(9).a[0]
    assert (broken == guess).all()
    assert not (real == guess).all()


def test_proofs_of_one_witness_are_all_distinct() -> None:
    proofs = [prove() for _ in range(12)]
    for name in ("a", "b", "c"):
        assert len({getattr(proof, name).data.tobytes() for proof in proofs}) == len(proofs)


def test_nobody_can_choose_the_blinding() -> None:
    assert list(inspect.signature(module.prove).parameters) == ["key", "witness"]
    names = set(inspect.signature(prove_files).parameters)
    assert names == {
        "key",
        "witness",
        "proof_output",
        "public_output",
        "r1cs",
        "force",
        "allow_insecure",
        "expect_public",
        "progress",
    }


def test_blinding_is_uniform() -> None:
    """Chi-square over 64 equal parts of 1 .. r - 1: below 120 but for one run in 50,000."""
    n, parts = 16384, 64
    draws = [random_nonzero(BN254_FR) for _ in range(n)]
    assert min(draws) > 0
    counts = np.bincount([d * parts // BN254_FR.modulus for d in draws], minlength=parts)
    assert len(counts) == parts
    assert float(((counts - n / parts) ** 2).sum() / (n / parts)) < 120


def test_forked_processes_draw_different_blinding() -> None:
    children = []
    for _ in range(16):
        readable, writable = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.write(writable, str(random_nonzero(BN254_FR)).encode())
            os._exit(0)
        os.close(writable)
        children.append((pid, readable))
    drawn = set()
    for pid, readable in children:
        os.waitpid(pid, 0)
        drawn.add(os.read(readable, 100))
        os.close(readable)
    assert len(drawn) == 16


def test_blinding_is_where_the_paper_puts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """With known r, s the proof is A0 + r delta, B0 + s delta, and C accordingly."""
    r, s = 1234567, 7654321
    _sampler(monkeypatch, iter([r, s]))
    proof, guess, k = prove(), unblinded(SECRET), key()

    def times(point: G1Array, scalar: int) -> G1Array:
        return multiply_base(point, FieldArray.from_ints(BN254_FR, [scalar]))[0]

    b_g1 = k.beta_g1 + msm_words(k.b_g1_query, witness(SECRET)) + times(k.delta_g1, s)
    c = guess.c[0] + times(proof.a, s) + times(b_g1, r) - times(k.delta_g1, r * s)
    assert (proof.a == guess.a[0] + times(k.delta_g1, r)).all()
    assert (proof.c == c).all()
