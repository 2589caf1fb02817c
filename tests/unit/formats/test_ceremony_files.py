"""The files of a ceremony's folder: round trips, and what is refused."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from zkctl.ceremony.record.ledger import Entry
from zkctl.ceremony.record.rules import Rules
from zkctl.errors import EnvironmentProblem, FormatError, ZkctlError
from zkctl.formats.ceremony_files import (
    Receipt,
    entry_line,
    read_ledger,
    read_receipt,
    read_rules,
    receipt_text,
    rules_text,
)
from zkctl.storage.mapped import read_input

RULES = Rules("c.r1cs", "ab", "p.ptau", "cd", 3, beacon_source='a "strange": source')
ENTRY = Entry(0, "0" * 64, "init", "id", "t", "zkctl", name="Zoë \u202e")


def write(folder: Any, text: Any):
    path = folder / "file"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_rules_are_read_as_written(tmp_path: Path) -> None:
    text = rules_text(RULES)
    rules, ceremony_id = read_rules(write(tmp_path, text))
    assert rules == RULES
    assert ceremony_id == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: "{", "the file is not YAML"),
        (lambda t: b"\xff", "the file is not YAML"),
        (lambda t: "[" * 5000, "the file is not YAML"),
        (lambda t: "a: !!python/object:os.system {}", "the file is not YAML"),
        (lambda t: "[]", "the rules are not of the schema zkctl-ceremony/1"),
        (lambda t: t.replace("ceremony/1", "ceremony/2"), "the rules are not of the schema"),
        (lambda t: t + "bonus: 1\n", "unknown field 'bonus'"),
        (
            lambda t: t.replace("players: 3", 'players: "3"'),
            "the field 'minimum_players' is wrong: expected an integer",
        ),
        (
            lambda t: t.replace("players: 3", "players: true"),
            "the field 'minimum_players' is wrong: expected an integer",
        ),
        (
            lambda t: t.replace("circuit:", "# "),
            "the field 'circuit' is missing: expected the rules",
        ),
        (lambda t: t.replace("players: 3", "players: 0"), "minimum_players is 0, expected 1 to"),
    ],
)
def test_rules_that_are_refused(tmp_path: Path, change: Any, message: str) -> None:
    with pytest.raises(ZkctlError, match=message):
        read_rules(write(tmp_path, change(rules_text(RULES))))


def test_lines_are_read_as_written(tmp_path: Path) -> None:
    line = entry_line(ENTRY)
    assert b" " not in line.replace(b"Zo\\u00eb \\u202e", b"")
    ledger = read_ledger(write(tmp_path, line + b"\n" + line + b"\n"))
    assert ledger.entries == (ENTRY, ENTRY)
    assert ledger.lines == (line, line)


LINE = entry_line(ENTRY)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (LINE, "the last line is not complete"),
        (b"[]\n", "expected a line of a ceremony's ledger, found a list of 0 strings"),
        (b"\n", "found an empty file"),
        (
            LINE.replace(b'{"index', b'{ "index') + b"\n",
            "the line is not written as zkctl writes it",
        ),
        (LINE.replace(b'"init"', b'"gift"') + b"\n", "unknown kind 'gift' of a line"),
        (
            LINE.replace(b'"index":0', b'"index":"0"') + b"\n",
            "the field 'index' is wrong: expected an integer",
        ),
    ],
)
def test_lines_that_are_refused(tmp_path: Path, raw: Any, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read_ledger(write(tmp_path, raw))


def test_receipts(tmp_path: Path) -> None:
    receipt = Receipt("", "c", 1, "Ann", "p", "h", "k", "t", "zkctl")
    assert read_receipt(write(tmp_path, receipt_text(receipt))) == receipt
    other = receipt_text(receipt).replace("receipt/1", "receipt/9")
    with pytest.raises(FormatError, match="the receipt is not of the schema zkctl-receipt/1"):
        read_receipt(write(tmp_path, other))


def test_a_ledger_through_a_pipe_only_where_the_user_names_it(tmp_path: Path) -> None:
    pipe, raw = tmp_path / "pipe", entry_line(ENTRY) + b"\n"
    os.mkfifo(pipe)
    with pytest.raises(EnvironmentProblem, match="not a regular file: it is a pipe"):
        read_ledger(pipe)  # as one in a folder from elsewhere
    writer = threading.Thread(target=pipe.write_bytes, args=[raw])
    writer.start()
    assert read_ledger(pipe, read_input).entries == (ENTRY,)
    writer.join()
