"""BLAKE2b without OpenSSL, which hashlib loads whole: five milliseconds of a short command."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

try:
    from _blake2 import blake2b  # hashlib's own, where Python was built with it
except ImportError:
    from hashlib import blake2b

__all__ = ["HashedFile", "blake2b"]


class HashedFile:
    """A file that is written once from start to end, and the digest of its bytes."""

    def __init__(self, file: BinaryIO, digest_size: int) -> None:
        self._file = file
        self._digest = blake2b(digest_size=digest_size)

    @property
    def file(self) -> BinaryIO:
        """The file for functions that write to one; they may call `write` only."""
        return cast(BinaryIO, self)

    def write(self, data: Any) -> int:
        """Write bytes or a view of bytes."""
        self._digest.update(data)
        return self._file.write(data)

    def digest(self) -> bytes:
        """Return the digest of everything written."""
        return self._digest.digest()
