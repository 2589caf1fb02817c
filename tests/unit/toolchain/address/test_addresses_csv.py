"""The provider's CSV: broken files and rows, with the line and without a value."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.address.provider import write_rows
from zkctl.address.hashes import access_commitment, holder_key
from zkctl.address.poseidon_rounds import MODULUS
from zkctl.address.texts import text_value
from zkctl.errors import EnvironmentProblem, InputError
from zkctl.toolchain.address.addresses_csv import address_rows, reservation_rows

LOCKERS = ["facility", "locker_id", "access_commitment", "valid_from", "valid_until"]


def test_a_full_row(tmp_path: Path) -> None:
    header = ["version", "holder_key", "pid", "replaces", "country", "city"]
    path = write_rows(tmp_path / "a.csv", [["7", "5", "JP-13", "3", "JP", "東京"]], header)
    (row,) = address_rows(path)
    assert (row.version, row.key, row.pid.text, row.replaces, row.line) == (7, 5, "JP-13", 3, 2)
    assert row.fields == ["JP", "", "東京", "", "", "", "", ""]
    assert row.values[:3] == [0x4A50, 0, text_value("東京")]


def test_defaults_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xef\xbb\xbfpid,holder_key\r\nJP-13,5\r\n")
    (row,) = address_rows(path)
    assert (row.version, row.replaces, row.fields[0]) == (1, None, "JP")


@pytest.mark.parametrize(
    ("content", "message", "line"),
    [
        (b"", "the column pid is missing", 1),
        (b"pid\nJP-13\n", "the column holder_key is missing", 1),
        (b"pid,holder_key,age\n", "column 3 has an unknown name", 1),
        (b"pid,pid,holder_key\n", "a column occurs twice", 1),
        (b"pid,holder_key\nJP-13\n", "the row has a wrong number of cells: expected 2, got 1", 2),
        (b"pid,holder_key\nJP-13,5\n\nJP-14,5\n", "wrong number of cells: expected 2, got 0", 3),
        (b"pid,holder_key\nJP-13,5,6\n", "wrong number of cells: expected 2, got 3", 2),
        (b'pid,holder_key\n"JP-13,5\n', "the row is not valid CSV", 2),
        (b'pid,holder_key\n"JP"-13,5\n', "the row is not valid CSV", 2),
        (b"pid,holder_key\n" + b"J" * 5000 + b",5\n", "the row is not valid CSV", 2),
        (b"pid,holder_key\n" + b"J" * 200_000, "the line is too long: expected at most", 2),
        (
            b"pid,holder_key,replaces\nJP-13,5,0\n",
            "a row that replaces a leaf has no version: expected the replaced one plus 1",
            2,
        ),
        (b"pid,holder_key\nJP--13,5\n", "E2: part 2 of the PID is empty", 2),
        (b"pid,holder_key\nJP-13,05\n", "the text is not a decimal integer", 2),
        (b"pid,holder_key\nJP-13,-5\n", "the text is not a decimal integer", 2),
        (b"pid,holder_key\nJP-13,0\n", "the key is not a number from 1 to p - 1", 2),
        (b"pid,holder_key\nJP-13,%d\n" % MODULUS, "the number is too large", 2),
        (b"pid,holder_key\nJP-13,%d\n" % holder_key(0), "the key is that of the secret 0", 2),
        (b"pid,holder_key,country\nJP-13,5,DE\n", "the country is not that of the PID", 2),
        (b"pid,holder_key,city\nJP-13,5,a\x07\n", "E11: the text has a control", 2),
        (b"pid,holder_key,version\nJP-13,5,4294967296\n", "the number is too large", 2),
    ],
)
def test_broken_files(tmp_path: Path, content: bytes, message: str, line: int) -> None:
    path = tmp_path / "homes.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        list(address_rows(path))
    assert f"homes.csv line {line}" in caught.value.where
    assert "JP-13" not in str(caught.value)


def test_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "homes.csv"
    path.write_bytes(b"pid,holder_key\n\xff,5\n")
    with pytest.raises(InputError, match="the file is not UTF-8"):
        list(address_rows(path))


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="cannot read the file"):
        list(address_rows(tmp_path / "none.csv"))


def test_reservations(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.csv", [["FAC-0042/D017", "17", "5", "10", "20"]], LOCKERS)
    (row,) = reservation_rows(path)
    assert row.facility_id == text_value("FAC-0042/D017")
    assert (row.locker_id, row.commitment, row.valid_from, row.valid_until) == (17, 5, 10, 20)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (["F", "1", "5", "21", "20"], "the reservation ends before it begins"),
        (["F", "1", "5", "10", str(1 << 64)], "the number is too large"),
        (["F", "1", str(access_commitment(0)), "1", "2"], "the key is that of the secret 0"),
        (["\x07", "1", "5", "1", "2"], "E11"),
        (["", "1", "5", "1", "2"], "the reservation names no facility"),
    ],
)
def test_wrong_reservations(tmp_path: Path, row: list[str], message: str) -> None:
    path = write_rows(tmp_path / "a.csv", [row], LOCKERS)
    with pytest.raises(InputError, match=message):
        list(reservation_rows(path))
