"""Cutting a ptau file: the sizes of its sections are checked before anything is copied."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.support.binary_files import Container
from zkctl.errors import FormatError
from zkctl.formats.binary.ptau.cut import check_section_bytes, section_bytes, write_cut
from zkctl.formats.binary.ptau.file import open_ptau

POINTS = (2, 3, 4, 5, 6, 12, 13, 14, 15)


def check(path: Path) -> None:
    check_section_bytes(*open_ptau(path))


@pytest.fixture
def good(data: Path) -> Container:
    return Container.read(data / "golden_bn128" / "pot6_final.ptau")


def test_sizes_are_those_of_the_file(good: Container, tmp_path: Path) -> None:
    _, header = open_ptau(good.write(tmp_path / "a.ptau"))
    assert section_bytes(header, 6) == {k: len(good[k]) for k in POINTS}


@pytest.mark.parametrize("number", [12, 13, 14, 15])
def test_a_part_of_the_lagrange_form_is_missing(
    good: Container, tmp_path: Path, number: int
) -> None:
    with pytest.raises(FormatError, match=f"missing section {number}"):
        check(good.without(number).write(tmp_path / "a.ptau"))


@pytest.mark.parametrize("number", POINTS)
@pytest.mark.parametrize("change", [-64, 64])
def test_a_section_of_another_size_is_refused(
    good: Container, tmp_path: Path, number: int, change: int
) -> None:
    content = good[number]
    wrong = content[:change] if change < 0 else content + bytes(change)
    path = good.with_section(number, wrong).write(tmp_path / "a.ptau")
    with pytest.raises(FormatError) as caught:
        check(path)
    assert caught.value.message == (
        f"the section has {len(wrong)} bytes, power 6 needs {len(content)}"
    )
    assert caught.value.where == f"{path}, section {number}"


def test_a_cut_file_is_complete(good: Container, tmp_path: Path) -> None:
    file, header = open_ptau(good.write(tmp_path / "a.ptau"))
    out = io.BytesIO()
    write_cut(out, file, header, 3)
    (tmp_path / "cut.ptau").write_bytes(out.getvalue())
    check(tmp_path / "cut.ptau")
