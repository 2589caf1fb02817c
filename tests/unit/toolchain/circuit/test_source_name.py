"""FILE.py[:NAME] is split at the last colon behind .py, whatever the folders are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from zkctl.toolchain.circuit.source_name import file_of_source, split_source


@pytest.mark.parametrize(
    ("source", "file", "name"),
    [
        ("c.py", "c.py", ""),
        ("c.py:f", "c.py", "f"),
        ("a:b/c.py", "a:b/c.py", ""),
        ("x.py:y/c.py", "x.py:y/c.py", ""),
        ("x.py:y/c.py:f", "x.py:y/c.py", "f"),
        ("c.py:", "c.py", ""),
        ("c.py:größe", "c.py", "größe"),
        ("c.circom:f", "c.circom:f", ""),
        ("c", "c", ""),
        (":f", ":f", ""),
        ("", "", ""),
    ],
)
def test_split(source: str, file: str, name: str) -> None:
    assert split_source(source) == (file, name)
    assert file_of_source(source) == Path(file)
