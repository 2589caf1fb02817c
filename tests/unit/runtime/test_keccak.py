"""Keccak-256 on Python integers and by the library, against a second implementation."""

from __future__ import annotations

import random
import subprocess
import sys
from itertools import count

import pytest

from tests.oracle.keccak import keccak256
from zkctl.runtime import keccak as module
from zkctl.runtime.keccak import OFFSETS, ROUND_CONSTANTS, keccak_256, plain_keccak_256

# of the empty message, and of "abc" (https://keccak.team/keccak.html, first submission)
EMPTY = "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
ABC = "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"


def test_published_digests() -> None:
    for digest in (keccak_256, plain_keccak_256):
        assert digest(b"").hex() == EMPTY
        assert digest(b"abc").hex() == ABC


@pytest.mark.parametrize("n", [1, 135, 136, 137, 300])
def test_against_single_bits(n: int) -> None:
    message = random.Random(n).randbytes(n)
    assert plain_keccak_256(message) == keccak256(message)


@pytest.mark.parametrize("calls", [0, 1000])
def test_the_library_has_the_same_digests(calls: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_calls", count(calls))
    rng = random.Random(2)
    for n in (0, 1, 134, 135, 136, 271, 272, 5000):
        message = rng.randbytes(n)
        assert keccak_256(message) == plain_keccak_256(message)


def test_few_short_messages_import_nothing() -> None:
    code = (
        "import sys; from zkctl.runtime.keccak import keccak_256\n"
        "for k in range(24): keccak_256(b'a' * 200)\n"
        "assert 'Crypto.Hash.keccak' not in sys.modules\n"
        "keccak_256(b'a'); assert 'Crypto.Hash.keccak' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_tables_of_the_standard() -> None:
    assert len(ROUND_CONSTANTS) == 24
    assert (ROUND_CONSTANTS[1], ROUND_CONSTANTS[23]) == (0x8082, 0x8000000080008008)
    assert OFFSETS[:5] == (0, 1, 62, 28, 27)
    assert OFFSETS[20:] == (18, 2, 61, 56, 14)
