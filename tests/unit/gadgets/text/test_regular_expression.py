from __future__ import annotations

import re
from itertools import product

import pytest

from zkctl.errors import CircuitError
from zkctl.gadgets.text.automaton import automaton_of
from zkctl.gadgets.text.regular_expression import ALL_BYTES, Chars, Repeat, mask_of, parse

CLASSES = [
    ".", "a", r"\d", r"\D", r"\w", r"\W", r"\s", r"\S", r"\n", r"\r", r"\t", r"\f", r"\v", r"\a",
    r"\x00", r"\xfF", r"\.", r"\\", r"\-", "[a-f]", "[^a-f]", "[]a]", "[^]a]", "[a-]", "[-a]",
    r"[\]\-]", r"[\d_]", r"[^\s\w]", r"[\x80-\xff]", "[.*+?^$]", "[a^]", "]", "}", "-", " ",
    "[ -~]",
]  # fmt: skip


@pytest.mark.parametrize("pattern", CLASSES)
def test_sets_are_those_of_python(pattern: str) -> None:
    node = parse(pattern)
    assert isinstance(node, Chars)
    known = re.compile(pattern.encode())
    assert node.mask == mask_of(k for k in range(256) if known.fullmatch(bytes([k])))


@pytest.mark.parametrize(
    ("pattern", "least", "most"),
    [
        ("a*", 0, None),
        ("a+", 1, None),
        ("a?", 0, 1),
        ("a{3}", 3, 3),
        ("a{3,}", 3, None),
        ("a{,3}", 0, 3),
        ("a{2,3}", 2, 3),
        ("a*?", 0, None),
        ("a{2}?", 2, 2),
    ],
)
def test_repetitions(pattern: str, least: int, most: int | None) -> None:
    assert parse(pattern) == Repeat(Chars(mask_of(b"a")), least, most)


def test_all_bytes() -> None:
    assert parse(r"[\d\D]") == Chars(ALL_BYTES)


COVERS = "the pattern covers the whole text: put .* in front or behind to search"
MEMORY = (
    "an automaton cannot compare parts of a text: extract each part and constrain them to be equal"
)


@pytest.mark.parametrize(
    ("pattern", "place", "found", "hint"),
    [
        ("ab)", 3, "a ) without its (", r"write \) for the character"),
        ("a(b", 2, "a ( without its )", r"write \( for the character"),
        ("a[b", 2, "a [ without its ]", r"write \[ for the character"),
        ("[]", 1, "a [ without its ]", r"write \[ for the character"),
        ("a{", 2, "a { without numbers", r"write {2}, {2,} or {2,5}, or \{ for the character"),
        ("a{,}", 2, "a { without numbers", ""),
        ("a{x}", 2, "a { without numbers", ""),
        ("a{-1}", 2, "a { without numbers", ""),
        ("a{²}", 2, "a { without numbers", ""),
        ("a|*", 3, "* with nothing to repeat", r"write \* for the character"),
        ("{2}", 1, "{ with nothing to repeat", r"write \{ for the character"),
        (
            "a**",
            3,
            "a repetition of a repetition, or a possessive one",
            "put the inner one in a group: (?:a+)*",
        ),
        ("a++", 3, "a repetition of a repetition, or a possessive one", ""),
        ("a??*", 4, "a repetition of a repetition, or a possessive one", ""),
        ("a{2}{3}", 5, "a repetition of a repetition, or a possessive one", ""),
        ("a^", 2, "the anchor ^ at a place where no text begins", COVERS),
        ("$a", 1, "the anchor $ at a place where no text ends", COVERS),
        ("(?:^a)*", 4, "the anchor ^ at a place where no text begins", COVERS),
        ("(a$|b)?", 3, "the anchor $ at a place where no text ends", COVERS),
        ("a|b(^|c)", 5, "the anchor ^ at a place where no text begins", COVERS),
        ("(?:^|a)^b", 8, "the anchor ^ at a place where no text begins", COVERS),
        ("^*", 1, "the anchor ^ at a place where no text begins", COVERS),
        (r"a\b", 2, r"the escape \b", COVERS),
        (r"(a)\1", 4, r"the reference \1 to what a group captured", MEMORY),
        (r"\xg1", 1, r"the escape \x", r"write \xNN for a byte"),
        (r"(a)\0", 4, r"the escape \0", r"write \xNN for a byte"),
        ("a\\", 2, "the escape \\", r"write \xNN for a byte"),
        (
            "a(?=b)",
            2,
            "a group with (?, such as a look-ahead, a name or a flag",
            "only ( and (?: are supported",
        ),
        (
            "aé",
            2,
            "the character 'é', which is no single byte",
            "write its bytes as \\xNN, for example \\xc3\\xa9 in UTF-8",
        ),
        ("[b-a]", 2, "a range whose ends are not two ascending characters", ""),
        (r"[\d-z]", 2, "a range whose ends are not two ascending characters", ""),
        ("a{3,2}", 1, "at least 3 and at most 2 repetitions", ""),
        ("a{1001}", 1, "more than 1000 repetitions", "repeat a shorter part"),
        (r"[^\d\D]", 1, "a class without bytes", ""),
        ("(" * 31, 31, "more than 30 groups in each other", ""),
    ],
)
def test_refused_at_their_place(pattern: str, place: int, found: str, hint: str) -> None:
    with pytest.raises(CircuitError) as caught:
        parse(pattern)
    message = f"the pattern is not supported at character {place}: {found}, in {pattern!r}"
    assert caught.value.message == message
    assert hint in (caught.value.hint or "")


ANCHORED = [
    "^", "$", "^$", "$^", "^a", "a$", "^a$", "^^a$$", "^a|b$", "(?:^|.*a)b$", "(^|a)(b|$)", "(?:^(?:^a|b))c",
    "a(?:b(?:c|$))", "^(a*)$", "(^a$)|^b", "^a|", "(?:^)a",
]  # fmt: skip


@pytest.mark.parametrize("pattern", ANCHORED)
def test_anchors_where_the_text_begins_and_ends(pattern: str) -> None:
    automaton, known = automaton_of(pattern), re.compile(pattern.encode())
    texts = [bytes(text) for n in range(5) for text in product(b"abc\n", repeat=n)]
    for text in texts:
        assert automaton.accepts(text) == bool(known.fullmatch(text)), text
