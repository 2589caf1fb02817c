"""The bytes that a challenge absorbs."""

from __future__ import annotations

import pytest
from Crypto.Hash import keccak

from zkctl.curve import CURVES, Curve, G1Array
from zkctl.kzg.transcript import Transcript


def challenge(curve: Curve, data: bytes) -> int:
    digest = keccak.new(digest_bits=256, data=data).digest()
    return int.from_bytes(digest, "big") % curve.scalar_field.modulus


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_points_and_scalars_are_big_endian(curve: Curve) -> None:
    size, one = curve.base_field.n_bytes, G1Array.generator(curve.g1)
    ((x,), (y,)) = curve.g1.generator
    transcript = Transcript(curve)
    transcript.absorb_points(one, G1Array.infinity(curve.g1))
    transcript.absorb_scalars([0, 258])
    data = x.to_bytes(size, "big") + y.to_bytes(size, "big") + bytes(2 * size)
    data += bytes(32) + (258).to_bytes(32, "big")
    assert transcript.challenge() == challenge(curve, data)


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_a_challenge_empties_the_transcript(curve: Curve) -> None:
    transcript = Transcript(curve)
    transcript.absorb_scalars([1])
    first = transcript.challenge()
    transcript.absorb_scalars([1])
    assert transcript.challenge() == first
    assert transcript.challenge() == challenge(curve, b"")


def test_several_points_are_absorbed_one_after_the_other() -> None:
    curve = CURVES[0]
    points = G1Array.concatenate([G1Array.generator(curve.g1), -G1Array.generator(curve.g1)])
    one, other = Transcript(curve), Transcript(curve)
    one.absorb_points(points)
    other.absorb_points(points[0])
    other.absorb_points(points[1])
    assert one.challenge() == other.challenge()


def test_a_known_digest() -> None:
    """Keccak-256 as Ethereum has it, not SHA3-256."""
    expected = 0xC5D2460186F7233C927E7DB2DCC703C0E500B653CA82273B7BFAD8045D85A470
    curve = CURVES[0]
    assert Transcript(curve).challenge() == expected % curve.scalar_field.modulus
