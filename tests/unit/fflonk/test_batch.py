"""Batches of fflonk (all else: tests/unit/plonk/test_batch.py, for both systems)."""

from __future__ import annotations

from tests.support.toy_fflonk import toy_statement
from zkctl.curve import G1Array
from zkctl.fflonk.batch import verify_batch
from zkctl.fflonk.keys import Proof


def test_verdicts_in_order() -> None:
    vk, public, proof = toy_statement()
    point = G1Array.generator(vk.curve.g1)
    wrong = Proof(proof.c_1, proof.c_2, proof.w_1, point, proof.evaluations, proof.inv)
    assert verify_batch(vk, [(public, proof), (public, wrong)]) == [True, False]
