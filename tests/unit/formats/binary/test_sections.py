"""The container: what is refused, with which numbers (docs/design/security-cases.md, N1 to N9, N23, N24, N28)."""

from __future__ import annotations

import io
import os
import resource
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.binary_files import Container, container, u32, u64
from zkctl.errors import EnvironmentProblem, FormatError, UsageError, ZkctlError
from zkctl.formats.binary.sections import (
    ContainerKind,
    check_defined_sections,
    read_sections,
    sized,
    write_sections,
)
from zkctl.runtime.settings import using
from zkctl.storage.mapped import map_file

KIND = ContainerKind(b"zkey", (1, 2), 1, mandatory=(1, 2), optional=(3,))
GOOD = container(b"zkey", 1, {2: b"two", 1: b"one!"})


def refusal(path: Path, raw: bytes) -> FormatError:
    path.write_bytes(raw)
    with pytest.raises(FormatError) as caught:
        read_sections(path, KIND).check_sections_exist(KIND.mandatory)
    assert caught.value.where == str(path)
    assert caught.value.exit_code == 3
    return caught.value


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.zkey"


def test_sections_in_any_order(path: Path) -> None:
    file = read_sections(GOOD.write(path), KIND)
    assert file.order == (2, 1)
    assert bytes(file.section(1).take(4, "it")) == b"one!"
    assert file.warnings == []


def test_a_container_is_written_as_it_was_read(path: Path) -> None:
    words = np.arange(6, dtype="<u8").reshape(2, 3)
    out = io.BytesIO()
    write_sections(out, KIND, [sized(2, b"ab", words), sized(1, np.empty(0, "<u8"))])
    expected = container(b"zkey", 1, {2: b"ab" + words.tobytes(), 1: b""})
    assert out.getvalue() == expected.bytes()
    file = read_sections(expected.write(path), KIND)
    section = file.section(2)
    section.take(2, "text")
    view = section.words(2, 3, "words")
    section.finish()
    assert (view == words).all()
    assert not view.flags.owndata
    assert not view.flags.writeable


MALFORMED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "expected a zkey file, found an empty file"),
    "three bytes": (b"zke", "expected a zkey file, found text"),
    "magic only": (b"zkey\1", "not a complete zkey file: 5 bytes, need at least 12"),
    "r1cs": (b"r1cs" + u32(1, 0), "expected a zkey file, found an r1cs file"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(20), "expected a zkey file, found a PNG image"),
    "gzip": (b"\x1f\x8b" + bytes(20), "expected a zkey file, found gzip data"),
    "html": (b"<!doctype html><html>", "expected a zkey file, found an HTML page"),
    "lfs": (b"version https://git-lfs.github.com", "expected a zkey file, found a git-lfs pointer"),
    "json": (b' {"protocol": "groth16"}', "expected a zkey file, found a groth16 proof"),
    "text": (b"hello, hello", "expected a zkey file, found text"),
    "noise": (
        b"\xde\xad\xbe\xef" + bytes(20),
        "expected a zkey file, found unknown data starting with deadbeef",
    ),
    "version 0": (replace(GOOD, version=0).bytes(), "zkey version 0 not supported, only 1 and 2"),
    "version 3": (replace(GOOD, version=3).bytes(), "zkey version 3 not supported, only 1 and 2"),
    "version 2^32-1": (
        replace(GOOD, version=2**32 - 1).bytes(),
        "zkey version 4294967295 not supported, only 1 and 2",
    ),
    "4 billion sections": (
        b"zkey" + u32(1, 2**32 - 1) + bytes(24),
        "the header claims 4294967295 sections, 36 bytes have room for 2",
    ),
    "300 sections": (
        b"zkey" + u32(1, 300) + bytes(12 * 300),
        "the header claims 300 sections, 3612 bytes have room for 256",
    ),
    "cut in a section header": (
        b"zkey" + u32(1, 2) + u32(1) + u64(8) + bytes(8) + bytes(11),
        "the header claims 2 sections, the file ends after 1",
    ),
    "size 2^63": (
        b"zkey" + u32(1, 1, 9) + u64(2**63) + b"abc",
        "section 9 claims 9223372036854775808 bytes, 3 remain",
    ),
    "size 2^64-1": (
        b"zkey" + u32(1, 1, 9) + u64(2**64 - 1),
        "section 9 claims 18446744073709551615 bytes, 0 remain",
    ),
    "one byte short": (GOOD.bytes()[:-1], "section 1 claims 4 bytes, 3 remain"),
    "twice": (
        replace(GOOD, sections=(*GOOD.sections, (2, b""))).bytes(),
        "section 2 occurs twice",
    ),
    "missing one": (GOOD.without(1).bytes(), "missing section 1"),
    "missing both": (GOOD.without(1, 2).bytes(), "missing sections 1, 2"),
    "trailing": (
        GOOD.bytes() + b"xyz",
        "3 bytes after the last section: expected the end of the file",
    ),
    "newline": (
        GOOD.bytes() + b"\n",
        "1 byte after the last section: expected the end of the file",
    ),
}


def interrupted(cut: int, n_sections: int = 3) -> bytes:
    """A file whose writer was stopped in section 2: its length is still 0, its data are there."""
    data = bytes(range(1, 200))[:cut]
    return b"zkey" + u32(1, n_sections, 1) + u64(4) + b"one!" + u32(2) + u64(0) + data


@pytest.mark.parametrize(("cut", "n_sections"), [(1, 2), (12, 3), (50, 3), (199, 2), (199, 9)])
def test_a_section_that_was_not_finished_is_named(path: Path, cut: int, n_sections: int) -> None:
    """As snarkjs leaves it when `prepare phase2` is stopped (Oik17/zkSNARK build/pot12_final.ptau)."""
    error = refusal(path, interrupted(cut, n_sections))
    assert error.message == "section 2 is unfinished: its length is 0, but data follow"
    assert error.hint.startswith("the program that wrote the file was stopped")


@pytest.mark.parametrize("rest", [b"\n", b"\r\n", b"  \n"])
def test_blanks_at_the_end_get_a_hint(path: Path, rest: bytes) -> None:
    """benjaoholeguydeveloper/dissertation Multiplier3.r1cs; snarkjs accepts it, docs/reference says why we do not."""
    error = refusal(path, GOOD.bytes() + rest)
    assert "after the last section: expected the end of the file" in error.message
    assert error.hint.startswith("an editor or a copy as text added blanks")


@pytest.mark.parametrize("case", MALFORMED)
def test_malformed_containers(path: Path, case: str) -> None:
    raw, message = MALFORMED[case]
    start = time.process_time()
    assert refusal(path, raw).message == message
    assert time.process_time() - start < 5


def test_every_truncation_is_refused(path: Path) -> None:
    raw = GOOD.bytes()
    for length in range(len(raw)):
        refusal(path, raw[:length])


def test_unknown_sections_are_told(path: Path) -> None:
    more = replace(GOOD, sections=(*GOOD.sections, (4242, b"?")))
    assert read_sections(more.write(path), KIND).warnings == ["unknown section 4242 ignored"]


def test_reading_past_a_section_and_leaving_some(path: Path) -> None:
    section = read_sections(GOOD.write(path), KIND).section(1)
    with pytest.raises(FormatError, match="the answer needs 5 bytes, 4 remain") as caught:
        section.take(5, "the answer")
    assert caught.value.where.endswith("a.zkey, section 1")
    section.take(1, "a byte")
    with pytest.raises(FormatError, match="the section has 4 bytes, 1 expected"):
        section.finish()


def special_files(folder: Path) -> list[tuple[Path, str]]:
    os.mkfifo(folder / "pipe")
    (folder / "folder").mkdir()
    (folder / "link").symlink_to(folder / "pipe")
    return [
        (folder / "pipe", "not a regular file: it is a pipe"),
        (folder / "link", "not a regular file: it is a pipe"),
        (folder / "folder", "not a regular file: it is a folder"),
        (Path("/dev/zero"), "not a regular file: it is a device"),
        (Path("/dev/full"), "not a regular file: it is a device"),
        (folder / "missing", "cannot read the file: no such file or directory"),
        (Path("/" + "x/" * 5000), "cannot read the file: file name too long"),
    ]


def test_special_and_missing_files_are_refused_at_once(tmp_path: Path) -> None:
    for path, message in special_files(tmp_path):
        with pytest.raises(EnvironmentProblem) as caught:
            read_sections(path, KIND)
        assert caught.value.message == message
        assert caught.value.exit_code == 5


def test_what_is_not_a_file_is_not_even_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opening a device may do something."""
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr(os, "open", lambda *_: pytest.fail("it was opened"))
    with pytest.raises(EnvironmentProblem, match="not a regular file: it is"):
        map_file(tmp_path / "pipe")


def test_a_file_that_is_swapped_before_it_is_opened(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    GOOD.write(path)
    really = os.open

    def swapped(*words: Any) -> int:
        path.unlink()
        os.mkfifo(path)
        return really(*words)

    monkeypatch.setattr(os, "open", swapped)
    with pytest.raises(EnvironmentProblem, match="not a regular file: it is"):
        map_file(path)


@pytest.mark.parametrize(("longer", "later"), [(1, 0), (0, 1)])
def test_either_size_or_time_tells_a_change(path: Path, longer: int, later: int) -> None:
    source = map_file(GOOD.write(path))
    source.check_unchanged()
    path.write_bytes(GOOD.bytes() + bytes(longer))
    os.utime(path, ns=(source.modified_ns, source.modified_ns + later))
    with pytest.raises(EnvironmentProblem, match="the file changed while it was read"):
        source.check_unchanged()


def test_odd_paths_are_printed_on_one_line(tmp_path: Path) -> None:
    cases: list[tuple[str, type[ZkctlError]]] = [
        ("a\0b", UsageError),
        ("\ud800", UsageError),
        ("new\nline \x1b[31m", EnvironmentProblem),
        (os.fsdecode(b"\xff"), EnvironmentProblem),
    ]
    for name, error in cases:
        with pytest.raises(error) as caught:
            map_file(tmp_path / name)
        assert caught.value.where.isprintable()


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file(path: Path) -> None:
    path.touch(mode=0)
    with pytest.raises(EnvironmentProblem, match="cannot read the file: permission denied"):
        map_file(path)


@pytest.mark.parametrize(
    "change",
    [lambda p: os.truncate(p, 5), lambda p: p.write_bytes(b"x" * 50), lambda p: p.unlink()],
)
def test_a_file_that_changes_while_it_is_read(path: Path, change: Callable[[Path], object]) -> None:
    source = read_sections(GOOD.write(path), KIND).source
    source.check_unchanged()
    change(path)
    message = "the file changed while it was read: 43 bytes before|cannot read the file again"
    with pytest.raises(EnvironmentProblem, match=message):
        source.check_unchanged()


def test_a_sparse_file_of_100_gigabytes_costs_nothing(path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with path.open("wb") as file:
        file.write(b"zkey" + u32(1, 1, 1) + u64(100 << 30))
        file.truncate((100 << 30) + 24)
    assert len(read_sections(path, KIND).sections[1]) == 100 << 30
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 << 10


def test_the_mapping_lives_as_long_as_its_arrays(path: Path) -> None:
    GOOD.with_section(1, bytes(range(64))).write(path)
    view = read_sections(path, KIND).section(1).words(2, 4, "words")
    path.unlink()
    assert view.tobytes() == bytes(range(64))


def test_container_of_the_tests_is_right(path: Path) -> None:
    assert Container.read(GOOD.write(path)) == GOOD


def test_unknown_sections_are_refused_where_none_may_be(path: Path) -> None:
    file = read_sections(replace(GOOD, sections=(*GOOD.sections, (9, b"more"))).write(path), KIND)
    file.check_directory()  # ignored, with a warning
    message = "unknown section 9, a zkey file has only 1, 2 and 3"
    for check in (
        file.check_defined,
        lambda: file.check_directory(only_defined=True),
        lambda: check_defined_sections(path, KIND),
    ):
        with pytest.raises(FormatError, match=message) as caught:
            check()
        assert caught.value.hint == (
            "write the file again with zkctl: a ceremony takes no other sections"
        )
    with using(strict=True), pytest.raises(FormatError, match=message) as caught:
        file.check_directory()
    assert caught.value.hint.startswith("ask the author of the file for their content")
    good = read_sections(GOOD.write(path), KIND)
    good.check_defined()
    with using(strict=True):
        good.check_directory(only_defined=True)
