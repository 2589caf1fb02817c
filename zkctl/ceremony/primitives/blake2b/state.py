"""BLAKE2b-512 whose state can be saved in the middle, as ptau files keep it (216 bytes).

Layout: buffer (128), chain value h (8 x u64), number of compressed bytes t (u64), bytes in the buffer
(u64), zero (8).  A full buffer waits for more input.  Bytes of the buffer beyond its fill level are
leftovers of earlier input; they mean nothing, but files hold them, so input is buffered as snarkjs'
hash does it: whole blocks go past the buffer, except the last one of an update.
Source: RFC 7693; docs/reference/ceremonies.md.
"""

from __future__ import annotations

import struct
from typing import Self

from zkctl.ceremony.primitives.blake2b.compress import compress, compress_block
from zkctl.ceremony.primitives.blake2b.formulas import BLOCK, IV
from zkctl.errors import FormatError

STATE_BYTES = 216


class Blake2bState:
    """An unkeyed BLAKE2b-512 in progress."""

    def __init__(self) -> None:
        self._h = [IV[0] ^ 0x01010040, *IV[1:]]  # parameter block: 64-byte digest, no key
        self._buffer = bytearray(BLOCK)
        self._filled = 0
        self._compressed = 0

    @classmethod
    def restore(cls, state: bytes) -> Self:
        """Return the hash that `export` saved.

        Raises: FormatError if these cannot be the bytes of a state.
        """
        if len(state) != STATE_BYTES:
            raise FormatError(
                f"hash state has a wrong length: expected {STATE_BYTES} bytes, got {len(state)}"
            )
        result = cls()
        result._buffer = bytearray(state[:BLOCK])
        *result._h, result._compressed, result._filled, rest = struct.unpack("<11Q", state[BLOCK:])
        if result._filled > BLOCK or result._compressed % BLOCK or rest:
            raise FormatError(
                f"hash state is inconsistent: expected up to {BLOCK} buffered bytes after whole blocks, "
                f"got {result._filled} after {result._compressed}"
            )
        return result

    def update(self, data: bytes | memoryview) -> None:
        """Absorb the bytes."""
        view = memoryview(data).cast("B")
        while len(view):
            if self._filled == BLOCK:
                self._absorb(memoryview(self._buffer))
                self._filled = 0
            if self._filled == 0 and len(view) > BLOCK:
                whole = (len(view) - 1) // BLOCK * BLOCK
                self._absorb(view[:whole])
                view = view[whole:]
            taken = min(BLOCK - self._filled, len(view))
            self._buffer[self._filled : self._filled + taken] = view[:taken]
            self._filled += taken
            view = view[taken:]

    def export(self) -> bytes:
        """Return the 216 bytes of the state."""
        numbers = struct.pack("<11Q", *self._h, self._compressed, self._filled, 0)
        return bytes(self._buffer) + numbers

    def digest(self) -> bytes:
        """Return the hash of all bytes so far; the state does not change."""
        block = bytes(self._buffer[: self._filled]).ljust(BLOCK, b"\x00")
        total = self._compressed + self._filled
        h = compress_block(self._h, memoryview(block), total, last=True)
        return struct.pack("<8Q", *h)

    def _absorb(self, blocks: memoryview) -> None:
        self._h = compress(self._h, blocks, self._compressed)
        self._compressed += len(blocks)
