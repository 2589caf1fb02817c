"""gnark's binary files are recognised by counts, size and a point; nothing else is taken for one."""

from __future__ import annotations

import random

import pytest

from tests.support.kinds_of_files import gnark_files
from zkctl.formats.binary.gnark import name_of_gnark

FILES = gnark_files()


@pytest.mark.parametrize("name", FILES)
def test_names(name: str) -> None:
    content, expected = FILES[name]
    found = name_of_gnark(memoryview(content))
    assert found is not None
    assert expected in found


@pytest.mark.parametrize("name", FILES)
def test_another_size_is_not_recognised(name: str) -> None:
    content, _ = FILES[name]
    if "constraint" in name or "proving" in name:
        return  # their sizes follow from nothing
    for other in (content[:-1], content + b"\1\2\3"):
        assert name_of_gnark(memoryview(other)) is None or "compressed" in name


def test_noise_is_nothing() -> None:
    source = random.Random(5)
    for size in [0, 1, 12, 64, 127, 128, 256, 260, 324, *range(300, 900, 7)]:
        assert name_of_gnark(memoryview(source.randbytes(size))) is None


def test_zeros_are_nothing() -> None:
    for size in range(0, 800, 3):
        assert name_of_gnark(memoryview(bytes(size))) is None
