"""The rows of a legacy system's CSV, each normalised or rejected with a reason; a wrong row never stops the others.

No reason contains a value: only the rule, the column and the legacy id's line.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from zkctl.address.credentials import check_public_key
from zkctl.address.hashes import holder_key
from zkctl.address.pid import Pid, normalise_pid, parse_pid
from zkctl.address.poseidon_rounds import MODULUS
from zkctl.address.texts import FIELDS, text_value
from zkctl.errors import FormatError, InputError
from zkctl.formats.json.strict import parse_integer
from zkctl.formats.strict_yaml import load_flat_yaml
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.storage.mapped import read_bytes, system_errors

MAX_ID = 200  # characters
_MAX_COLUMNS_FILE = 1 << 16
_MAX_CELL = 1 << 16  # characters
_REQUIRED = ("legacy_id", "pid")
_NAMES = (*_REQUIRED, "holder_key", *FIELDS)


@record(repr=False)
class LegacyAddress:
    """An address of the legacy system; `key` is None where the provider is to keep the holder's secret."""

    line: int
    legacy_id: str
    pid: Pid
    fields: tuple[str, ...]
    values: tuple[int, ...]
    key: int | None


@record(repr=False)
class RejectedRow:
    """A row that is not imported, and the reason."""

    line: int
    legacy_id: str
    reason: str


def read_columns(path: Path) -> dict[str, str]:
    """Return our names with the columns of the legacy file, from a flat YAML file.

    Raises: FormatError for an unknown name, or without legacy_id or pid.
    """
    where = printable(path)
    found = load_flat_yaml(read_bytes(path, _MAX_COLUMNS_FILE), where)
    for name, column in found.items():
        if name not in _NAMES:
            raise FormatError(
                f"the column {name} is unknown: expected one of {', '.join(_NAMES)}", where=where
            )
        if not isinstance(column, str) or not column:
            raise FormatError(f"the column of {name} is not a string", where=where)
    missing = [name for name in _REQUIRED if name not in found]
    if missing:
        raise FormatError(f"the column of {missing[0]} is missing", where=where)
    return {name: str(column) for name, column in found.items()}


def legacy_rows(path: Path, columns: Mapping[str, str]) -> Iterator[LegacyAddress | RejectedRow]:
    """Yield each row of a file in order, normalised or rejected.

    Raises: FormatError if the header lacks a mapped column or repeats one; EnvironmentProblem.
    """
    csv.field_size_limit(_MAX_CELL)
    key_of_zero = holder_key(0)
    with (
        system_errors("read the file", path),
        path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file,
    ):
        reader = csv.reader(file, strict=True)
        places = _places(next(reader, []), columns, printable(path))
        width = max(places.values()) + 1
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield RejectedRow(reader.line_num, "", "the row is not valid CSV")
                continue
            if not cells:
                continue
            line = reader.line_num
            if len(cells) < width:
                yield RejectedRow(line, "", "the row has too few cells")
                continue
            named = {name: cells[place] for name, place in places.items()}
            yield _row(line, named, key_of_zero)


def _places(header: list[str], columns: Mapping[str, str], where: str) -> dict[str, int]:
    for name, column in columns.items():
        if header.count(column) != 1:
            raise FormatError(
                f"the column of {name} is not in the header once: got {header.count(column)} times",
                where=where,
            )
    return {name: header.index(column) for name, column in columns.items()}


def _row(line: int, cells: Mapping[str, str], key_of_zero: int) -> LegacyAddress | RejectedRow:
    legacy_id = cells["legacy_id"].strip()
    if not 1 <= len(legacy_id) <= MAX_ID or not legacy_id.isprintable():
        reason = f"the legacy id is wrong: expected 1 to {MAX_ID} printable characters"
        return RejectedRow(line, "", reason)
    try:
        pid = parse_pid(normalise_pid(cells["pid"]))
        fields = _fields(cells, pid)
        values = tuple(
            text_value(text, where=name) for name, text in zip(FIELDS, fields, strict=True)
        )
        key = _key(cells.get("holder_key", "").strip(), key_of_zero)
    except InputError as problem:
        place = f"{problem.where}: " if problem.where else ""
        return RejectedRow(line, legacy_id, f"{place}{problem.message}")
    return LegacyAddress(line, legacy_id, pid, fields, values, key)


def _fields(cells: Mapping[str, str], pid: Pid) -> tuple[str, ...]:
    fields = [cells.get(name, "").strip() for name in FIELDS]
    fields[0] = fields[0] or pid.parts[0]
    if fields[0] != pid.parts[0]:
        raise InputError("the country is not that of the PID", where="country")
    return tuple(fields)


def _key(text: str, key_of_zero: int) -> int | None:
    if not text:
        return None
    key = parse_integer(text, where="holder_key")
    if key >= MODULUS:
        raise InputError("the number is too large", where="holder_key")
    check_public_key(key, of_zero=key_of_zero, where="holder_key")
    return key
