from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.oracle import montgomery_curve as oracle
from tests.oracle.curve_signatures import Signed, holds, sign_eddsa
from tests.oracle.montgomery_curve import GENERATOR
from tests.support.circuits import check_circuit
from tests.support.curve_signatures import OF_CIRCOMLIBJS, S_BY_MIMC, S_BY_SPONGE, TORSION, P
from zkctl.dsl import Bit, Signal, circuit, private
from zkctl.errors import UnsatisfiedError
from zkctl.gadgets.curve.baby_jubjub import Point
from zkctl.gadgets.curve.baby_jubjub_parameters import SUBGROUP_ORDER
from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.gadgets.signature.eddsa import (
    EddsaSignature,
    is_eddsa_poseidon_valid,
    verify_eddsa_mimc,
    verify_eddsa_mimc_sponge,
    verify_eddsa_poseidon,
)


@circuit
def verified(
    public_key: Point = private(),
    signature: EddsaSignature = private(),
    message: Signal = private(),
) -> None:
    verify_eddsa_poseidon(public_key, signature, message)


@circuit
def valid(
    public_key: Point = private(),
    signature: EddsaSignature = private(),
    message: Signal = private(),
) -> Bit:
    return is_eddsa_poseidon_valid(public_key, signature, message)


def changed(inputs: dict[str, Any], **other: Any) -> dict[str, Any]:
    return {**inputs, **other}


def forged() -> list[dict[str, Any]]:
    """Signatures that are not valid, with a key and an S that are well-formed."""
    good = OF_CIRCOMLIBJS[1]
    r8, s = good["signature"]
    return [
        changed(good, message=2),
        changed(good, public_key=oracle.negate(good["public_key"])),
        changed(good, signature=(oracle.negate(r8), s)),
        changed(good, signature=(r8, s + 1)),
        changed(good, signature=(oracle.add(r8, TORSION[4]), s)),
        changed(good, signature=((0, 0), 0)),
        changed(good, signature=((0, 1), 0)),
    ]


def malformed() -> list[dict[str, Any]]:
    """Keys and S for which there is no witness."""
    good = OF_CIRCOMLIBJS[0]
    r8, s = good["signature"]
    keys = [changed(good, public_key=p) for p in [*TORSION, (0, 0), (1, 1)]]
    easy = [changed(good, public_key=p, signature=((0, 1), 0)) for p in TORSION]
    long = [changed(good, signature=(r8, s + k * SUBGROUP_ORDER)) for k in (1, 3, 7)]
    return [*keys, *easy, *long, changed(good, signature=(r8, P - 1))]


@pytest.mark.slow
def test_signatures_by_poseidon() -> None:
    check_circuit(verified, OF_CIRCOMLIBJS, [*forged(), *malformed()])
    compiled = check_circuit(valid, [*OF_CIRCOMLIBJS, *forged()], malformed())
    assert [compiled.witness(**each)[1] for each in OF_CIRCOMLIBJS] == [1] * 3
    assert [compiled.witness(**each)[1] for each in forged()] == [0] * len(forged())


@pytest.mark.slow
@pytest.mark.parametrize("key", [1, 2, SUBGROUP_ORDER - 1, 3**120])
def test_keys_and_nonces_at_the_edges(key: int) -> None:
    for nonce in (1, key):
        public, (r8, s) = sign_eddsa(poseidon, key, nonce, 5)
        assert holds(public, Signed(r8, s), 8 * poseidon(*r8, *public, 5))
        verified(public_key=public, signature=(r8, s), message=5)


def test_a_key_with_a_part_of_small_order_verifies_as_in_circomlib() -> None:
    """The part does not count: h stands for the key as given, the equation for eight times it."""
    key, nonce, message = 77, 99, 3
    public = oracle.add(oracle.multiply(key, oracle.multiply(8, GENERATOR)), TORSION[3])
    r8 = oracle.multiply(8 * nonce, GENERATOR)
    h = poseidon(*r8, *public, message)
    verified(public_key=public, signature=(r8, (nonce + 8 * h * key) % SUBGROUP_ORDER), message=3)


def test_the_message_of_a_signature_that_is_not_valid() -> None:
    with pytest.raises(UnsatisfiedError, match="the signature is not valid"):
        verified(**forged()[0])


def test_the_published_signature(data: Path) -> None:
    vectors = json.loads((data / "circomlib" / "circomlibjs_vectors.json").read_text())["eddsa"]
    public = tuple(int(x) for x in vectors["pub"])
    given = vectors["poseidon"]
    signature = (tuple(int(x) for x in given["R8"]), int(given["S"]))
    assert valid(public_key=public, signature=signature, message=1234) == 1
    assert valid(public_key=public, signature=signature, message=1235) == 0


@pytest.mark.parametrize("k", range(3))
def test_signatures_by_mimc(k: int) -> None:
    given = OF_CIRCOMLIBJS[k]
    r8, s = given["signature"]
    verify_eddsa_mimc(given["public_key"], (r8, S_BY_MIMC[k]), given["message"])
    verify_eddsa_mimc_sponge(given["public_key"], (r8, S_BY_SPONGE[k]), given["message"])
    with pytest.raises(UnsatisfiedError, match="the signature is not valid"):
        verify_eddsa_mimc(given["public_key"], (r8, s), given["message"])
    with pytest.raises(UnsatisfiedError, match="the signature is not valid"):
        verify_eddsa_mimc_sponge(given["public_key"], (r8, S_BY_MIMC[k]), given["message"])
