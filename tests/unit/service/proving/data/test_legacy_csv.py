"""The rows of a legacy CSV: normalised, or rejected with a reason that has no value."""

from pathlib import Path

import pytest

from zkctl.address.hashes import holder_key
from zkctl.address.texts import text_value
from zkctl.errors import FormatError
from zkctl.service.proving.data.legacy_csv import (
    LegacyAddress,
    RejectedRow,
    legacy_rows,
    read_columns,
)

COLUMNS = {"legacy_id": "ID", "pid": "PID", "holder_key": "KEY", "city": "Town"}


def rows_of(tmp_path: Path, *lines: str | bytes) -> list[LegacyAddress | RejectedRow]:
    path = tmp_path / "legacy.csv"
    raw = [line.encode() if isinstance(line, str) else line for line in lines]
    path.write_bytes(b"ID,Other,PID,Town,KEY\r\n" + b"\r\n".join(raw) + b"\r\n")
    return list(legacy_rows(path, COLUMNS))


def test_rows_are_normalised(tmp_path: Path) -> None:
    key = holder_key(5)
    first, second = rows_of(
        tmp_path, f"17,x,\uff2a\uff30\u201313-113,\u00a0Hachi\u014dji ,{key}", '18,"a\nb",jp,,'
    )
    assert isinstance(first, LegacyAddress)
    assert (first.legacy_id, first.pid.text, first.key) == ("17", "JP-13-113", key)
    assert first.fields == ("JP", "", "Hachi\u014dji", "", "", "", "", "")
    assert first.values[2] == text_value("Hachi\u014dji")
    assert isinstance(second, LegacyAddress)
    assert (second.line, second.key) == (4, None)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1,x,JP--13,,", "E2"),
        ("1,x,,,", "E1"),
        ("1,x,XX-13,,", "E9"),
        ("1,x,JP,a\tb,", "city: E11"),
        (b"1,x,JP,\xff\xfe,", "city: E11"),
        (f"1,x,JP,{'a' * 1025},", "city: E12"),
        ("1,x,JP,,abc", "holder_key: the text is not a decimal integer"),
        (f"1,x,JP,,{1 << 254}", "holder_key: the number is too large"),
        (f"1,x,JP,,{holder_key(0)}", "holder_key: "),
        ("1,x,JP", "the row has too few cells"),
        (",x,JP,,", "the legacy id is wrong"),
        ("a\tb,x,JP,,", "the legacy id is wrong"),
        ('1,"x"y,JP,,', "the row is not valid CSV"),
    ],
)
def test_a_wrong_row_is_rejected_and_the_next_one_read(
    tmp_path: Path, line: str | bytes, reason: str
) -> None:
    first, second = rows_of(tmp_path, line, "2,x,JP-13,,")
    assert isinstance(first, RejectedRow)
    assert first.reason.startswith(reason)
    assert isinstance(second, LegacyAddress)


def test_no_reason_has_a_value(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, "1,x,JP-SECRET99,,", "2,x,JP,,secret99", "secret\t99,x,JP,,")
    assert all(isinstance(row, RejectedRow) for row in rows)
    assert not any("SECRET99" in row.reason.upper() for row in rows)  # type: ignore[union-attr]


@pytest.mark.parametrize("header", ["ID,PID,Town", "ID,ID,PID,Town,KEY", ""])
def test_a_header_that_lacks_or_repeats_a_column(tmp_path: Path, header: str) -> None:
    path = tmp_path / "legacy.csv"
    path.write_text(f"{header}\n")
    with pytest.raises(FormatError, match="is not in the header once"):
        list(legacy_rows(path, COLUMNS))


def test_columns(tmp_path: Path) -> None:
    path = tmp_path / "columns.yaml"
    path.write_text("legacy_id: ID\npid: 'The PID'\ncity: Town\n")
    assert read_columns(path) == {"legacy_id": "ID", "pid": "The PID", "city": "Town"}
    for wrong, message in (
        ("pid: PID\n", "the column of legacy_id is missing"),
        ("legacy_id: ID\npid: PID\nsalt: S\n", "the column salt is unknown"),
        ("legacy_id: 1\npid: PID\n", "the column of legacy_id is not a string"),
    ):
        path.write_text(wrong)
        with pytest.raises(FormatError, match=message):
            read_columns(path)
