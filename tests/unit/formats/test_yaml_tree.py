"""Nested mappings of YAML with their lines; what has more than one reading is refused with its line."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from zkctl.errors import FormatError
from zkctl.formats.yaml_tree import MAX_DEPTH, MAX_SCALARS, YamlNode, load_yaml_tree


def load(text: str) -> YamlNode:
    return load_yaml_tree(text.encode(), "f")


def plain(node: YamlNode) -> Any:
    """The values without their places."""
    if isinstance(node.value, dict):
        return {name: plain(member) for name, member in node.value.items()}
    if isinstance(node.value, tuple):
        return [plain(member) for member in node.value]
    return node.value


def test_nested_mappings_with_their_lines() -> None:
    root = load("a: 1\nb:  # comment\n  c: {d: -20, e: 'x y'}\n  f: ../g/h.py\ni: true\n")
    assert plain(root) == {
        "a": 1,
        "b": {"c": {"d": -20, "e": "x y"}, "f": "../g/h.py"},
        "i": True,
    }
    assert isinstance(root.value, dict)
    inner = root.value["b"].value
    assert isinstance(inner, dict)
    assert (root.place, inner["f"].place) == ("f, line 1", "f, line 4")
    assert [node.kind for node in (root, root.value["a"], inner["f"], root.value["i"])] == [
        "a mapping", "an integer", "a string", "true or false",
    ]  # fmt: skip
    assert inner["c"].place == "f, line 3"


@pytest.mark.parametrize("text", ["", "# nothing\n"])
def test_a_file_without_a_mapping_is_empty(text: str) -> None:
    assert load(text) == YamlNode({}, "f")


def test_short_names_are_text() -> None:
    assert plain(load("n: 1\ny: {N: 2}\n")) == {"n": 1, "y": {"N": 2}}


def test_names_in_quotes_are_text() -> None:
    assert plain(load("'no': 1\n\"on\": {'True': 2}\n")) == {"no": 1, "on": {"True": 2}}
    with pytest.raises(FormatError) as caught:
        load("null: 1\n")
    assert caught.value.hint == 'write "null":'


def test_lists_where_they_are_allowed() -> None:
    found = load_yaml_tree(b"a: [x, {b: 1}]\nc:\n  - 2\n  - []\n", "f", with_lists=True)
    assert plain(found) == {"a": ["x", {"b": 1}], "c": [2, []]}
    assert isinstance(found.value, dict)
    kept = found.value["c"]
    assert isinstance(kept.value, tuple)
    assert (kept.kind, [each.place for each in kept.value]) == (
        "a list",
        ["f, line 3", "f, line 4"],
    )
    with pytest.raises(FormatError, match="nested at most 5 deep"):
        load_yaml_tree(b"a: " + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, "f", with_lists=True)
    with pytest.raises(FormatError, match="there is a list or an alias"):
        load_yaml_tree(b"a: [*x]\n", "f", with_lists=True)


def test_long_integers_are_exact() -> None:
    assert plain(load(f"a: {'9' * 77}\nb: -{'8' * 70}\n")) == {
        "a": int("9" * 77),
        "b": -int("8" * 70),
    }


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", "the field 'a' occurs twice: expected it once", 3),
        ("a:\n  - 1\n", "there is a list or an alias: expected names with values", 2),
        ("a: [1]\n", "there is a list or an alias", 1),
        ("a: &x 1\n", "there is an anchor or a tag: expected a plain value", 1),
        ("a: {b: 1}\nc: *x\n", "there is a list or an alias", 2),
        ("a: !!str 1\n", "there is an anchor or a tag", 1),
        ("a\n", "the file is not a mapping: expected names with values, got one value", 1),
        ("a: 1\n1: 2\n", "the name is malformed: expected letters, digits, _ and -, got '1'", 2),
        ("yes: 2\n", "the name is true, false or null to other readers: expected it in quotes, got yes", 1),
        ("a: {On: 2}\n", "expected it in quotes, got On", 1),
        ("<<: {a: 1}\n", "the name is malformed", 1),
        ("? {a: 1}\n: 1\n", "the name is malformed", 1),
        ("a b: 2\n", "the name is malformed", 1),
        ("a: 1\nb: 010\n", "the field 'b' has more than one reading", 2),
        ("b: -0\n", "the field 'b' has more than one reading", 1),
        ("b: .5\n", "the field 'b' has more than one reading", 1),
        ("b: 1:00\n", "the field 'b' has more than one reading", 1),
        ("b:\n", "the field 'b' has more than one reading", 1),
        ("b: |\n  x\n", "the field 'b' is not on one line", 1),
        ("a: 1\n---\nb: 1\n", "the file is too large: expected one document of at most", 2),
        ("a: 'x\n", "the file is not YAML", 2),
        ("a: 1\n\ta: 1\n", "the file is not YAML", 2),
        ("a: \u202e\n", "the file has a character that is not shown", 1),
        ("%YAML 1.1\n---\na: 1\n", "there is a YAML directive: expected none", 1),
    ],
)  # fmt: skip
def test_refusals_name_the_line(text: str, message: str, line: int) -> None:
    with pytest.raises(FormatError, match=message) as caught:
        load(text)
    assert caught.value.where == f"f, line {line}"


def test_bounds() -> None:
    load("".join(f"a{k}: 1\n" for k in range(MAX_SCALARS // 2)))
    load("{a: " * MAX_DEPTH + "1" + "}" * MAX_DEPTH)
    large = (
        "".join(f"a{k}: 1\n" for k in range(MAX_SCALARS // 2 + 1)),
        "{a: " * (MAX_DEPTH + 1) + "1" + "}" * (MAX_DEPTH + 1),
        "{a: " * 15_000,
    )
    for text in large:
        with pytest.raises(FormatError, match="the file is too large: expected one document"):
            load(text)
    with pytest.raises(FormatError):
        load_yaml_tree(b"a: \xff", "f")


PIECES = [
    "a: ",
    "b:",
    "1",
    "\n",
    "  ",
    "{",
    "}",
    "- ",
    "'",
    '"',
    "&x ",
    "*x",
    "#",
    "~",
    "---",
    "true",
    "../x",
    "a",
]


@settings(deadline=None)
@given(text=st.lists(st.sampled_from(PIECES)).map("".join))
def test_what_is_read_is_what_yaml_readers_read(text: str) -> None:
    try:
        read = plain(load(text))
    except FormatError:
        return
    assert read == (yaml.safe_load(text) or {})
