"""Forged proofs as permanent tests: the mathematics accepts them, so the key must be refused.

Cases of docs/design/security-cases.md: N48 to N51, N59, N88.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.support.toy_groth16 import (
    Secrets,
    contribute,
    factors,
    factors_witness,
    lagrange_values,
    powers_of_tau,
    save_key,
    toy_key,
)
from zkctl.ceremony.beacon import beacon_rng
from zkctl.ceremony.contribution import ContributorKind
from zkctl.ceremony.policy import warnings_for_verifying_key
from zkctl.ceremony.primitives.sampling import sample_scalar
from zkctl.curve import BN254, G1Array, G2Array, msm, multiply_base
from zkctl.errors import IntegrityError
from zkctl.field import BN254_FR, FieldArray
from zkctl.formats.binary.zkey_groth16 import read_zkey
from zkctl.formats.json.groth16_text import proof_json
from zkctl.formats.json.snarkjs_text import public_json
from zkctl.groth16.keys import Proof, VerifyingKey
from zkctl.groth16.prove import prove
from zkctl.groth16.setup import initial_key
from zkctl.groth16.verify import verify
from zkctl.toolchain.proof.export_vkey import export_verification_key
from zkctl.toolchain.proof.setup import make_key
from zkctl.toolchain.proof.verify import verify as verify_files

LIE = [31337, 4242]  # public signals nobody has a witness for


def _times(point: G1Array, scalar: int) -> G1Array:
    return multiply_base(point, FieldArray.from_ints(BN254_FR, [scalar]))[0]


def forge(vk: VerifyingKey, public: FieldArray, k: int) -> Proof:
    """A proof of anything under delta = k gamma: A = alpha, B = beta, C = -vk_x / k."""
    x = vk.gamma_abc_g1[0] + msm(vk.gamma_abc_g1[1:], public)
    return Proof(vk.alpha_g1, vk.beta_g2, _times(-x, pow(k, -1, BN254_FR.modulus)))


def test_key_without_contribution(data: Path, tmp_path: Path) -> None:
    """N48: the forged proof verifies, so the key is refused by verify and export."""
    key = data / "golden_bn128" / "multiplier_0000.zkey"
    vk, public = read_zkey(key).key.verifying_key, FieldArray.from_ints(BN254_FR, LIE)
    proof = forge(vk, public, 1)
    assert verify(vk, public, proof)
    paths = [tmp_path / name for name in ("vkey.json", "public.json", "proof.json")]
    with pytest.raises(IntegrityError, match="no phase-2 contribution, anyone can forge proofs"):
        export_verification_key(key, output=paths[0])
    export_verification_key(key, output=paths[0], allow_insecure=True)
    paths[1].write_text(public_json(public))
    paths[2].write_text(proof_json(proof))
    with pytest.raises(IntegrityError, match=r"delta = 1 \* gamma, anyone can forge proofs"):
        verify_files(paths[0], public=paths[1], proof=paths[2])
    allowed = verify_files(paths[0], public=paths[1], proof=paths[2], allow_insecure=True)
    assert allowed.valid
    assert "[VK-DELTA]" in allowed.warnings[0]


def test_key_with_a_beacon_only(data: Path, tmp_path: Path) -> None:
    """N49: delta follows from public bytes; nothing in the verification key shows it."""
    key = data / "golden_bn128" / "multiplier_final.zkey"
    stored = read_zkey(key)
    origin = stored.contributions[0].origin
    assert origin.kind == ContributorKind.BEACON
    k = sample_scalar(BN254_FR, beacon_rng(origin.beacon, origin.iterations))
    vk, public = stored.key.verifying_key, FieldArray.from_ints(BN254_FR, LIE)
    assert verify(vk, public, forge(vk, public, k))
    assert warnings_for_verifying_key(vk) == []
    with pytest.raises(IntegrityError, match="only public-beacon phase-2 contributions"):
        export_verification_key(key, output=tmp_path / "vkey.json")


def test_known_phase_1_under_an_honest_phase_2(data: Path, tmp_path: Path) -> None:
    """N59: tau, alpha, beta known, delta unknown; [1/delta]_1 comes from h_query[0]."""
    p, secrets, r1cs = BN254_FR.modulus, Secrets(), factors(BN254_FR)
    key = initial_key(r1cs, powers_of_tau(BN254, 2, secrets))
    key = contribute(
        contribute(key, 0x1234567890ABCDEF1234567), 0xFEDCBA0987654321
    )  # not used below
    first_odd = lagrange_values(BN254_FR, 3, secrets.tau)[1]
    one_over_delta = _times(key.h_query[0], pow(first_odd, -1, p))
    values = lagrange_values(BN254_FR, 2, secrets.tau)
    # gamma_abc exponents of `factors`: wire 0 is in B (coefficient 3), wire 1 in C, wire 2 nowhere
    ic = [
        secrets.beta * values[1] + secrets.alpha * 3 * values[0],
        secrets.beta * values[2] + values[0],
        secrets.beta * values[3],
    ]
    total = sum(a * b for a, b in zip(ic, [1, *LIE], strict=True)) % p
    vk, public = key.verifying_key, FieldArray.from_ints(BN254_FR, LIE)
    forged = Proof(vk.alpha_g1, vk.beta_g2, _times(-one_over_delta, total))
    assert verify(vk, public, forged)
    golden = data / "golden_bn128"
    with pytest.raises(IntegrityError, match="only public-beacon phase-1 contributions"):
        make_key(golden / "multiplier.r1cs", golden / "pot6_final.ptau", output=tmp_path / "key")


def _g1(vk: VerifyingKey) -> G1Array:
    return G1Array.generator(vk.curve.g1)


def _g2(vk: VerifyingKey, k: int) -> G2Array:
    scalars = FieldArray.from_ints(vk.curve.scalar_field, [k])
    return multiply_base(G2Array.generator(vk.curve.g2), scalars)[0]


WEAK: dict[str, Callable[[VerifyingKey], VerifyingKey]] = {
    "delta = -1 * gamma": lambda vk: replace(vk, delta_g2=-vk.gamma_g2),
    "delta = 65536 * gamma": lambda vk: replace(vk, delta_g2=_g2(vk, 65536)),
    "alpha = 1 is a public number": lambda vk: replace(vk, alpha_g1=_g1(vk)),
    "beta = 1 is a public number": lambda vk: replace(vk, beta_g2=_g2(vk, 1)),
    "public input 2 is not bound separately from input 1": lambda vk: replace(
        vk, gamma_abc_g1=vk.gamma_abc_g1[np.array([0, 1, 1])]
    ),
}


@pytest.mark.parametrize("message", WEAK)
def test_weak_verification_keys_are_refused(message: str, tmp_path: Path) -> None:
    """N50, N51, at the door that everybody uses: `zkctl verify`."""
    vk = WEAK[message](toy_key(BN254).verifying_key)
    key = replace(
        toy_key(BN254),
        alpha_g1=vk.alpha_g1,
        beta_g2=vk.beta_g2,
        delta_g2=vk.delta_g2,
        gamma_abc_g1=vk.gamma_abc_g1,
    )
    save_key(tmp_path / "key.zkey", key)
    export_verification_key(
        tmp_path / "key.zkey", output=tmp_path / "vkey.json", allow_insecure=True
    )
    proof, public = prove(toy_key(BN254), factors_witness(BN254_FR))
    (tmp_path / "proof.json").write_text(proof_json(proof))
    (tmp_path / "public.json").write_text(public_json(public))
    paths = [tmp_path / f"{name}.json" for name in ("vkey", "public", "proof")]
    with pytest.raises(IntegrityError, match=re.escape(message)):
        verify_files(paths[0], public=paths[1], proof=paths[2])
    assert not verify_files(paths[0], public=paths[1], proof=paths[2], allow_insecure=True).valid


def test_unused_public_input_is_bound(tmp_path: Path) -> None:
    """N88: without the extra rows of the setup, any value of an unused input would verify."""
    proof, _ = prove(toy_key(BN254), factors_witness(BN254_FR, tag=77))
    vk = toy_key(BN254).verifying_key
    assert verify(vk, FieldArray.from_ints(BN254_FR, [55, 77]), proof)
    assert not verify(vk, FieldArray.from_ints(BN254_FR, [55, 78]), proof)
    unbound = vk.gamma_abc_g1.data.copy()
    unbound[2] = 0  # what a setup without those rows would give for wire 2
    weak = replace(vk, gamma_abc_g1=G1Array(BN254.g1, unbound))
    with pytest.raises(IntegrityError, match="public input 2 is not bound, its point is infinity"):
        warnings_for_verifying_key(weak)
