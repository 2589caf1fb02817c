"""Checking circuits returns their interface and counts, and writes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from zkctl.errors import CircuitError, IntegrityError, UsageError
from zkctl.toolchain.project.check import (
    CheckedCircuit,
    FailedCircuit,
    examine_project,
    examine_source,
)
from zkctl.toolchain.project.lock import write_lock

SHAPES = """from zkctl.dsl import Array, Bit, Signal, Struct, circuit, private, public, sized

class Point(Struct):
    x: Signal
    bits: Array[Bit] = sized(3)

@circuit
def shapes(points: Array[Point] = private(2), k: Array[Signal] = public("n", 2), *, n: int = 2) -> Signal:
    return points[0].x * k[0][1]
"""


def files(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


def test_a_project(folder: Path) -> None:
    before = files(folder)
    found = examine_project(folder)
    small = CheckedCircuit("small", "bn254.fr", 2, 5, ["out"], ["b"], ["a"])
    assert found.circuits[0] == small
    assert [each.name for each in found.circuits] == ["small", "large", "raw"]
    assert (found.failed, found.warnings, files(folder)) == ([], [], before)
    assert [each.name for each in examine_project(folder, names=["raw"]).circuits] == ["raw"]
    with pytest.raises(UsageError, match="the project has no circuit x"):
        examine_project(folder, names=["x"])


def test_other_circuits_are_checked_after_a_mistake(folder: Path) -> None:
    settings = (folder / "zkctl.yaml").read_text()
    (folder / "zkctl.yaml").write_text(settings.replace("n: 2", "m: 2"))
    found = examine_project(folder)
    assert [each.name for each in found.circuits] == ["large", "raw"]
    (failed,) = found.failed
    assert failed == FailedCircuit(
        "small", "power has no template parameter m", failed.where, "its template parameters are n"
    )
    assert failed.where == "power.py:4 in power"


def test_one_file(tmp_path: Path) -> None:
    (tmp_path / "s.py").write_text(SHAPES)
    before = files(tmp_path)
    (found,) = examine_source(f"{tmp_path}/s.py:shapes", {"n": "3"}).circuits
    assert (found.name, found.outputs) == ("shapes", ["out"])
    assert (found.public, found.private) == (["k[3][2]"], ["points[2] {x, bits[3]}"])
    assert files(tmp_path) == before
    with pytest.raises(CircuitError, match="shapes has no template parameter m"):
        examine_source(f"{tmp_path}/s.py", {"m": "3"})


def test_against_the_lock(folder: Path) -> None:
    write_lock(folder)
    assert len(examine_project(folder, locked=True).circuits) == 3
    file = folder / "circuits/power.py"
    file.write_text(file.read_text() + "\n")
    with pytest.raises(IntegrityError, match=r"the project differs from zkctl\.lock"):
        examine_project(folder, locked=True)
