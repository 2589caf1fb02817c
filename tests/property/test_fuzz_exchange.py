"""Fuzzing of challenges and responses: always the same mutants; a refusal with a documented exit code, or the bytes again."""

from __future__ import annotations

import io
import random
from functools import cache
from pathlib import Path

import pytest

from zkctl.ceremony.phase1.contribute import new_powers, respond
from zkctl.ceremony.primitives.chacha import ChaCha
from zkctl.curve import BLS12_381, BN254, Curve
from zkctl.errors import ZkctlError
from zkctl.formats.binary.ptau.exchange import (
    Response,
    read_challenge,
    read_response,
    write_challenge,
    write_response,
)

CURVES = (BN254, BLS12_381)


@cache
def files(curve: Curve) -> tuple[bytes, bytes]:
    """A challenge of power 1 and a response to it."""
    challenge, response = io.BytesIO(), io.BytesIO()
    digest = write_challenge(challenge, bytes(64), new_powers(curve, 1))
    updated, key = respond(new_powers(curve, 1), digest, ChaCha(bytes(range(32))))
    write_response(response, Response(digest, updated, key))
    return challenge.getvalue(), response.getvalue()


def mutant(rng: random.Random, raw: bytes) -> bytes:
    """Bytes changed, removed, added or moved."""
    data = bytearray(raw)
    for _ in range(rng.choice((1, 1, 2, 5))):
        at, n = rng.randrange(len(data)), rng.choice((1, 1, 1, 32, 48, 64, 96))
        match rng.randrange(8):
            case 0:
                del data[at : at + n]
            case 1:
                data[at:at] = rng.randbytes(n)
            case 2:
                data[at : at + n] = bytes(len(data[at : at + n]))
            case 3:
                other = rng.randrange(len(data))
                data[at : at + n] = data[other : other + len(data[at : at + n])]
            case 4:
                data[at] ^= rng.choice((0x80, 0x40, 0xC0))
            case _:
                data[at] ^= 1 << rng.randrange(8)
    return bytes(data)


def rewritten_challenge(path: Path, _: Curve) -> bytes:
    given, out = read_challenge(path), io.BytesIO()
    assert write_challenge(out, given.previous_response, given.powers) == given.digest
    return out.getvalue()


def rewritten_response(path: Path, curve: Curve) -> bytes:
    out = io.BytesIO()
    write_response(out, read_response(path, curve, 1))
    return out.getvalue()


def fuzz(path: Path, curve: Curve, kind: int, n: int) -> int:
    """How many of n mutants are accepted; each is refused with exit code 3 or written back as it was."""
    rng, good = random.Random(kind), files(curve)[kind]
    rewritten = (rewritten_challenge, rewritten_response)[kind]
    path.write_bytes(good)
    assert rewritten(path, curve) == good
    accepted = 0
    for _ in range(n):
        raw = mutant(rng, good)
        path.write_bytes(raw)
        try:
            assert rewritten(path, curve) == raw
            accepted += 1
        except ZkctlError as refusal:
            assert refusal.exit_code == 3, refusal
    return accepted


@pytest.mark.parametrize(("kind", "n"), [(0, 400), (1, 30)])
def test_some_mutants(tmp_path: Path, kind: int, n: int) -> None:
    accepted = fuzz(tmp_path / "file", BN254, kind, n)
    assert accepted < n


@pytest.mark.slow
@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
@pytest.mark.parametrize("kind", [0, 1])
def test_many_mutants(tmp_path: Path, curve: Curve, kind: int) -> None:
    fuzz(tmp_path / "file", curve, kind, 1000)
