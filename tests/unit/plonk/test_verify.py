"""What only the PLONK verifier has (all else: tests/unit/kzg/test_verifier.py)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.toy_plonk import toy_proof, toy_statement, toy_vk
from tests.support.toy_rows import ROWS, Rows
from zkctl.curve import BN254, CURVES, Curve
from zkctl.kzg.transcript import Transcript
from zkctl.plonk.challenges import challenges
from zkctl.plonk.verify import PreparedVerifyingKey, verify


@pytest.mark.parametrize("curve", CURVES, ids=str)
@pytest.mark.parametrize("n_public", [0, 1, 2])
def test_any_number_of_public_signals(curve: Curve, n_public: int) -> None:
    rows = Rows(curve, rows=(*ROWS[:n_public], *ROWS[2:]), n_public=n_public)
    vk = toy_vk(curve, rows)
    public, proof = toy_proof(curve, rows=rows)
    assert len(public) == n_public
    assert verify(vk, public, proof)
    assert PreparedVerifyingKey.of(vk).verify(public, proof)
    assert not verify(vk, public, replace(proof, eval_a=1))


@pytest.mark.parametrize("exponent", range(8))
def test_a_zeta_on_the_domain_is_a_wrong_proof(
    exponent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F4: the Lagrange polynomials have no such value there; a refusal, not a division by zero."""
    vk, public, proof = toy_statement(BN254)
    found = challenges(vk, public.to_ints(), proof)
    zeta = pow(BN254.scalar_field.root_of_unity(3), exponent, BN254.scalar_field.modulus)
    monkeypatch.setattr("zkctl.plonk.verify.challenges", lambda *_: replace(found, zeta=zeta))
    assert not verify(vk, public, proof)
    assert not PreparedVerifyingKey.of(vk).verify(public, proof)


@pytest.mark.parametrize("name", ["beta", "gamma", "alpha", "zeta", "v", "u"])
@pytest.mark.parametrize("value", [0, 2])
def test_other_challenges_do_not_fit(
    name: str, value: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    vk, public, proof = toy_statement(BN254)
    found = challenges(vk, public.to_ints(), proof)
    monkeypatch.setattr("zkctl.plonk.verify.challenges", lambda *_: replace(found, **{name: value}))
    assert verify(vk, public, proof) == (name == "u")  # any u combines two equations that both hold


def test_any_u_combines_the_equations_but_not_for_a_wrong_opening(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """So that the test before shows what it says."""
    vk, public, proof = toy_statement(BN254)
    found = challenges(vk, public.to_ints(), proof)
    wrong = replace(proof, w_zeta_omega=-proof.w_zeta_omega)
    monkeypatch.setattr("zkctl.plonk.verify.challenges", lambda *_: replace(found, u=0))
    assert verify(vk, public, wrong)
    monkeypatch.setattr("zkctl.plonk.verify.challenges", lambda *_: replace(found, u=1))
    assert not verify(vk, public, wrong)


def test_every_verification_has_its_own_transcript(monkeypatch: pytest.MonkeyPatch) -> None:
    vk, public, proof = toy_statement(BN254)
    seen: list[int] = []
    challenge = Transcript.challenge

    def remember(self: Transcript) -> int:
        value = challenge(self)
        seen.append(value)
        return value

    monkeypatch.setattr(Transcript, "challenge", remember)
    key = PreparedVerifyingKey.of(vk)
    assert key.verify(public, proof)
    assert not key.verify(public + 1, proof)
    assert key.verify(public, proof)
    assert seen[:6] == seen[12:]
    assert not set(seen[:5]) & set(seen[6:11])
