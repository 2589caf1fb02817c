"""Recognise the kind of a file by its content: the one place where every reader asks what a file is."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Any

from zkctl.errors import FormatError
from zkctl.formats.json.kinds import document_of
from zkctl.formats.magic import KINDS, START_BYTES, has_magic, name_of_start
from zkctl.storage.mapped import map_file

MAX_JSON_BYTES = 64 << 20


class FileKind(StrEnum):
    """The kinds of files that commands read."""

    R1CS = "r1cs"
    WTNS = "wtns"
    PTAU = "ptau"
    ZKEY = "zkey"
    WPROG = "wprog"
    SYM = "sym"
    WASM = "wasm"
    CHALLENGE = "challenge"
    RESPONSE = "response"
    MPCPARAMS = "mpcparams"
    VERIFICATION_KEY = "verification key"
    PROOF = "proof"
    RECEIPT = "receipt"
    PUBLIC = "public signals"
    JSON = "json"


_CIRCOM = "circom source code"
_OF_SOURCES = (
    "compile it, and name a file that is written; commands about circuits take the source itself"
)


def identify(path: Path) -> FileKind:
    """Return the kind of a file.

    Raises: FormatError that names what it is, for a kind that no command reads; EnvironmentProblem if it is unreadable.
    """
    source = map_file(path)
    kind = kind_of_content(source.data)
    if kind is None:
        found = name_of_content(source.data)
        raise FormatError(
            f"expected a file of circom, snarkjs or zkctl, found {found}",
            where=source.where,
            hint=_OF_SOURCES if found == _CIRCOM else "",
        )
    return kind


def magic_of(data: memoryview) -> str:
    """Return the kind that the first four bytes name, "" for none."""
    start = bytes(data[:START_BYTES])
    return KINDS[start[:4]][0] if start[:4] in KINDS and has_magic(start, start[:4]) else ""


def kind_of_content(data: memoryview) -> FileKind | None:
    """Return the kind of a file with this content, None for one that no command reads."""
    magic = magic_of(data)
    if magic:
        return FileKind(magic)
    start = bytes(data[:START_BYTES])
    name = name_of_start(start)
    if name == "a sym file":
        return FileKind.SYM
    if name.startswith(_VAGUE) and (found := _kind_without_magic(data)):
        return found
    parsed = _parsed(data) if _may_be_json(name) else None
    return None if parsed is None else FileKind(document_of(parsed[0]).kind)


_VAGUE = ("unknown data", "zero bytes", "text")  # bytes that may be a file without a mark


def _kind_without_magic(data: memoryview) -> FileKind | None:
    from zkctl.formats.binary.unmarked import is_bellman, is_challenge, is_response

    checks = {
        FileKind.CHALLENGE: is_challenge,
        FileKind.RESPONSE: is_response,
        FileKind.MPCPARAMS: is_bellman,
    }
    return next((kind for kind, is_one in checks.items() if is_one(data)), None)


_NAMES = {
    FileKind.CHALLENGE: "a challenge of a phase 1",
    FileKind.RESPONSE: "a response of a phase 1",
    FileKind.MPCPARAMS: "parameters of bellman (.mpcparams)",
}


def name_of_content(data: memoryview | bytes) -> str:
    """Return the name, with an article, of a file with this content."""
    view = memoryview(data)
    name = name_of_start(bytes(view[:START_BYTES]))
    parsed = _parsed(view) if _may_be_json(name) else None
    return name_unless_json(view) if parsed is None else document_of(parsed[0]).name


def name_unless_json(data: memoryview | bytes) -> str:
    """Return the name, with an article, of a file that is not one JSON document."""
    view = memoryview(data)
    start = bytes(view[:START_BYTES])
    name = name_of_start(start)
    if name.startswith(_VAGUE) and (known := _name_without_magic(view)):
        return known
    return _name_of_lines(start) or name


def _name_without_magic(data: memoryview) -> str | None:
    from zkctl.formats.binary.gnark import name_of_gnark

    kind = _kind_without_magic(data)
    return _NAMES[kind] if kind else name_of_gnark(data)


def _may_be_json(name: str) -> bool:
    return name in ("JSON", "a lone number", "text", "hexadecimal text")


def _parsed(data: memoryview) -> tuple[Any] | None:
    """Return the JSON document, leniently read, in a tuple; None for anything else."""
    if len(data) > MAX_JSON_BYTES:
        return None
    try:
        return (json.loads(bytes(data)),)
    except (ValueError, RecursionError):
        return None


def _name_of_lines(start: bytes) -> str | None:
    """Return the name of a file of which every line is a JSON object, judged by its first line."""
    line, end, _ = start.partition(b"\n")
    if not end and len(start) < START_BYTES:
        return None
    if line.startswith(b'{"at":') or b'"previous":' in line:
        return "the ledger of a ceremony (transcript.jsonl)"
    if line.startswith(b'{"proof"'):
        return "statements, one on a line (JSON Lines)"
    return "JSON lines" if line.startswith(b"{") and line.endswith(b"}") else None
