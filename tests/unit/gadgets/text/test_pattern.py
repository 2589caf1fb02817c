from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.gadgets.text.test_automaton import patterns
from zkctl.dsl import Array, Bit, Uint, circuit, private
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.gadgets.text.automaton import automaton_of
from zkctl.gadgets.text.pattern import enforce_match, extract, matches
from zkctl.gadgets.text.transitions import run_of


@given(patterns, st.lists(st.text("abc1\n", min_size=4, max_size=4), min_size=3, max_size=3))
@settings(max_examples=10, deadline=None)
def test_as_python(pattern: str, texts: list[str]) -> None:
    known = re.compile(pattern.encode())
    for text in map(str.encode, texts):
        if run_of(automaton_of(pattern), 4, any_length=True):
            for length in (0, 3):
                expected = bool(known.fullmatch(text[:length]))
                assert matches(text, pattern, length=length) == expected
        if run_of(automaton_of(pattern), 4, any_length=False):
            assert matches(text, pattern) == bool(known.fullmatch(text))


EMAIL = r"[\w.+-]+@[\w-]+(\.[\w-]+)*\.[a-z]{2,}"
ADDRESSES = (
    b"a@b.cd",
    b"alice.b+c@mail.example.co",
    b"@b.cd",
    b"a@b",
    b"a@b.c",
    b"a@b..cd",
    b"",
    b"a@b.cd\n",
    b"a@\xffb.cd",
)


def test_an_address_in_a_circuit() -> None:
    @circuit
    def checked(x: Array[Uint] = private(24, bits=8), n: Uint = private(bits=5)) -> Bit:
        return matches(x, EMAIL, length=n)

    compiled = checked.compile()
    for text in ADDRESSES:
        data = text[:24]
        expected = int(bool(re.fullmatch(EMAIL.encode(), data)))
        padded = list(data.ljust(24, b"z"))
        assert compiled.witness(x=padded, n=len(data))[1] == expected
        assert checked(x=padded, n=len(data)) == expected
    with pytest.raises(UnsatisfiedError, match="the length is above the capacity of 24"):
        compiled.witness(x=[0] * 24, n=25)


def test_enforced() -> None:
    enforce_match(b"2026-11-27", r"\d{4}-\d\d-\d\d")
    with pytest.raises(UnsatisfiedError, match="the text does not match the pattern"):
        enforce_match(b"2026-1-027", r"\d{4}-\d\d-\d\d")


TEXT = b"to:bob;from:alice;id:17"
HEADER = "to:[a-z]+;from:([a-z]*);.*"


def test_only_the_group_can_be_extracted() -> None:
    known = re.fullmatch(HEADER.encode(), TEXT)
    assert known is not None
    begin, end = known.span(1)

    @circuit
    def extracted(start: Uint = private(bits=5), length: Uint = private(bits=4)) -> Array[Uint]:
        return extract(TEXT, HEADER, start, length, size=8)

    compiled = extracted.compile()
    found: list[Any] = []
    for start in range(len(TEXT) + 1):
        for length in range(9):
            try:
                outputs = compiled.witness(start=start, length=length)[1:9]
            except UnsatisfiedError:
                continue
            found.append((start, length, bytes(outputs)))
    assert found == [(begin, end - begin, b"alice\0\0\0")]


def test_extract_from_a_front() -> None:
    text = TEXT + b";from:eve;"
    found = extract(text, HEADER, 12, 5, size=5, text_length=len(TEXT))
    assert bytes(found) == b"alice"
    empty = b"to:bob;from:;id:17"
    assert bytes(extract(empty, HEADER, 12, 0, size=5)) == bytes(5)
    # an empty group has no marks: its place must not be behind the front, where no byte is looked at
    with pytest.raises(UnsatisfiedError, match="the group ends behind the text"):
        extract(empty + b"alice", HEADER, 18, 5, size=5, text_length=18)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: matches(b"", "a*"),
            "a pattern was given an empty text: expected one byte at least",
        ),
        (
            lambda: matches(b"ab", "abc"),
            "no text of 2 bytes matches the pattern 'abc'\n(.|\n)*"
            "pass a length if the text is shorter than its array",
        ),
        (
            lambda: matches(b"ab", "abc", length=2),
            "no text of up to 2 bytes matches the pattern 'abc'",
        ),
        (
            lambda: extract(b"ab", "(a*)a*b", 0, 1, size=1),
            r"the group of the pattern '\(a\*\)a\*b' is ambiguous: expected one part for each text\n(.|\n)*"
            r"end the group at a character that is not in it: \(\[\^;\]\*\); in place of \(\.\*\);\.\*",
        ),
        (lambda: extract(b"ab", "ab", 0, 1, size=1), "the pattern has 0 groups that capture"),
        (
            lambda: matches(b"ab", "a("),
            r"the pattern is not supported at character 2: a \( without its \), in 'a\('",
        ),
    ],
)
def test_refused(call: Callable[[], object], message: str) -> None:
    with pytest.raises(CircuitError, match=message):
        call()
