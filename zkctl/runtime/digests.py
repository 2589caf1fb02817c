"""BLAKE2b and SHA-256 without OpenSSL, which hashlib loads whole: five milliseconds of a short command."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from typing import Any, BinaryIO, cast

try:
    from _blake2 import blake2b  # hashlib's own, where Python was built with it
except ImportError:
    from hashlib import blake2b

__all__ = ["HashedFile", "blake2b", "sha256_hex"]

_SHA256_MODULES = ("_sha2", "_sha256", "hashlib")  # since Python 3.12; before; built without either


def sha256_hex(data: bytes | memoryview) -> str:
    """Return the SHA-256 of some bytes in hexadecimal."""
    for name in _SHA256_MODULES:
        with suppress(ImportError):
            digest: str = import_module(name).sha256(data).hexdigest()
            return digest
    raise ImportError("this Python has no SHA-256")


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
