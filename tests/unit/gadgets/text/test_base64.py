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


def encoded(data: bytes, size: int, *, url: bool, padded: bool) -> bytes:
    """The text of data with zeros behind it, up to the capacity that `size` bytes need."""
    text = (base64.urlsafe_b64encode if url else base64.b64encode)(data)
    capacity = 4 * -(-size // 3) if padded else -(-8 * size // 6)
    return (text if padded else text.rstrip(b"=")).ljust(capacity, b"\0")


@pytest.mark.parametrize("url", [False, True])
@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("size", [1, 3, 5])
def test_every_length_up_to_a_maximum(size: int, *, url: bool, padded: bool) -> None:
    for length in range(size + 1):
        data = b"\xfb\xef\xff\x3e\x01"[:length]
        text = encoded(data, size, url=url, padded=padded)
        for given in range(max(0, length - 1), min(size, length + 1) + 1):
            if given == length:
                found = base64_decode(text, size=size, url=url, padded=padded, length=given)
                assert bytes(found) == data.ljust(size, b"\0")
                continue
            with pytest.raises(UnsatisfiedError):
                base64_decode(text, size=size, url=url, padded=padded, length=given)
        whole = data.ljust(size, b"\0")
        assert bytes(base64_encode(whole, url=url, padded=padded, length=length)) == text


@pytest.mark.parametrize("padded", [False, True])
def test_only_the_texts_of_python(*, padded: bool) -> None:
    """Of all changes of one character of a text, those are accepted that base64_encode makes from other bytes."""
    good = encoded(b"abcd", 6, url=False, padded=padded)
    for place in range(len(good)):
        for byte in b"\0=A/g~":
            text = good[:place] + bytes([byte]) + good[place + 1 :]
            bare = text.rstrip(b"\0")
            filled = bare + b"=" * (0 if padded else -len(bare) % 4)
            try:
                data = base64.b64decode(filled, validate=True)
            except ValueError:
                data = b""
            valid = len(data) == 4 and encoded(data, 6, url=False, padded=padded) == text
            try:
                found = bytes(base64_decode(text, size=6, padded=padded, length=4))
            except UnsatisfiedError:
                found = b""
            assert found == (data.ljust(6, b"\0") if valid else b""), text


def test_messages_with_a_length() -> None:
    text = encoded(b"ab", 4, url=False, padded=True)
    message = "a character is not in the alphabet of Base64, or the length is wrong"
    with pytest.raises(UnsatisfiedError, match=message):
        base64_decode(text, size=4, length=3)
    with pytest.raises(UnsatisfiedError, match="the padding is not = or 0"):
        base64_decode(text[:-1] + b"=", size=4, length=2)
    with pytest.raises(UnsatisfiedError, match="the last character has bits that no byte uses"):
        base64_decode(b"YWJ=\0\0\0\0", size=4, length=2)
    with pytest.raises(UnsatisfiedError, match="the length is above the capacity of 4"):
        base64_decode(text, size=4, length=5)
    with pytest.raises(UnsatisfiedError, match="a byte behind the length is not zero"):
        base64_encode(b"abcd", length=3)
