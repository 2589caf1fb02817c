from __future__ import annotations

from pathlib import Path

from zkctl.circom.python.loaded import note_files, noted_files


def test_files_are_noted_inside_only() -> None:
    note_files([Path("before")])
    with noted_files() as found:
        note_files([Path("a"), Path("b")])
        with noted_files() as inner:
            note_files([Path("c")])
        note_files([Path("a")])
    assert found == {Path("a"), Path("b")}
    assert inner == {Path("c")}
