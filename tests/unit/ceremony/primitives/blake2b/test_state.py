"""The interruptible BLAKE2b: equal to hashlib's, exact about its state."""

from __future__ import annotations

import hashlib
import struct
from typing import Any

import pytest

from zkctl.ceremony.primitives.blake2b import compress as blake2b_compress
from zkctl.ceremony.primitives.blake2b.state import STATE_BYTES, Blake2bState
from zkctl.errors import FormatError

LENGTHS = [0, 1, 63, 127, 128, 129, 255, 256, 257, 1000]
TEXT = hashlib.shake_256(b"text").digest(1000)


@pytest.mark.parametrize("n", LENGTHS)
@pytest.mark.parametrize("cut", [0, 1, 64, 128, 200])
def test_digest_equals_hashlib_across_a_restored_state(n: int, cut: int) -> None:
    state = Blake2bState()
    state.update(TEXT[:n][:cut])
    state = Blake2bState.restore(state.export())
    state.update(TEXT[:n][cut:])
    assert state.digest() == hashlib.blake2b(TEXT[:n]).digest()
    assert state.digest() == hashlib.blake2b(TEXT[:n]).digest()  # it is not consumed


@pytest.mark.parametrize("n", [1 << 16, (1 << 16) + 1, (1 << 16) + 129, 200_000])
def test_machine_code_equals_python(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From 64 KiB on the blocks go through the kernel; where none can run, through the same formula."""
    text = hashlib.shake_256(b"long").digest(n)
    states = []
    for allowed in (True, False):
        if not allowed:
            monkeypatch.setattr(blake2b_compress, "_program", lambda: None)
        state = Blake2bState()
        state.update(b"abc")  # the blocks that follow are not aligned
        state.update(text)
        states.append(state.export())
        assert state.digest() == hashlib.blake2b(b"abc" + text).digest()
    assert states[0] == states[1]


def test_state_has_its_layout() -> None:
    state = Blake2bState()
    state.update(TEXT[:300])
    raw = state.export()
    assert len(raw) == STATE_BYTES
    assert raw[:44] == TEXT[256:300]
    assert struct.unpack("<3Q", raw[192:]) == (256, 44, 0)


def test_full_buffer_waits() -> None:
    state = Blake2bState()
    state.update(TEXT[:128])
    assert struct.unpack("<2Q", state.export()[192:208]) == (0, 128)
    state.update(b"x")
    assert struct.unpack("<2Q", state.export()[192:208]) == (128, 1)


def test_leftover_bytes_follow_the_buffering() -> None:
    """Whole blocks inside an update bypass the buffer; what was buffered before stays behind the fill."""
    state = Blake2bState()
    state.update(TEXT[:100])  # buffered
    state.update(TEXT[100:400])  # fills the buffer, one block bypasses it, 16 bytes stay
    raw = state.export()
    assert raw[:16] == TEXT[384:400]
    assert raw[16:128] == TEXT[16:128]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw[:-1],
        lambda raw: raw[:200] + struct.pack("<Q", 129) + raw[208:],
        lambda raw: raw[:192] + struct.pack("<Q", 5) + raw[200:],
        lambda raw: raw[:208] + b"\x01" + raw[209:],
    ],
)
def test_impossible_states_are_refused(spoil: Any) -> None:
    with pytest.raises(
        FormatError,
        match=r"hash state has a wrong length: expected 216 bytes, got|hash state is inconsistent: expected up to 128 buffered",
    ):
        Blake2bState.restore(spoil(Blake2bState().export()))
