"""What only the fflonk verifier has (all else: tests/unit/kzg/test_verifier.py)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.toy_fflonk import CUBE_ROOTS, P, toy_statement, toy_vk
from zkctl.curve import BN254
from zkctl.errors import EncodingError
from zkctl.fflonk import verify as module
from zkctl.fflonk.challenges import Challenges, challenges
from zkctl.fflonk.verify import PreparedVerifyingKey, places_of, verify
from zkctl.kzg.domain_values import domain_values

FR = BN254.scalar_field


def honest() -> Challenges:
    vk, public, proof = toy_statement()
    return challenges(vk, public.to_ints(), proof)


def holds_with(changed: Challenges, monkeypatch: pytest.MonkeyPatch) -> bool:
    """With these challenges and the `inv` that belongs to them, if there is one."""
    vk, public, proof = toy_statement()
    places = places_of(vk, changed)
    domain = domain_values(FR, vk.log_n, places.xi, vk.n_public)
    inv = module.inverse_for_contracts(P, places, domain) if domain else None
    monkeypatch.setattr("zkctl.fflonk.verify.challenges", lambda *_: changed)
    proof = replace(proof, inv=inv or 0)
    once = verify(vk, public, proof)
    assert PreparedVerifyingKey.of(vk).verify(public, proof) == once
    return once


def test_the_helper_accepts_what_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    assert holds_with(honest(), monkeypatch)


@pytest.mark.parametrize("seed", [1, FR.root_of_unity(3), FR.root_of_unity(6), CUBE_ROOTS[1], 0])
def test_a_xi_on_the_domain_is_a_wrong_proof(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """F4: a refusal, not a division by zero; xi = 0 is not on the domain, but where all roots of X^k = xi meet."""
    assert not holds_with(replace(honest(), xi_seed=seed), monkeypatch)


def test_a_y_where_a_commitment_is_opened_is_a_wrong_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    found, root = honest(), FR.root_of_unity
    h_0, h_1, h_2 = (pow(found.xi_seed, k, P) for k in (3, 6, 8))
    h_3 = h_2 * toy_vk().wr % P
    for y in (h_0, h_0 * root(3), h_1, h_1 * root(2), h_2, h_2 * CUBE_ROOTS[1], h_3):
        assert not holds_with(replace(found, y=y % P), monkeypatch)


@pytest.mark.parametrize("name", ["beta", "gamma", "xi_seed", "alpha", "y"])
@pytest.mark.parametrize("value", [0, 2])
def test_other_challenges_do_not_fit(
    name: str, value: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not holds_with(replace(honest(), **{name: value}), monkeypatch)


def test_inv_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """B10, F3: snarkjs' verifier never reads it, its contract does."""
    vk, public, proof = toy_statement()
    for inv in (0, 1, proof.inv + 1, P - proof.inv):
        assert not verify(vk, public, replace(proof, inv=inv % P))
    with pytest.raises(EncodingError, match=r"inv of the proof is not reduced modulo bn254.fr"):
        verify(vk, public, replace(proof, inv=proof.inv + P))


ROOTS = [
    ("w3", 1, "w3 is not a primitive third root of unity"),
    ("w3", 2, "w3 is not a primitive third root of unity"),
    ("w3", 0, "w3 is not a primitive third root of unity"),
    ("w4", P - 1, "w4 is not a primitive fourth root of unity"),
    ("w4", 1, "w4 is not a primitive fourth root of unity"),
    ("w4", FR.root_of_unity(3), "w4 is not a primitive fourth root of unity"),
    ("w8", FR.root_of_unity(2), "w8 is not a primitive eighth root of unity"),
    ("w8", 0, "w8 is not a primitive eighth root of unity"),
    ("wr", 1, "wr is not a third root of the domain's root of unity"),
    ("wr", FR.root_of_unity(3), "wr is not a third root of the domain's root of unity"),
]


@pytest.mark.parametrize(("name", "value", "message"), ROOTS)
def test_roots_of_unity_are_roots(name: str, value: int, message: str) -> None:
    vk, public, proof = toy_statement()
    with pytest.raises(
        EncodingError, match=f"the roots of the verification key are wrong: {message}"
    ):
        verify(replace(vk, **{name: value}), public, proof)


def test_any_primitive_root_will_do() -> None:
    """Another order of the same places."""
    vk, public, proof = toy_statement()
    for changed in (
        {"w3": CUBE_ROOTS[2]},
        {"w4": P - vk.w4},
        {"w8": pow(vk.w8, 3, P)},
        {"wr": vk.wr * CUBE_ROOTS[1] % P},
    ):
        assert verify(replace(vk, **changed), public, proof)


def test_the_domain_belongs_to_its_root() -> None:
    vk, public, proof = toy_statement()
    message = "the roots of the verification key are wrong: wr is not a third root of the domain's root of unity"
    with pytest.raises(EncodingError, match=message):
        verify(replace(vk, log_n=4), public, proof)
