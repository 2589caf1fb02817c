"""ceremony.yaml has one reading: what YAML readers disagree on is refused with its line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zkctl.ceremony.drand import MAX_ROUND, QUICKNET
from zkctl.ceremony.record.rules import Rules, parse_time
from zkctl.errors import FormatError, UsageError, ZkctlError
from zkctl.formats.ceremony_files import MAX_RULES_BYTES, read_rules, rules_text
from zkctl.formats.strict_yaml import load_flat_yaml

RULES = Rules("circuit.r1cs", "a" * 128, "phase1.ptau", "b" * 128)


def load(text: str) -> dict[str, object]:
    return load_flat_yaml(text.encode(), "f")


def test_what_is_read() -> None:
    text = "# a comment\na: 1\nb: \"x: 'y'\"\nc: false\nd: 'it''s'\ne: drand:quicknet\nf: 0\n"
    expected = {"a": 1, "b": "x: 'y'", "c": False, "d": "it's", "e": "drand:quicknet", "f": 0}
    assert load(text) == expected
    assert load('---\na: "1"\n') == {"a": "1"}


@pytest.mark.parametrize(
    "value",
    [
        "010", "0o10", "0x10", "0b1", "1_000", "1:00", "+5", "-5", "1e3", "1.0", ".5", ".inf", ".nan",
        "~", "null", "Null", "yes", "No", "ON", "off", "True", "y", "2026-12-31", "=", "<<", "00",
        "1" * 20, "9" * 5000, "", "a b", "é", "12ab",
    ],
)  # fmt: skip
def test_scalars_with_more_than_one_reading(value: str) -> None:
    message = (
        "the field 'b' has more than one reading: expected a decimal integer of at most 19 digits,"
        " true, false or a quoted string, got"
    )
    with pytest.raises(FormatError, match=message) as caught:
        load(f"a: 1\nb: {value}\n")
    assert caught.value.where == "f, line 2"


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("a: 1\na: 2\n", "the field 'a' occurs twice: expected it once", 2),
        ('a: 1\n"a": 2\n', "the field 'a' occurs twice", 2),
        ("a: &x 1\n", "there is an anchor or a tag: expected a plain value", 1),
        ("a: 1\nb: *x\n", "the file is not YAML of a flat", 2),
        ("a: !!str 1\n", "there is an anchor or a tag", 1),
        ("a: !!python/object/apply:os.system ['x']\n", "the file is not YAML of a flat", 1),
        ("<<: {a: 1}\n", "the file is not YAML of a flat", 1),
        ("<<: 1\n", "the field name is malformed", 1),
        ("a: [1]\n", "the file is not YAML of a flat", 1),
        ("a:\n  b: 1\n", "the file is not YAML of a flat", 2),
        ("? [a]\n: 1\n", "the file is not YAML of a flat", 1),
        ("a: 1\n---\nb: 1\n", "the file is not YAML of a flat", 2),
        ("%YAML 1.1\n---\na: 1\n", "there is a YAML directive: expected none", 1),
        ("# c\n%FOO x\n---\na: 1\n", "there is a YAML directive: expected none", 2),
        ("a: |\n  x\n", "the field 'a' is not on one line", 1),
        ("a: >\n  x\n", "the field 'a' is not on one line", 1),
        ("a: |", "the field 'a' is not on one line", 1),
        ("a: >-", "the field 'a' is not on one line", 1),
        ('a: "x\n  y"\n', "the field 'a' is not on one line", 1),
        ("A: 1\n", "the field name is malformed: expected lower-case letters, got", 1),
        ("1: 1\n", "the field name is malformed", 1),
        ('a: "\\ud800"\n', "the field 'a' is not valid Unicode", 1),
        ("a: \"x\n", "the file is not YAML", 2),
        ("\t", "the file is not YAML", 1),
    ],
)  # fmt: skip
def test_files_with_more_than_one_reading(text: str, message: str, line: int) -> None:
    with pytest.raises(FormatError, match=message) as caught:
        load(text)
    assert caught.value.where == f"f, line {line}"


@pytest.mark.parametrize(
    "character",
    ["\r", "\x85", "\u2028", "\u2029", "\ufeff", "\u202e", "\u2066", "\u200b", "\xa0", "\xad", "\0", "\x1b",
     "\x0b", "\x0c", "\x7f", "\x9b", "\ue000", "\u3000", "\U000e0041"],
)  # fmt: skip
@pytest.mark.parametrize("form", ["a: 1\n# comment{}b: 2\n", 'a: 1\nb: "{}"\n', "a: 1\n{}b: 2\n"])
def test_characters_that_are_not_shown(character: str, form: str) -> None:
    """YAML 1.1 ends a comment at NEL, a person and YAML 1.2 do not: the field after it is hidden."""
    message = (
        "the file has a character that is not shown: expected printable characters,"
        rf" got U\+{ord(character):04X}"
    )
    with pytest.raises(FormatError, match=message) as caught:
        load(form.format(character))
    assert caught.value.where == "f, line 2"


def test_lines_of_other_systems() -> None:
    assert load("a: 1\r\nb: 'é' \r\n") == {"a": 1, "b": "é"}


@pytest.mark.parametrize("text", ["", "# nothing\n", "a\n", "[]", "- 1\n", "[1]"])
def test_files_without_fields(text: str) -> None:
    assert load(text) == {}


def test_bounds(tmp_path: Path) -> None:
    load("".join(f"a{k}: 1\n" for k in range(64)))
    with pytest.raises(
        FormatError, match="the file is not YAML of a flat mapping: expected at most 64"
    ):
        load("".join(f"a{k}: 1\n" for k in range(65)))
    for raw in (b"[" * 60_000, b"{a: " * 15_000, b'a: "\xff"\n', b'a: "\\UFFFFFFFF"\n'):
        with pytest.raises(FormatError):
            load_flat_yaml(raw, "f")
    (tmp_path / "r").write_text(rules_text(RULES) + "#" * MAX_RULES_BYTES)
    with pytest.raises(ZkctlError):
        read_rules(tmp_path / "r")


def test_rules_are_read_as_they_were_written(tmp_path: Path) -> None:
    source = "Zürich 😀: \"x\" \\ 'y' # no comment"
    rules = replace(RULES, beacon_source=source, deadline="2026-12-31T12:00:00Z")
    (tmp_path / "r").write_text(rules_text(rules))
    assert read_rules(tmp_path / "r")[0] == rules


@pytest.mark.parametrize("number", [MAX_ROUND + 1, 10**12, 2**62, 2**63])
def test_rounds_beyond_the_year_9999(tmp_path: Path, number: Any) -> None:
    rules = replace(RULES, beacon_source=QUICKNET, beacon_round=number)
    (tmp_path / "r").write_text(rules_text(rules))
    with pytest.raises(UsageError, match="drand has no round") as caught:
        read_rules(tmp_path / "r")
    assert caught.value.where.endswith("r")
    (tmp_path / "r").write_text(rules_text(replace(rules, beacon_round=MAX_ROUND)))
    assert read_rules(tmp_path / "r")[0].beacon_round == MAX_ROUND


@pytest.mark.parametrize(
    "text",
    [
        "2026-1-1T1:1:1Z", "2026-12-31T12:00:00", "2026-12-31 12:00:00Z", "0000-12-31T12:00:00Z",
        "2026-12-31T12:00:00Z ", "2026-12-31T24:00:00Z", "12026-12-31T12:00:00Z", "2026-02-30T12:00:00Z",
        "\uff12026-12-31T12:00:00Z",
    ],
)  # fmt: skip
def test_times_have_one_form(text: str) -> None:
    with pytest.raises(UsageError, match="is not of the form 2026-12-31T12:00:00Z"):
        parse_time(text)


@pytest.mark.parametrize("source", ["x" * 501, "a\nb", "\x7f", "\u202e"])
def test_beacon_sources(tmp_path: Path, source: str) -> None:
    text = rules_text(RULES).replace('beacon_source: ""', f"beacon_source: {json.dumps(source)}")
    (tmp_path / "r").write_text(text.replace("\x7f", "\\x7f"))
    message = "the beacon source is too long or not printable: expected at most 500"
    with pytest.raises(UsageError, match=message):
        read_rules(tmp_path / "r")


PIECES = st.sampled_from(
    ["a: ", "minimum_players: ", "0x", "1_0", "\n", "<<: ", "*a", "&a ", "!!int ", "{", "}", "[", '"', "'",
     "\\", "---\n", "...", "? ", "- ", "|", "%YAML 1.1\n", "é", "\x00", "#", "9" * 30, "deadline: ", "\t"]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=4), max_size=20).map("".join)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=TEXTS, at=st.integers(0, 600))
def test_any_text_is_read_or_refused(tmp_path: Path, text: Any, at: Any) -> None:
    """No exception but ours, and none of an internal error: alone, and inside real rules."""
    base = rules_text(RULES)
    for content in (text, base[:at] + text + base[at:]):
        (tmp_path / "r").write_bytes(content.encode("utf-8", "surrogatepass"))
        try:
            read_rules(tmp_path / "r")
        except ZkctlError as problem:
            assert problem.exit_code in (2, 3)
            assert problem.where
