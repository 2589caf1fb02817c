"""Atomic output: what is refused, what a failure leaves (docs/design/security-cases.md, N24 to N27, N106 to N109)."""

from __future__ import annotations

import errno
import os
import signal
import socket
import stat
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.file_limit import file_limit, limit_files
from zkctl.errors import EnvironmentProblem, UsageError, ZkctlError
from zkctl.runtime.standard_streams import STDOUT, ReaderGone
from zkctl.storage import atomic
from zkctl.storage.atomic import atomic_output, atomic_outputs, check_destination, copy_file

as_root = os.geteuid() == 0


def write(path: Path, content: bytes = b"new", **options: object) -> None:
    with atomic_output(path, **options) as file:  # type: ignore[arg-type]
        file.write(content)


def refusal(error: type[ZkctlError], path: Path, **options: object) -> ZkctlError:
    before = sorted(path.parent.iterdir()) if path.parent.is_dir() else []
    with pytest.raises(error) as caught:
        write(path, **options)
    after = sorted(path.parent.iterdir()) if path.parent.is_dir() else []
    assert after == before
    return caught.value


def test_appears_complete_with_the_mode_of_the_umask(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        write(tmp_path / "key.zkey", b"abc")
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(old)
    assert (tmp_path / "key.zkey").read_bytes() == b"abc"
    assert stat.S_IMODE((tmp_path / "key.zkey").stat().st_mode) == 0o640
    assert [p.name for p in tmp_path.iterdir()] == ["key.zkey"]


def test_private_stays_0600_under_umask_0(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        write(tmp_path / "receipt", private=True)
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "receipt").stat().st_mode) == 0o600


def test_is_hidden_private_and_beside_while_written(tmp_path: Path) -> None:
    with atomic_output(tmp_path / "a") as file:
        (partial,) = tmp_path.iterdir()
        assert partial.name.startswith(".a.partial-")
        assert stat.S_IMODE(partial.stat().st_mode) == 0o600
        file.write(b"x")
    assert not partial.exists()


@pytest.mark.parametrize("problem", [ValueError("no"), KeyboardInterrupt(), SystemExit(1)])
def test_nothing_is_left_after_an_exception(tmp_path: Path, problem: BaseException) -> None:
    with pytest.raises(type(problem)), atomic_output(tmp_path / "a") as file:
        file.write(b"half")
        raise problem
    assert list(tmp_path.iterdir()) == []


def test_an_existing_output_is_kept_and_replaced_only_by_force(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    problem = refusal(EnvironmentProblem, path)
    assert problem.message == "the output exists"
    assert problem.hint == "use `force` to replace it"
    assert path.read_bytes() == b"old"
    with pytest.raises(RuntimeError), atomic_output(path, force=True) as file:
        file.write(b"half")
        raise RuntimeError
    assert path.read_bytes() == b"old"
    write(path, force=True)
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("force", [False, True])
def test_an_output_made_meanwhile_is_not_overwritten(tmp_path: Path, force: bool) -> None:
    path = tmp_path / "a"
    if force:
        with atomic_output(path, force=True) as file:
            file.write(b"new")
            path.write_bytes(b"other")
        assert path.read_bytes() == b"new"
        return
    with pytest.raises(EnvironmentProblem, match="the output exists"), atomic_output(path) as file:
        file.write(b"new")
        path.write_bytes(b"other")
    assert path.read_bytes() == b"other"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("force", [False, True])
def test_symlinks_and_inputs_are_never_written(tmp_path: Path, force: bool) -> None:
    source = tmp_path / "in.zkey"
    source.write_bytes(b"secret work")
    (tmp_path / "link").symlink_to(source)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "hard").hardlink_to(source)
    for name in ("link", "dangling"):
        problem = refusal(UsageError, tmp_path / name, force=force)
        assert problem.message == "the output is a symbolic link"
    for name in ("in.zkey", "hard"):
        problem = refusal(UsageError, tmp_path / name, force=force, inputs=[source])
        assert problem.message == f"the output is the input {source}"
    assert source.read_bytes() == b"secret work"


def test_special_files_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        for path, kind in (
            (tmp_path / "pipe", "a pipe"),
            (tmp_path / "folder", "a folder"),
            (tmp_path / "socket", "a socket"),
            (Path("/dev/full"), "a device"),
            (Path("/dev/null"), "a device"),
        ):
            with pytest.raises(EnvironmentProblem, match=f"not a regular file: it is {kind}"):
                write(path, force=True)


def test_impossible_paths(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    missing = refusal(EnvironmentProblem, tmp_path / "no" / "a")
    assert missing.message == "the output's folder does not exist"
    under_a_file = refusal(EnvironmentProblem, tmp_path / "file" / "a")
    assert under_a_file.message == "the output's folder is not a folder"
    assert refusal(UsageError, Path("/")).message == "the output path names no file"
    assert refusal(UsageError, tmp_path / "..").message == "the output path names no file"
    assert refusal(UsageError, tmp_path / "a\0b").message == "the path contains a null byte"
    assert refusal(UsageError, tmp_path / "\ud800").message == "the path is not valid text"
    long = refusal(EnvironmentProblem, tmp_path / ("x" * 300))
    assert long.message == "the file name has 300 bytes: expected at most 255"
    with pytest.raises(
        EnvironmentProblem, match="cannot write the file: file name too long"
    ) as deep:
        write(Path("/" + "x/" * 5000))
    assert len(deep.value.where) < 400


def test_odd_names_work_and_are_printed_on_one_line(tmp_path: Path) -> None:
    for name in ("x" * 255, "é" * 127, "new\nline", os.fsdecode(b"\xff\xfe")):
        write(tmp_path / name)
        problem = refusal(EnvironmentProblem, tmp_path / name)
        assert problem.where.isprintable()


@pytest.mark.skipif(as_root, reason="root writes anywhere")
def test_a_read_only_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert refusal(EnvironmentProblem, tmp_path / "a").message.endswith("permission denied")


@contextmanager
def file_size_limit(n_bytes: int) -> Iterator[None]:
    with file_limit():
        limit_files(n_bytes)
        yield


@pytest.mark.parametrize("limit", [0, 1, 4096, 99_999])
def test_a_disk_that_refuses_leaves_nothing(tmp_path: Path, limit: int) -> None:
    (tmp_path / "old").write_bytes(b"")
    with file_size_limit(limit):
        problem = refusal(EnvironmentProblem, tmp_path / "a", content=b"z" * 100_000)
    assert problem.message == "cannot write the file: file too large"
    with file_size_limit(limit):
        refusal(EnvironmentProblem, tmp_path / "old", content=b"z" * 100_000, force=True)
    assert (tmp_path / "old").read_bytes() == b""


@pytest.mark.parametrize("call", ["fsync", "fchmod", "link"])
def test_a_failing_system_call_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def broken(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, call, broken)
    problem = refusal(EnvironmentProblem, tmp_path / "a")
    assert problem.message == "cannot write the file: no space left on device"
    assert list(tmp_path.iterdir()) == []


def test_a_file_system_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported(*_arguments: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", unsupported)
    write(tmp_path / "a")
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    with (
        pytest.raises(EnvironmentProblem, match="the output exists"),
        atomic_output(tmp_path / "b") as file,
    ):
        file.write(b"new")
        (tmp_path / "b").write_bytes(b"other")
    assert (tmp_path / "b").read_bytes() == b"other"


def test_check_reads_the_finished_file_before_it_is_published(tmp_path: Path) -> None:
    def check(partial: Path) -> None:
        assert partial.read_bytes() == b"new"
        assert not (tmp_path / "a").exists()
        raise EnvironmentProblem("the disk lied")

    assert refusal(EnvironmentProblem, tmp_path / "a", check=check).message == "the disk lied"


def test_several_outputs_appear_together_or_not_at_all(tmp_path: Path) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    with atomic_outputs([a, b]) as (first, second):
        first.write(b"1")
        second.write(b"2")
    assert (a.read_bytes(), b.read_bytes()) == (b"1", b"2")
    c, d = tmp_path / "c", tmp_path / "d"
    with pytest.raises(EnvironmentProblem, match="the output exists"), atomic_outputs([c, d]):
        d.write_bytes(b"other")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b", "d"]
    same = pytest.raises(UsageError, match="two outputs have the same path")
    with same, atomic_outputs([c, tmp_path / "." / "c"]):
        pass


def test_check_destination_answers_early(tmp_path: Path) -> None:
    check_destination(tmp_path / "a")
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(EnvironmentProblem, match="the output exists"):
        check_destination(tmp_path / "a")
    check_destination(tmp_path / "a", force=True)


def test_of_many_writers_exactly_one_wins(tmp_path: Path) -> None:
    outcomes: list[str] = []
    gate = threading.Barrier(16)

    def contribute(k: int) -> None:
        gate.wait()
        try:
            write(tmp_path / "key", bytes([k]) * 1000)
            outcomes.append("won")
        except EnvironmentProblem as problem:
            outcomes.append(problem.message)

    threads = [threading.Thread(target=contribute, args=(k,)) for k in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["the output exists"] * 15 + ["won"]
    content = (tmp_path / "key").read_bytes()
    assert len(content) == 1000
    assert len(set(content)) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["key"]


WRITER = """
    import os, sys, time
    from pathlib import Path
    from zkctl.storage.atomic import atomic_output
    with atomic_output(Path(sys.argv[1]), force=True) as file:
        for k in range(1000):
            file.write(b"x" * 10_000)
            if k == 500:
                print("half", flush=True)
                time.sleep(float(sys.argv[2]))
"""


@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_killed_writer_leaves_no_output_and_the_old_file(tmp_path: Path, kind: int) -> None:
    path = tmp_path / "key"
    path.write_bytes(b"old")
    command = [sys.executable, "-c", textwrap.dedent(WRITER), str(path), "60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(kind)
        assert process.wait(120) != 0
    assert path.read_bytes() == b"old"
    write(path, force=True)  # a partial file left behind does not disturb the next run
    assert path.read_bytes() == b"new"


def test_only_regular_files_are_copied(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"data")
    copy_file(tmp_path / "source", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"data"
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(EnvironmentProblem, match="not a regular file: it is a pipe"):
        copy_file(tmp_path / "pipe", tmp_path / "other")
    assert not (tmp_path / "other").exists()


# -- standard output as one of the outputs


@pytest.mark.parametrize("limit", [16 << 20, 2])
def test_stdout_gets_its_bytes_before_the_file_gets_its_name(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: Any, limit: int
) -> None:
    monkeypatch.setattr(atomic, "_IN_MEMORY", limit)
    paths = [tmp_path / "proof.json", STDOUT]
    with atomic_outputs(paths, stdout=True) as (proof, public):
        proof.write(b"proof")
        public.write(b"public")
        assert capfdbinary.readouterr().out == b""
    assert capfdbinary.readouterr().out == b"public"
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"proof"]


@pytest.mark.parametrize("force", [False, True])
def test_a_reader_of_stdout_that_left_leaves_no_file(
    tmp_path: Path, monkeypatch: Any, force: bool
) -> None:
    @contextmanager
    def reader_gone() -> Iterator[Any]:
        raise ReaderGone
        yield

    (tmp_path / "old.json").write_bytes(b"old")
    monkeypatch.setattr(atomic, "writing_stdout", reader_gone)
    paths = [STDOUT, tmp_path / ("old.json" if force else "new.json")]
    with (
        pytest.raises(ReaderGone),
        atomic_outputs(paths, stdout=True, force=force) as (public, proof),
    ):
        proof.write(b"new")
        public.write(b"public")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


def test_a_failure_before_the_end_writes_nothing_to_stdout(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    with pytest.raises(ZeroDivisionError), atomic_output(STDOUT, stdout=True) as file:
        file.write(b"half")
        file.write(bytes(1 // 0))
    assert capfdbinary.readouterr().out == b""


def test_no_room_to_keep_the_bytes_of_stdout(monkeypatch: Any) -> None:
    with (
        pytest.raises(
            EnvironmentProblem,
            match="standard output: cannot keep the output: no space left on device",
        ),
        atomic_output(STDOUT, stdout=True) as file,
    ):
        monkeypatch.setattr(file, "write", _no_space)
        file.write(b"content")


def _no_space(_content: bytes) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_stdout_is_an_output_of_those_actions_only_that_ask_for_it() -> None:
    for action in (check_destination, write):
        with pytest.raises((UsageError, EnvironmentProblem)) as caught:
            action(STDOUT)
        message = str(caught.value)
        assert "the output is a symbolic link" in message or "not a regular file" in message
