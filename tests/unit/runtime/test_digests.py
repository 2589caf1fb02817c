"""Digests without OpenSSL."""

import hashlib
import importlib
import sys

import pytest

from zkctl.runtime import digests


def test_the_digest_is_that_of_hashlib() -> None:
    ours = digests.blake2b(b"zk", digest_size=32)
    ours.update(b"ctl")
    assert ours.digest() == hashlib.blake2b(b"zkctl", digest_size=32).digest()


@pytest.mark.parametrize("missing", [[], ["_sha2"], ["_sha2", "_sha256"]])
def test_sha256_is_that_of_hashlib(missing: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in missing:
        monkeypatch.setitem(sys.modules, name, None)
    assert digests.sha256_hex(memoryview(b"zkctl")) == hashlib.sha256(b"zkctl").hexdigest()


def test_a_python_without_its_own_blake2_uses_hashlib(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "_blake2", None)
        again = importlib.reload(digests)
        assert again.blake2b is hashlib.blake2b
    importlib.reload(digests)
