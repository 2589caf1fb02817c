"""Files are replaced only where their bytes change, and all of them together."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from zkctl.errors import EnvironmentProblem, UsageError
from zkctl.storage import replace_different as replace_different_module
from zkctl.storage.replace_different import replace_different

OLD = 10**9


def write(contents: dict[Path, bytes]) -> list[Path]:
    with replace_different(list(contents)) as replacement:
        for stream, content in zip(replacement.streams, contents.values(), strict=True):
            stream.write(content)
    return replacement.changed


def test_only_what_differs_is_written(tmp_path: Path) -> None:
    a, b, c = (tmp_path / name for name in "abc")
    assert write({a: b"1", b: b"", c: b"x" * 5000}) == [a, b, c]
    for path in (a, b, c):
        os.utime(path, (OLD, OLD))
    assert write({a: b"1", b: b"", c: b"x" * 5000}) == []
    assert write({a: b"2", b: b"", c: b"x" * 4999 + b"y"}) == [a, c]
    assert [path.read_bytes()[-1:] for path in (a, b, c)] == [b"2", b"", b"y"]
    assert b.stat().st_mtime == OLD
    assert a.stat().st_mtime != OLD
    assert sorted(tmp_path.iterdir()) == [a, b, c]


def test_after_a_failure_nothing_changed(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write({path: b"1"})
    with pytest.raises(RuntimeError), replace_different([path]) as replacement:
        replacement.streams[0].write(b"2")
        raise RuntimeError
    assert path.read_bytes() == b"1"
    assert list(tmp_path.iterdir()) == [path]


def test_refused_destinations(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "x")
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError, match="the output is a symbolic link"):
        write({tmp_path / "link": b""})
    with pytest.raises(EnvironmentProblem, match="not a regular file: it is a folder"):
        write({tmp_path / "folder": b""})
    with pytest.raises(EnvironmentProblem, match="the output's folder does not exist"):
        write({tmp_path / "no/a": b""})


def test_a_file_that_becomes_shorter_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, real = tmp_path / "file", replace_different_module._blocks
    file.write_bytes(bytes(10))

    def blocks(stream: BinaryIO) -> Iterator[bytes]:
        if getattr(stream, "name", "") == str(file):
            file.write_bytes(bytes(4))
        return real(stream)

    monkeypatch.setattr(replace_different_module, "_BLOCK_BYTES", 2)
    monkeypatch.setattr(replace_different_module, "_blocks", blocks)
    with replace_different([file]) as replacement:
        replacement.streams[0].write(bytes(10))
    assert replacement.changed == [file]
    assert file.read_bytes() == bytes(10)
