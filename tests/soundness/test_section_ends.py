"""In every kind of container, a section that is longer than what belongs into it is refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.binary_files import Container
from zkctl.dsl import Signal, circuit, constrain, private
from zkctl.errors import FormatError
from zkctl.formats.binary.ptau.file import read_ptau
from zkctl.formats.binary.r1cs import read_r1cs
from zkctl.formats.binary.wprog import read_wprog, write_wprog
from zkctl.formats.binary.wtns import read_wtns
from zkctl.formats.binary.zkey_groth16 import read_zkey

READERS: dict[str, tuple[Callable[[Path], object], tuple[int, ...]]] = {
    "multiplier.r1cs": (read_r1cs, (1, 3)),
    "witness.wtns": (read_wtns, (1, 2)),
    "multiplier_final.zkey": (read_zkey, tuple(range(1, 11))),
    "pot6_final.ptau": (read_ptau, (1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15)),
}


@circuit
def square(x: Signal = private()) -> Signal:
    constrain(x * x == x)
    return x * (x + 1)


def refuses_longer(
    good: Container, read: Callable[[Path], object], number: int, path: Path
) -> None:
    read(good.write(path))
    for n_bytes in (1, 8):
        with pytest.raises(FormatError, match=r"the section has \d+ bytes, \d+ expected") as caught:
            read(good.with_section(number, good[number] + bytes(n_bytes)).write(path))
        assert caught.value.where == f"{path}, section {number}"


@pytest.mark.parametrize(
    ("name", "number"), [(name, k) for name, (_, numbers) in READERS.items() for k in numbers]
)
def test_longer_sections_are_refused(data: Path, tmp_path: Path, name: str, number: int) -> None:
    good = Container.read(data / "golden_bn128" / name)
    refuses_longer(good, READERS[name][0], number, tmp_path / name)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6])
def test_longer_sections_of_witness_programs_are_refused(tmp_path: Path, number: int) -> None:
    file = io.BytesIO()
    write_wprog(file, square.compile().program)
    refuses_longer(Container.parse(file.getvalue()), read_wprog, number, tmp_path / "a.wprog")
