"""The project of circuits/address: its files are those that the script makes, and `zkctl test` passes."""

from __future__ import annotations

import re

import pytest

from tests.support.address.circuits import FOLDER, compiled
from tests.support.address.project import CIRCUITS, DEPTH, ProjectCircuit, files_of, settings
from zkctl.toolchain.project.cases import circuits_of, run_cases
from zkctl.toolchain.project.settings import read_project
from zkctl.toolchain.project.snapshot import FILE, counts_of, read_snapshot

IDS = [each.id for each in CIRCUITS]


def test_the_settings_are_those_of_the_script() -> None:
    assert (FOLDER / "zkctl.yaml").read_text() == settings()
    assert sorted(path.name for path in (FOLDER / "inputs").iterdir()) == sorted(IDS)


def test_the_counts_are_those_of_the_snapshot() -> None:
    """`zkctl snapshot` keeps the constraints of each circuit and of the gadgets in it; a change is written on purpose."""
    kept = read_snapshot(FOLDER / FILE)
    for circuit in CIRCUITS:
        simple = compiled(circuit.name, **circuit.parameters(DEPTH)).simplified()
        assert kept[circuit.id] == counts_of(simple), circuit.id


def test_the_table_in_the_readme() -> None:
    """Constraints as compiled; the other columns are measured by tests/bench/address_table.py."""
    text = (FOLDER / "README.md").read_text()
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| ([0-9,]+) \|", text, re.MULTILINE)
    counts = {each.id: compiled(each.name, **each.parameters(DEPTH)) for each in CIRCUITS}
    assert dict(rows) == {name: f"{made.r1cs.n_constraints:,}" for name, made in counts.items()}


@pytest.mark.parametrize("circuit", CIRCUITS, ids=IDS)
def test_the_inputs_are_those_of_the_script(circuit: ProjectCircuit) -> None:
    made = files_of(circuit)
    folder = FOLDER / "inputs" / circuit.id
    assert set(made) == {path.name for path in folder.iterdir()}
    assert all((folder / name).read_text() == text for name, text in made.items())


@pytest.mark.parametrize("circuit", CIRCUITS, ids=IDS)
def test_zkctl_test_passes(circuit: ProjectCircuit) -> None:
    project = read_project(FOLDER / "zkctl.yaml")
    summary = run_cases(circuits_of(project, circuit.id))
    assert summary.n_cases == len(files_of(circuit)) > 0
    assert [each for each in summary.cases if not each.passed] == []
