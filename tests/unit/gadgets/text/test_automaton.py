from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zkctl.errors import CircuitError
from zkctl.gadgets.text.automaton import (
    automaton_of,
    elements,
    has_two_markings,
    marked_automaton_of,
    partition,
)

_ATOMS = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", "c", r"\d", ""])


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    group = inner.map("(?:{})".format)
    times = st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{,2}", "{2,}", "{0}", "*?"])
    return st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("{}|{}".format, inner, inner),
        st.builds("{}{}".format, group, times),
        inner.map("({})".format),
    )


patterns = st.recursive(_ATOMS, _grown, max_leaves=8)
texts = st.text("abc1\n", max_size=7).map(str.encode)


@given(patterns, st.lists(texts, min_size=1, max_size=20))
@settings(deadline=None)
def test_as_python(pattern: str, tried: list[bytes]) -> None:
    automaton = automaton_of(pattern)
    known = re.compile(pattern.encode())
    for text in tried:
        assert automaton.accepts(text) == bool(known.fullmatch(text))


@pytest.mark.parametrize(
    ("pattern", "n_states"),
    [("abc", 4), ("a*", 1), ("(a|b)*abb", 4), ("aa|ab|ba|bb", 3), ("", 1), ("(a{0}b|c)*", 1), (".*a.", 4)],
)  # fmt: skip
def test_minimal(pattern: str, n_states: int) -> None:
    automaton = automaton_of(pattern)
    assert len(automaton.transitions) == n_states
    assert sum(automaton.classes) == (1 << 256) - 1
    assert len(set(zip(*automaton.transitions, strict=True))) == len(automaton.classes)


def test_sets() -> None:
    assert list(elements(0b10110)) == [1, 2, 4]
    assert sorted(partition([0b0011, 0b0110], 0b1111)) == [0b0001, 0b0010, 0b0100, 0b1000]
    assert partition([], 7) == [7]


@pytest.mark.parametrize(
    ("pattern", "ambiguous"),
    [
        ("a(b)c", False),
        ("(a*)a*", True),
        ("(a*)b*", False),
        ("x(?:(a)|b)", False),
        (".*(a).*", True),
        ("a:([a-z]+);.*", False),
        ("(a|ab)(?:c|bcd)?", False),
        ("(a|ab)(?:bc|c)", True),
        ("(a)|a", True),
        ("()a", False),
    ],
)
def test_one_marking(pattern: str, *, ambiguous: bool) -> None:
    assert has_two_markings(marked_automaton_of(pattern)) == ambiguous


def test_marked_symbols() -> None:
    automaton = marked_automaton_of("a(b+)c")
    marked = [ord("a"), ord("b") + 256, ord("b") + 256, ord("c")]
    assert automaton.accepts(marked)
    assert not automaton.accepts([ord("a"), ord("b"), ord("b") + 256, ord("c")])


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("abc", "the pattern has 0 groups that capture: expected 1"),
        ("(a)(b)", "the pattern has 2 groups that capture: expected 1"),
        (
            "x(a)*",
            "the group at character 2 of the pattern is repeated or inside another: expected one part of the text",
        ),
        ("(a(b))", "the group at character 3 of the pattern is repeated or inside another"),
        ("((a)|b)?", "the group at character 1 of the pattern is repeated or inside another"),
    ],
)
def test_groups_that_cannot_be_extracted(pattern: str, message: str) -> None:
    with pytest.raises(CircuitError) as caught:
        marked_automaton_of(pattern)
    assert caught.value.message.startswith(message)
    assert caught.value.hint in (
        "write (?:...) for the other groups",
        "put the repetition into the group: ([0-9]+) in place of ([0-9])+",
    )


@pytest.mark.parametrize("pattern", ["(?:a{100}){21}", "(?:(?:(?:){1000}){1000}){1000}"])
def test_too_long(pattern: str) -> None:
    with pytest.raises(CircuitError) as caught:
        automaton_of(pattern)
    assert caught.value.message == (
        "the pattern is too long: expected at most 2000 characters, with repeated ones counted each time"
    )
    assert caught.value.hint == "match each part of the text with a separate pattern"


@pytest.mark.parametrize("pattern", [".*a.{12}", "a{700}"])
def test_too_many_states(pattern: str) -> None:
    with pytest.raises(CircuitError) as caught:
        automaton_of(pattern)
    assert caught.value.message == "the pattern needs too many states: expected at most 500"
    assert caught.value.hint == (
        "avoid long counted repetitions behind .* ; match each part of the text with a separate pattern"
    )
