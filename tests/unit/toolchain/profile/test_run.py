"""Profiles of files: the picture, the comparison, what is refused before the circuit runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from zkctl.cli.text import plain
from zkctl.errors import EnvironmentProblem, FormatError, UsageError
from zkctl.toolchain.circuit.source_name import CircuitSource
from zkctl.toolchain.profile.run import Picture, profile_circuit

TEXT = """
from zkctl.dsl import Signal, circuit, private, wire

@circuit
def powers(x: Signal = private(), *, n: int = 2) -> Signal:
    for _ in range(n):
        x = wire(x * x)
    return x
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "powers.py"
    path.write_text(TEXT)
    return path


def test_a_profile_writes_nothing(source: Path) -> None:
    found = profile_circuit(CircuitSource(str(source), {"n": "3"}))
    assert (found.circuit, found.field, found.n_constraints) == ("powers", "bn254.fr", 3)
    assert [(each.line, each.text, each.n_own) for each in found.lines] == [
        (7, "x = wire(x * x)", 3)
    ]
    assert [path.name for path in source.parent.iterdir()] == ["powers.py"]


def test_the_picture(source: Path) -> None:
    svg = source.parent / "p.svg"
    found = profile_circuit(CircuitSource(f"{source}:powers"), picture=Picture(svg))
    assert found.files == [str(svg)]
    assert svg.read_text().startswith("<svg")
    with pytest.raises(EnvironmentProblem):
        profile_circuit(CircuitSource(str(source)), picture=Picture(svg))
    profile_circuit(CircuitSource(str(source)), picture=Picture(svg, force=True))
    with pytest.raises(UsageError):
        profile_circuit(CircuitSource(str(source)), picture=Picture(source, force=True))
    assert source.read_text() == TEXT


def test_the_comparison(source: Path) -> None:
    before = source.parent / "before.json"
    document = {"command": "profile", "result": plain(profile_circuit(CircuitSource(str(source))))}
    before.write_text(json.dumps(document))
    found = profile_circuit(CircuitSource(str(source), {"n": "5"}), earlier=before)
    assert found.difference is not None
    assert found.difference.n_constraints == 3
    assert found.difference.lines[0].place == "powers.py in powers: x = wire(x * x)"


def test_a_wrong_earlier_profile_is_refused_before_the_code_runs(source: Path) -> None:
    source.write_text("raise SystemExit(3)")
    before = source.parent / "before.json"
    before.write_text("{}")
    with pytest.raises(FormatError):
        profile_circuit(CircuitSource(str(source)), earlier=before)
