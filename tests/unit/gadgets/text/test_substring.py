from __future__ import annotations

from collections.abc import Callable

import pytest

from zkctl.dsl import Array, Bit, Uint, circuit, private
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.gadgets.text.substring import byte_at, contains_at, substring

TEXT = b"hello wonderful world"


def answer(call: Callable[[], object]) -> object:
    try:
        return call()
    except UnsatisfiedError:
        return None


@pytest.mark.parametrize("size", [1, 2, 4, 8, 17, 20, 21])
def test_every_start(size: int) -> None:
    for start in range(len(TEXT) + 2):
        fits = start + size <= len(TEXT)
        expected = TEXT[start : start + size] if fits else None
        assert answer(lambda start=start: bytes(substring(TEXT, start, size=size))) == expected
    assert byte_at(TEXT, 20) == TEXT[20]


@pytest.mark.parametrize("length", range(6))
def test_every_start_and_length(length: int) -> None:
    for start in range(len(TEXT) + 2):
        fits = start + length <= len(TEXT) and length <= 5
        expected = TEXT[start : start + length].ljust(5, b"\0") if fits else None
        found = answer(lambda start=start: bytes(substring(TEXT, start, size=5, length=length)))
        assert found == expected


def test_contained() -> None:
    for pattern in (b"wonder", b"o", TEXT, b"worlds", b"ello"):
        for start in range(len(TEXT) - len(pattern) + 1):
            found = contains_at(TEXT, pattern, start)
            assert found == TEXT.startswith(pattern, start)
            assert contains_at(TEXT, pattern + bytes(3)[: len(TEXT) - len(pattern)], start, length=len(pattern)) == found  # fmt: skip


def test_a_long_pattern_takes_several_elements() -> None:
    text = bytes(range(1, 201))

    @circuit
    def contained(
        pattern: Array[Uint] = private(130, bits=8), start: Uint = private(bits=8)
    ) -> Bit:
        return contains_at(text, pattern, start)

    compiled = contained.compile()
    good = list(text[17:147])
    assert compiled.witness(pattern=good, start=17)[1] == 1
    assert compiled.witness(pattern=good, start=16)[1] == 0
    for changed in (0, 31, 129):
        wrong = [*good[:changed], 0, *good[changed + 1 :]]
        assert compiled.witness(pattern=wrong, start=17)[1] == 0
    with pytest.raises(UnsatisfiedError, match="the part ends behind the text"):
        compiled.witness(pattern=good, start=71)


@pytest.mark.parametrize("n_bits", [3, 5, 253])
def test_starts_of_any_width(n_bits: int) -> None:
    text, width = b"abcdefg", min(n_bits, 3)

    @circuit
    def part(start: Uint = private(bits=n_bits), length: Uint = private(bits=width)) -> Array[Uint]:
        return substring(text, start, size=3, length=length)

    compiled = part.compile()
    for start, length in ((0, 3), (4, 3), (5, 2), (6, 1), (7, 0), (0, 0)):
        expected = list(text[start : start + length].ljust(3, b"\0"))
        assert compiled.witness(start=start, length=length)[1:4] == expected
    largest = (1 << n_bits) - 1
    for start, length in ((5, 3), (7, 1), (0, 4), (largest, 1)):
        with pytest.raises(UnsatisfiedError):
            compiled.witness(start=start, length=length)


def test_messages() -> None:
    with pytest.raises(UnsatisfiedError, match="the part ends behind the text"):
        substring(b"ab", 1, size=2)
    with pytest.raises(UnsatisfiedError, match="the part ends behind the text: start is 4"):
        substring(b"abc", 4, size=1)
    with pytest.raises(UnsatisfiedError, match="the substring ends behind the text"):
        substring(b"abc", 2, size=3, length=2)
    with pytest.raises(UnsatisfiedError, match="a byte behind the length is not zero"):
        contains_at(TEXT, b"won", 6, length=2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: substring(b"ab", 0, size=3),
            "substring got a part of 3 bytes and a text of 2: expected 1 to as many as the text has",
        ),
        (lambda: substring(b"", 0, size=1), "substring got a part of 1 bytes and a text of 0"),
        (
            lambda: contains_at(b"ab", b"", 0),
            "contains_at got a part of 0 bytes and a text of 2",
        ),
        (lambda: byte_at(b"", 0), "substring got a part of 1 bytes and a text of 0"),
    ],
)
def test_refused(call: Callable[[], object], message: str) -> None:
    with pytest.raises(CircuitError, match=message):
        call()
