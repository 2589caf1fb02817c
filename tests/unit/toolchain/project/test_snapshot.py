"""Snapshots: what is counted, the file, and what differs from it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from zkctl.errors import CircuitError, EnvironmentProblem, FormatError
from zkctl.toolchain.project.settings import Project, read_project
from zkctl.toolchain.project.snapshot import (
    FILE,
    CountChange,
    changes_of,
    read_snapshot,
    snapshot_project,
    snapshot_text,
)

TEXT = """
from zkctl.dsl import Signal, circuit, private, wire
from zkctl.gadgets.compare import is_zero

def powers(x, size):
    for _ in range(size):
        x = wire(x * x)
    return x

@circuit
def c(x: Signal = private(), *, size: int = 2) -> Signal:
    return wire(is_zero(x) + powers(x, size))
"""
YAML = (
    "version: 1\ncircuits:\n  two: {source: c.py}\n  five: {source: c.py, parameters: {size: 5}}\n"
)
TWO = {
    "constraints": 4,
    "nonlinear": 4,
    "linear": 0,
    "wires": 6,
    "gadget is_zero": 2,
    "gadget powers": 2,
}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "c.py").write_text(TEXT)
    (tmp_path / "zkctl.yaml").write_text(YAML)
    return read_project(tmp_path)


def test_the_file_is_sorted_and_stable(project: Project) -> None:
    found = snapshot_project(project)
    file = project.folder / FILE
    assert (found.snapshot, found.n_circuits) == (str(file), 2)
    text = file.read_text()
    shown = json.loads(text)["circuits"]
    assert list(shown) == ["five", "two"]
    assert shown["two"]["gadgets"] == {"is_zero": 2, "powers": 2}
    assert shown["five"]["gadgets"] == {"is_zero": 2, "powers": 5}
    assert shown["five"]["constraints"] - shown["two"]["constraints"] == 3
    assert snapshot_text(read_snapshot(file)) == text
    assert snapshot_project(project).changes == []
    assert file.read_text() == text


def test_a_check_writes_nothing_and_shows_what_differs(project: Project) -> None:
    snapshot_project(project)
    file = project.folder / FILE
    text = file.read_text()
    assert snapshot_project(project, check=True).changes == []
    (project.folder / "c.py").write_text(TEXT.replace("size: int = 2", "size: int = 3"))
    found = snapshot_project(project, check=True).changes
    assert [(each.circuit, each.figure) for each in found] == [
        ("two", "constraints"),
        ("two", "nonlinear"),
        ("two", "wires"),
        ("two", "gadget powers"),
    ]
    assert (found[3].n_kept, found[3].n_now) == (2, 3)
    assert file.read_text() == text


def test_circuits_and_gadgets_that_come_and_go() -> None:
    now = {"two": {**TWO, "gadget new": 1}}
    del now["two"]["gadget powers"]
    assert changes_of({"two": TWO}, now) == [
        CountChange("two", "gadget new", None, 1),
        CountChange("two", "gadget powers", 2, None),
    ]
    assert len(changes_of({}, {"two": TWO})) == len(TWO)
    assert {each.n_now for each in changes_of({"two": TWO}, {})} == {None}


def test_no_snapshot_to_compare_with(project: Project) -> None:
    with pytest.raises(EnvironmentProblem) as caught:
        snapshot_project(project, check=True)
    assert caught.value.message == "the project has no snapshot: expected one, got none"
    assert caught.value.hint == "write it with `snapshot_project()`"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"version": 2, "circuits": {}}', "the version is unknown: expected 1, got 2"),
        ('{"circuits": {}}', "missing 'version'"),
        ('{"version": 1, "circuits": []}', "expected an object, found an array"),
        ('{"version": 1, "circuits": {"c": {"constraints": 1}}}', "missing 'nonlinear'"),
    ],
)
def test_malformed_snapshots(project: Project, text: str, message: str) -> None:
    file = project.folder / FILE
    file.write_text(text)
    for check in (True, False):
        with pytest.raises(FormatError) as caught:
            snapshot_project(project, check=check)
        assert caught.value.message == message
    assert file.read_text() == text


def test_a_circuit_that_does_not_compile(project: Project) -> None:
    (project.folder / "c.py").write_text("1 / 0")
    with pytest.raises(CircuitError):
        snapshot_project(project)
    assert not (project.folder / FILE).exists()


def test_a_pipe_is_no_snapshot(project: Project) -> None:
    os.mkfifo(project.folder / "zkctl.snapshot.json")
    with pytest.raises(EnvironmentProblem, match="not a regular file: it is a pipe"):
        read_snapshot(project.folder / "zkctl.snapshot.json")
