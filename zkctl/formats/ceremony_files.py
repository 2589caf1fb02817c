"""The files of a ceremony's folder: ceremony.yaml, transcript.jsonl, receipts and the manifest.

A line of the ledger is a JSON object without spaces, keys in alphabetical order, empty fields left
out, so that its bytes follow from its contents.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from zkctl.ceremony.record.ledger import KINDS, Entry, Ledger
from zkctl.ceremony.record.rules import SCHEMA, Rules, check_rules
from zkctl.ceremony.record.signing import SignedStatement
from zkctl.errors import FormatError, UsageError
from zkctl.formats.json.kinds import JsonKind, document_of
from zkctl.formats.json.strict import load_json, name_of_value
from zkctl.formats.strict_yaml import load_flat_yaml
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.storage.mapped import read_bytes

RECEIPT_SCHEMA = "zkctl-receipt/1"
MAX_RULES_BYTES = 1 << 16
MAX_LEDGER_BYTES = 256 << 20
MAX_LINE_BYTES = 1 << 16
MAX_RECEIPT_BYTES = 1 << 16
_MAX_DIGITS = 20
_LATER_RULES = ("title", "admission", "admission_blake2b")

_TYPES = {"str": "a string", "int": "an integer", "bool": "true or false"}

T = TypeVar("T")


@record
class Receipt:
    """The proof that a contributor keeps: it shows the inclusion in the final key."""

    ceremony_id: str  # empty outside of a ceremony
    circuit_hash: str
    number: int
    name: str
    parent: str
    contribution: str
    key_digest: str  # BLAKE2b-512 of the key file written
    time: str
    tool: str
    public_key: str = ""
    signature: str = ""
    schema: str = RECEIPT_SCHEMA

    @property
    def statement(self) -> SignedStatement:
        """The statement that is signed."""
        return SignedStatement(self.ceremony_id, self.number, self.parent, self.contribution)


def rules_text(rules: Rules) -> str:
    """Return the content of ceremony.yaml."""
    lines = ["# The rules of this ceremony. Its id is the SHA-256 of this file: do not edit it."]
    for name, value in dataclasses.asdict(rules).items():
        if name in _LATER_RULES and value == getattr(Rules, name):
            continue  # as files of earlier versions
        lines.append(f"{name}: {json.dumps(value)}")
    return "\n".join(lines) + "\n"


def read_rules(path: Path) -> tuple[Rules, str]:
    """Return the rules and the ceremony's id.  Raises: FormatError, UsageError for contradictory rules."""
    raw, where = read_bytes(path, MAX_RULES_BYTES), printable(path)
    value = load_flat_yaml(raw, where)
    if value.get("schema") != SCHEMA:
        raise FormatError(f"the rules are not of the schema {SCHEMA}", where=where)
    rules = _record(Rules, value, where)
    try:
        check_rules(rules)
    except UsageError as problem:
        problem.where = where
        raise
    return rules, hashlib.sha256(raw).hexdigest()


def entry_line(entry: Entry) -> bytes:
    """Return a line without its end."""
    defaults = {f.name: f.default for f in dataclasses.fields(Entry)}
    fields = dataclasses.asdict(entry).items()
    kept = {_on_disk(Entry, name): value for name, value in fields if value != defaults[name]}
    return json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def read_ledger(path: Path, read: Callable[[Path, int], bytes] = read_bytes) -> Ledger:
    """Return all lines without checking their chain, which `check_ledger` does.

    `read` is `read_input` for a ledger that the user names, which may come through a pipe.
    Raises: FormatError naming the line.
    """
    raw, where = read(path, MAX_LEDGER_BYTES), printable(path)
    if not raw:
        raise FormatError("expected the ledger of a ceremony, found an empty file", where=where)
    found = _other_than_a_ledger(raw)
    if not raw.endswith(b"\n"):
        raise FormatError(f"the last line is not complete{found}", where=where)
    lines = raw.split(b"\n")[:-1]
    try:
        entries = tuple(_entry(line, f"{where}, line {k}") for k, line in enumerate(lines, 1))
    except FormatError as problem:
        problem.message += found
        raise
    return Ledger(entries, tuple(lines))


def _other_than_a_ledger(raw: bytes) -> str:
    """Return the end of a message about a file that does not begin as a ledger, "" for one that does."""
    if raw.startswith(b'{"contribution":'):  # the first name of a line
        return ""
    from zkctl.formats.identify import name_of_content

    return f"; the file is {name_of_content(raw)}, not the ledger of a ceremony"


def _entry(line: bytes, where: str) -> Entry:
    value = load_json(line, max_bytes=MAX_LINE_BYTES, max_digits=_MAX_DIGITS, where=where)
    entry = _record(Entry, value, where)
    if entry_line(entry) != line:
        raise FormatError("the line is not written as zkctl writes it", where=where)
    if entry.kind not in KINDS:
        raise FormatError(f"unknown kind {printable(entry.kind, 40)!r} of a line", where=where)
    return entry


def receipt_text(receipt: Receipt) -> str:
    """Return a receipt as JSON."""
    return json.dumps(receipt_fields(receipt), indent=1) + "\n"


def receipt_fields(receipt: Receipt) -> dict[str, Any]:
    """Return the fields of a receipt under their published names."""
    fields = dataclasses.asdict(receipt).items()
    return {_on_disk(Receipt, name): value for name, value in fields}


def read_receipt(path: Path) -> Receipt:
    """Return a contributor's receipt.  Raises: FormatError."""
    value = load_json(path, max_bytes=MAX_RECEIPT_BYTES, max_digits=_MAX_DIGITS)
    return receipt_from(value, printable(path))


def receipt_from(value: Any, where: str) -> Receipt:
    """Return a receipt from its JSON object.  Raises: FormatError."""
    receipt = _record(Receipt, value, where)
    if receipt.schema != RECEIPT_SCHEMA:
        raise FormatError(f"the receipt is not of the schema {RECEIPT_SCHEMA}", where=where)
    return receipt


def _record(kind: type[T], value: Any, where: str) -> T:
    """Return a flat object as a data class: exactly its fields, each of its type."""
    fields = {_on_disk(kind, field.name): field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    if not isinstance(value, dict) or document_of(value).kind is not JsonKind.JSON:
        raise FormatError(
            f"expected {_DOCUMENTS[kind]}, found {document_of(value).name}", where=where
        )
    unknown = [str(name) for name in value if name not in fields]
    if unknown:
        raise FormatError(
            f"unknown field {printable(unknown[0], 40)!r}: expected {_DOCUMENTS[kind]},"
            f" found {document_of(value).name}",
            where=where,
        )
    for name, field in fields.items():
        if name not in value and field.default is dataclasses.MISSING:
            raise FormatError(
                f"the field {name!r} is missing: expected {_DOCUMENTS[kind]},"
                f" found {document_of(value).name}",
                where=where,
            )
        if name in value and type(value[name]).__name__ != field.type:
            raise FormatError(
                f"the field {name!r} is wrong: expected {_TYPES[str(field.type)]},"
                f" found {name_of_value(value[name])}",
                where=where,
            )
    return kind(**{field.name: value[name] for name, field in fields.items() if name in value})


def _on_disk(kind: type, name: str) -> str:
    """Return the published name of a field."""
    return PUBLISHED_NAMES.get(kind, {}).get(name, name)


# Field names on disk and in requests that differ from those of the classes.
PUBLISHED_NAMES: dict[type, dict[str, str]] = {
    Entry: {"ceremony_id": "rules", "key_digest": "key"},
    Receipt: {"ceremony_id": "ceremony", "circuit_hash": "circuit", "key_digest": "key"},
}

_DOCUMENTS: dict[type, str] = {
    Rules: "the rules of a ceremony",
    Entry: "a line of a ceremony's ledger",
    Receipt: "the receipt of a contributor",
}
