"""Records as aligned lines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from zkctl.ceremony.contribution import ContributorKind
from zkctl.cli.text import escape, plain, record_lines


@dataclass
class Record:
    n_wires: int
    folder: Path
    digest: bytes
    kind: ContributorKind


def test_plain_turns_records_into_json_values() -> None:
    record = Record(3, Path("out"), b"\x0a\xff", ContributorKind.BEACON)
    expected = {"n_wires": 3, "folder": "out", "digest": "0aff", "kind": "beacon"}
    assert plain({"parts": (record,)}) == {"parts": [expected]}


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (1234567, "x  1,234,567"),
        (True, "x  yes"),
        ([], "x  none"),
        (1 << 64, "x  18446744073709551616"),
        (["a", 2], "x  a, 2"),
        (0.12345, "x  0.123"),
        ("\x00", r"x  \x00"),
    ],
)
def test_values(value: object, line: str) -> None:
    assert list(record_lines({"x": value})) == [line]


def test_nested_records_are_indented_and_lists_of_records_are_tables() -> None:
    people = [{"name": "Ann", "hash": "0a" * 32}, {"name": "Bartholomew", "beacon": True}]
    record = {"file": "a", "empty": "", "parts": {"n_wires": 1}, "people": people, "odd": [{}, 1]}
    assert list(record_lines(record)) == [
        "file  a",
        "parts",
        "  wires  1",
        "people",
        "  name         hash                         beacon",
        f"  Ann          {'0a' * 12}...",
        "  Bartholomew                               yes",
        "odd",
        "  none",
        "  1",
    ]


@pytest.mark.parametrize("text", ["\x1b[0m", "\x7f", "\x85", "\u200b", "\u2028", "\ud800", "\r\n"])
def test_escape_leaves_nothing_a_terminal_obeys(text: str) -> None:
    assert escape(text).isprintable()
    assert escape(text).isascii()


def test_escape_keeps_readable_text() -> None:
    assert escape("Zoë 東京 🙂 a_b-c") == "Zoë 東京 🙂 a_b-c"


def test_a_digest_among_words_is_shortened() -> None:
    rows = [{"type": f"beacon {'ab' * 96}, 2^31 iterations"}, {"type": "participant abc"}]
    assert list(record_lines({"rows": rows})) == [
        "rows",
        "  type",
        f"  beacon {'ab' * 12}..., 2^31 iterations",
        "  participant abc",
    ]


@pytest.mark.parametrize(("n", "n_left_out"), [(100, 0), (101, 0), (102, 2), (5348, 5248)])
def test_a_long_table_shows_its_ends(n: int, n_left_out: int) -> None:
    lines = list(record_lines({"rows": [{"number": k} for k in range(1, n + 1)]}))[2:]
    if not n_left_out:
        assert [int(line.replace(",", "")) for line in lines] == list(range(1, n + 1))
        return
    assert lines[49:52] == [
        "  50",
        f"  ... {n_left_out:,} more rows; --json shows all",
        f"  {n - 49:,}",
    ]
    assert (lines[0].strip(), lines[-1].strip(), len(lines)) == ("1", f"{n:,}", 101)
