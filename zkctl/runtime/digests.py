"""BLAKE2b without OpenSSL, which hashlib loads whole: five milliseconds of a short command."""

from __future__ import annotations

try:
    from _blake2 import blake2b  # hashlib's own, where Python was built with it
except ImportError:
    from hashlib import blake2b

__all__ = ["blake2b"]
