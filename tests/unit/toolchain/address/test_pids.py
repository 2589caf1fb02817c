"""Lists of PIDs."""

from __future__ import annotations

from pathlib import Path

import pytest

from zkctl.errors import InputError
from zkctl.toolchain.address.pids import list_pids


def test_lines(tmp_path: Path) -> None:
    path = tmp_path / "pids.txt"
    path.write_text("JP-13\njp-13-C07\n\nJP-27-101-03-C99\n")
    summary = list_pids(path)
    assert summary.n_refused == 2
    assert [(each.line, each.depth, each.collision) for each in summary.pids] == [
        (1, 2, 0),
        (2, 0, 0),
        (3, 0, 0),
        (4, 4, 99),
    ]
    assert [each.refused[:3] for each in summary.pids] == ["", "E3:", "E1:", ""]
    assert all(each.components == [] for each in summary.pids)


def test_only_line_feeds_end_a_line(tmp_path: Path) -> None:
    path = tmp_path / "pids.txt"
    path.write_bytes("JP-13\r\nJP-13\x0bJP-14\nJP-15\u2028\nJP\x85\nJP\rJP".encode())
    assert [each.refused[:3] for each in list_pids(path).pids] == ["", *["E3:"] * 4]
    path.write_bytes(b"")
    assert list_pids(path).pids == []


def test_normalised_and_with_components(tmp_path: Path) -> None:
    path = tmp_path / "pids.txt"
    path.write_text(" jp-13 \n")
    (line,) = list_pids(path, normalise=True, components=True).pids
    assert line.components == ["19024", "12595", *["0"] * 6]


def test_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "pids.txt"
    path.write_bytes(b"\xff")
    with pytest.raises(InputError, match="the file is not UTF-8"):
        list_pids(path)
