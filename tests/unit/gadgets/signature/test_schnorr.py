from __future__ import annotations

from typing import Any

import pytest

from tests.oracle import montgomery_curve as oracle
from tests.oracle.curve_signatures import Signed, holds
from tests.oracle.montgomery_curve import GENERATOR
from tests.support.circuits import check_circuit
from tests.support.curve_signatures import TORSION, P, signed_by_schnorr
from zkctl.dsl import Bit, Signal, circuit, private
from zkctl.errors import UnsatisfiedError
from zkctl.gadgets.curve.baby_jubjub import Point
from zkctl.gadgets.curve.baby_jubjub_parameters import SUBGROUP_ORDER
from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.gadgets.signature.schnorr import (
    DOMAIN,
    SchnorrSignature,
    is_schnorr_valid,
    verify_schnorr,
)


@circuit
def verified(
    public_key: Point = private(),
    signature: SchnorrSignature = private(),
    message: Signal = private(),
) -> None:
    verify_schnorr(public_key, signature, message)


@circuit
def valid(
    public_key: Point = private(),
    signature: SchnorrSignature = private(),
    message: Signal = private(),
) -> Bit:
    return is_schnorr_valid(public_key, signature, message)


GOOD = [
    signed_by_schnorr(1, 2, 0),
    signed_by_schnorr(SUBGROUP_ORDER - 1, 3**100, P - 1),
    signed_by_schnorr(5**90, 7, 123),
]


def forged() -> list[dict[str, Any]]:
    """Signatures that are not valid, with a key and an s that are well-formed."""
    good = GOOD[2]
    r, s = good["signature"]
    return [
        {**good, "message": 124},
        {**good, "public_key": oracle.negate(good["public_key"])},
        {**good, "signature": (oracle.negate(r), s)},
        {**good, "signature": (r, s - 1)},
        {**good, "signature": (oracle.add(r, TORSION[4]), s)},
        {**good, "signature": ((0, 0), 0)},
    ]


def malformed() -> list[dict[str, Any]]:
    """Keys and s for which there is no witness."""
    good = GOOD[2]
    r, s = good["signature"]
    with_torsion = oracle.add(good["public_key"], TORSION[4])
    keys = [*TORSION, with_torsion, (0, 0), (1, 1), GENERATOR]
    bad = [{**good, "public_key": key} for key in keys]
    bad += [{**good, "signature": (r, s + k * SUBGROUP_ORDER)} for k in (1, 7)]
    return [*bad, {**good, "public_key": (0, 1), "signature": ((0, 1), 0)}]


def test_the_domain() -> None:
    assert DOMAIN.to_bytes(20, "big") == b"zkctl.schnorr.bjj.v1"


def test_the_equation() -> None:
    for good in GOOD:
        public, (r, s) = good["public_key"], good["signature"]
        challenge = poseidon(DOMAIN, *r, *public, good["message"])
        assert holds(public, Signed(r, s), challenge)
        assert valid(**good) == 1


@pytest.mark.slow
def test_signatures() -> None:
    check_circuit(verified, GOOD, [*forged(), *malformed()])
    compiled = check_circuit(valid, [*GOOD, *forged()], malformed())
    assert [compiled.witness(**each)[1] for each in GOOD] == [1] * 3
    assert [compiled.witness(**each)[1] for each in forged()] == [0] * len(forged())


def test_the_message_of_a_signature_that_is_not_valid() -> None:
    with pytest.raises(UnsatisfiedError, match="the signature is not valid"):
        verified(**forged()[0])
