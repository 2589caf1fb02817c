"""The rows of a provider's CSV: addresses with their holders' keys, or reservations of lockers.

No message contains a value: only the line and the column.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import TextIO

from zkctl.address.credentials import TIME_LIMIT, VERSION_LIMIT, check_public_key
from zkctl.address.hashes import access_commitment, holder_key
from zkctl.address.pid import Pid, parse_pid
from zkctl.address.poseidon_rounds import MODULUS
from zkctl.address.texts import FIELDS, text_value
from zkctl.errors import InputError
from zkctl.formats.json.strict import parse_integer
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.storage.mapped import system_errors

ADDRESS_COLUMNS = ("pid", "holder_key")
ADDRESS_OPTIONAL = ("version", "replaces", *FIELDS)
RESERVATION_COLUMNS = ("facility", "locker_id", "access_commitment", "valid_from", "valid_until")
_MAX_FIELD = 4096  # characters of a cell
_MAX_LINE = 1 << 17  # above 12 such cells with all quotes doubled


@record(repr=False)
class AddressRow:
    """One address; `replaces` is the place of the leaf that it replaces."""

    where: str
    line: int
    pid: Pid
    key: int
    fields: list[str]
    values: list[int]
    version: int
    replaces: int | None


@record(repr=False)
class ReservationRow:
    """One reservation."""

    where: str
    facility: str
    facility_id: int
    locker_id: int
    commitment: int
    valid_from: int
    valid_until: int


def address_rows(path: Path) -> Iterator[AddressRow]:
    """Yield the addresses of a file.  Raises: InputError for the first wrong row; EnvironmentProblem."""
    key_of_zero = holder_key(0)
    for line, cells in _rows(path, ADDRESS_COLUMNS, ADDRESS_OPTIONAL):
        where = _place(path, line)
        pid = parse_pid(cells["pid"], where=where)
        key = _number(cells, "holder_key", MODULUS, where)
        check_public_key(key, of_zero=key_of_zero, where=f"{where} holder_key")
        fields = [cells.get(name, "") for name in FIELDS]
        fields[0] = fields[0] or pid.parts[0]
        if fields[0] != pid.parts[0]:
            raise InputError("the country is not that of the PID", where=where)
        values = [
            text_value(text, where=f"{where} {name}")
            for name, text in zip(FIELDS, fields, strict=True)
        ]
        version = _number(cells, "version", VERSION_LIMIT, where) if cells.get("version") else 1
        replaces = _number(cells, "replaces", 1 << 32, where) if cells.get("replaces") else None
        if replaces is not None and not cells.get("version"):
            raise InputError(
                "a row that replaces a leaf has no version: expected the replaced one plus 1",
                where=where,
            )
        yield AddressRow(where, line, pid, key, fields, values, version, replaces)


def reservation_rows(path: Path) -> Iterator[ReservationRow]:
    """Yield the reservations of a file.  Raises: as `address_rows`."""
    key_of_zero = access_commitment(0)
    for line, cells in _rows(path, RESERVATION_COLUMNS, ()):
        where = _place(path, line)
        commitment = _number(cells, "access_commitment", MODULUS, where)
        check_public_key(commitment, of_zero=key_of_zero, where=f"{where} access_commitment")
        times = [_number(cells, name, TIME_LIMIT, where) for name in ("valid_from", "valid_until")]
        if times[0] > times[1]:
            raise InputError("the reservation ends before it begins", where=where)
        facility = cells["facility"]
        if not facility:
            raise InputError("the reservation names no facility", where=where)
        facility_id = text_value(facility, where=f"{where} facility")
        locker_id = _number(cells, "locker_id", MODULUS, where)
        yield ReservationRow(where, facility, facility_id, locker_id, commitment, *times)


def _rows(
    path: Path, required: tuple[str, ...], optional: tuple[str, ...]
) -> Iterator[tuple[int, Mapping[str, str]]]:
    csv.field_size_limit(_MAX_FIELD)
    with system_errors("read the file", path), path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(_bounded_lines(file, path), strict=True)
        try:
            header = next(reader, [])
            _check_header(header, required, optional, _place(path, 1))
            for row in reader:
                _check_length(row, header, _place(path, reader.line_num))
                yield reader.line_num, dict(zip(header, row, strict=True))
        except csv.Error:
            raise InputError(
                "the row is not valid CSV", where=_place(path, reader.line_num)
            ) from None
        except UnicodeDecodeError:
            raise InputError("the file is not UTF-8", where=printable(path)) from None


def _bounded_lines(file: TextIO, path: Path) -> Iterator[str]:
    """Yield lines; one without an end would fill the memory.  Raises: InputError."""
    for number in count(1):
        line = file.readline(_MAX_LINE + 1)
        if not line:
            return
        if len(line) > _MAX_LINE:
            raise InputError(
                f"the line is too long: expected at most {_MAX_LINE} characters",
                where=_place(path, number),
            )
        yield line


def _check_length(row: list[str], header: list[str], where: str) -> None:
    if len(row) != len(header):
        raise InputError(
            f"the row has a wrong number of cells: expected {len(header)}, got {len(row)}",
            where=where,
        )


def _place(path: Path, line: int) -> str:
    return f"{printable(path)} line {line}"


def _check_header(
    header: list[str], required: tuple[str, ...], optional: tuple[str, ...], where: str
) -> None:
    missing = [name for name in required if name not in header]
    if missing:
        raise InputError(f"the column {missing[0]} is missing", where=where)
    unknown = [name for name in header if name not in (*required, *optional)]
    if unknown:
        raise InputError(f"column {header.index(unknown[0]) + 1} has an unknown name", where=where)
    if len(set(header)) < len(header):
        raise InputError("a column occurs twice", where=where)


def _number(cells: Mapping[str, str], name: str, limit: int, where: str) -> int:
    value = parse_integer(cells[name], where=f"{where} {name}")
    if value >= limit:
        raise InputError("the number is too large", where=f"{where} {name}")
    return value
