"""The padding of Keccak."""

from __future__ import annotations

from zkctl.gadgets.hash.keccak_numbers import padding
from zkctl.runtime.keccak import RATE


def test_padding_fills_the_block() -> None:
    assert padding(RATE - 1, 0x06) == b"\x86"
    assert padding(RATE - 2, 0x01) == b"\x01\x80"
    assert len(padding(RATE, 0x01)) == RATE
