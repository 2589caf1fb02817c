"""Inputs that a user names: files and pipes, bounded; what a folder holds: files only."""

from __future__ import annotations

import io
import os
import re
import sys
import threading
from pathlib import Path

import pytest

from zkctl.errors import EnvironmentProblem, LimitError
from zkctl.runtime.standard_streams import STDIN, ReaderGone
from zkctl.storage.mapped import is_stream, map_file, read_bytes, read_input, system_errors


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


def test_a_file_is_read_within_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"1234")
    assert not is_stream(path)
    for read in (read_bytes, read_input):
        assert read(path, 4) == b"1234"
        message = "the file has more than 3 bytes, the limit for this kind of file"
        with pytest.raises(LimitError, match=re.escape(f"{path}: {message}")):
            read(path, 3)


def test_a_pipe_is_read_once_within_its_limit(pipe: Path) -> None:
    assert is_stream(pipe)
    for limit in (4, 3):
        writer = threading.Thread(target=pipe.write_bytes, args=[b"1234"])
        writer.start()
        if limit == 4:
            assert read_input(pipe, limit) == b"1234"
        else:
            with pytest.raises(LimitError, match="the file has more than 3 bytes, the limit"):
                read_input(pipe, limit)
        writer.join()


def test_stdin_is_read_within_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_stream(STDIN)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"1234")))
    assert read_input(STDIN, 4) == b"1234"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"1234")))
    with pytest.raises(LimitError, match="standard input has more than 3 bytes, the limit"):
        read_input(STDIN, 3)


def test_a_pipe_in_a_folder_is_refused_at_once(pipe: Path) -> None:
    """Otherwise a folder from elsewhere could keep its reader waiting for ever."""
    with pytest.raises(EnvironmentProblem, match="not a regular file: it is a pipe"):
        read_bytes(pipe, 4)
    with pytest.raises(EnvironmentProblem, match="not a regular file: it is a pipe"):
        map_file(pipe)


@pytest.mark.parametrize("name", [".", "/dev/null", "missing"])
def test_neither_file_nor_pipe(tmp_path: Path, name: str) -> None:
    with pytest.raises(EnvironmentProblem, match=r"not a regular file: it is a|no such file"):
        read_input(tmp_path / name, 4)


def test_a_reader_that_left_is_not_an_error_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(ReaderGone), system_errors("write the file", tmp_path):
        raise ReaderGone
