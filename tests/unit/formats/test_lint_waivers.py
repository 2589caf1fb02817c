from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from zkctl.errors import InputError
from zkctl.formats.lint_waivers import read_waivers
from zkctl.lint.waivers import Waiver

TEXT = """version: 1
waivers:
  spare-input:
    code: L004
    signal: spare
    reason: "the next edition reads it"
    until: "2027-06-30"
  ratio:
    code: L006
    place: "c.py:7"
    reason: "the caller has checked the divisor"
    until: "2027-01-31"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "waivers.yaml"
    path.write_text(text)
    return path


def test_a_file_of_waivers(tmp_path: Path) -> None:
    reasons = "the next edition reads it", "the caller has checked the divisor"
    assert read_waivers(written(tmp_path, TEXT)) == [
        Waiver("spare-input", "L004", reasons[0], date(2027, 6, 30), signal="spare"),
        Waiver("ratio", "L006", reasons[1], date(2027, 1, 31), place="c.py:7"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("version: 1", "version: 2", "the version of the waivers is unknown: expected 1, got 2"),
        ("version: 1", "version: true", "expected 1, got True"),
        ("version: 1\n", "", "the file lacks the field 'version'"),
        ("L004", "L4", "the code of the waiver spare-input is malformed: expected one like L004, got 'L4'"),
        ("2027-06-30", "2027-06-31", "the last day of a waiver is no date: expected YYYY-MM-DD in quotes, got '2027-06-31'"),
        ("2027-06-30", "soon", "the last day of a waiver is no date: expected YYYY-MM-DD in quotes, got 'soon'"),
        ("signal: spare", "signals: spare", "the waiver spare-input has the unknown field 'signals'"),
        ("signal: spare", "signal: 7", "the field 'signal' must be a string, got an integer"),
        ("    code: L004\n", "", "the waiver spare-input lacks the field 'code'"),
        ("the next edition reads it", "later", "the reason of the waiver spare-input is too short"),
    ],
)  # fmt: skip
def test_a_malformed_file(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(InputError) as problem:
        read_waivers(written(tmp_path, TEXT.replace(old, new)))
    assert message in problem.value.message
    assert "waivers.yaml" in problem.value.where


def test_waivers_are_a_mapping(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="waivers must be a mapping, got an integer"):
        read_waivers(written(tmp_path, "version: 1\nwaivers: 7\n"))


def test_the_hint_for_a_date_without_quotes(tmp_path: Path) -> None:
    with pytest.raises(InputError) as problem:
        read_waivers(written(tmp_path, TEXT.replace('"2027-06-30"', "2027-06-30")))
    assert "put strings and dates in quotes" in problem.value.hint
