from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.gadgets.text.base64 import base64_decode, base64_encode

ALL_CHARACTERS = base64.b64decode(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
)


@pytest.mark.parametrize("url", [False, True])
@pytest.mark.parametrize("data", [b"\0", b"\xff\xff", b"abc", b"\xfb\xff\xbe\x01", ALL_CHARACTERS])
def test_as_python(data: bytes, *, url: bool) -> None:
    expected = (base64.urlsafe_b64encode if url else base64.b64encode)(data)
    bare = expected.rstrip(b"=")
    assert bytes(base64_encode(data, url=url)) == expected
    assert bytes(base64_encode(data, url=url, padded=False)) == bare
    assert bytes(base64_decode(expected, size=len(data), url=url)) == data
    assert bytes(base64_decode(bare, size=len(data), url=url, padded=False)) == data


@pytest.mark.parametrize("url", [False, True])
def test_exactly_the_alphabet(*, url: bool) -> None:
    accepted = []
    for byte in [0, 10, *range(32, 128), 128 + 65, 255]:
        try:
            base64_decode([65, 65, 65, byte], size=3, url=url)
        except UnsatisfiedError:
            continue
        accepted.append(byte)
    others = b"-_" if url else b"+/"
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + others
    assert accepted == sorted(alphabet)


@pytest.mark.parametrize(
    ("text", "size", "message"),
    [
        (b"QQ=A", 1, "the padding is not ="),
        (b"QQA=", 1, "the padding is not ="),
        (b"QR==", 1, "the last character has bits that no byte uses"),
        (b"QUJ=", 2, "the last character has bits that no byte uses"),
        (b"QQ==", 2, "a character is not in the alphabet of Base64"),
        (b"QUI=", 3, "a character is not in the alphabet of Base64"),
    ],
)
def test_refused_texts(text: bytes, size: int, message: str) -> None:
    with pytest.raises(UnsatisfiedError, match=message):
        base64_decode(text, size=size)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: base64_encode(b""), "base64_encode got no bytes: expected one at least"),
        (
            lambda: base64_decode(b"QQ", size=1),
            "base64_decode got 2 characters for 1 bytes: expected 4\n(.|\n)*"
            "4 characters hold 3 bytes; pass padded=False for a text without =",
        ),
        (
            lambda: base64_decode(b"QQ==", size=1, padded=False),
            "base64_decode got 4 characters for 1 bytes: expected 2",
        ),
        (lambda: base64_decode(b"", size=0), "base64_decode got 0 characters for 0 bytes"),
    ],
)
def test_refused(call: Callable[[], object], message: str) -> None:
    with pytest.raises(CircuitError, match=message):
        call()
