"""zkctl.lock: its text, the refusal of malformed ones, and the table of differences."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from zkctl.errors import EnvironmentProblem, FormatError, IntegrityError, ZkctlError
from zkctl.toolchain.project.build import compile_project
from zkctl.toolchain.project.lock import write_lock
from zkctl.toolchain.project.lock_file import (
    Difference,
    check_no_differences,
    lock_text,
    read_lock,
)
from zkctl.toolchain.project.settings import read_project


@pytest.fixture
def locked(folder: Path) -> Path:
    write_lock(folder)
    return folder


def change(file: Path, old: str, new: str) -> None:
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def rows_of(error: ZkctlError) -> list[list[str]]:
    """The rows of a table of differences, the file and the title left out."""
    return [row.split() for row in error.where.splitlines()[2:]]


def test_what_is_read_is_what_was_written(locked: Path) -> None:
    text = (locked / "zkctl.lock").read_text()
    lock = read_lock(read_project(locked))
    assert lock_text(lock) == text
    assert text == json.dumps(json.loads(text), indent=2, sort_keys=True) + "\n"
    assert list(lock.circuits) == ["large", "raw", "small"]
    assert lock.circuits["small"].settings == 'circuits/power.py:power level=2 {"n": "2"}'
    assert str(locked) not in text


def test_an_unchanged_project_is_compiled(locked: Path) -> None:
    assert len(compile_project(locked, locked=True).circuits) == 3


def test_a_changed_source_is_refused_before_its_code_runs(locked: Path) -> None:
    change(locked / "circuits/steps/times.py", "return a * b", "return a * b + 1")
    change(locked / "circuits/power.py", "from zkctl.dsl", "raise SystemExit\nfrom zkctl.dsl")
    message = "the project differs from zkctl.lock: expected no difference, got 6"
    with pytest.raises(IntegrityError, match=message) as caught:
        compile_project(locked, locked=True)
    assert not (locked / "out").exists()
    lines = caught.value.where.splitlines()
    assert lines[0] == str(locked / "zkctl.lock")
    assert lines[1].split() == ["what", "locked", "found"]
    rows = rows_of(caught.value)
    assert [row[:2] for row in rows[:2]] == [
        ["small", "circuits/power.py"],
        ["small", "circuits/steps/times.py"],
    ]
    assert all(
        row[2].endswith("...") and row[3].endswith("...") and row[2] != row[3] for row in rows
    )
    assert caught.value.hint == "undo the change, or, if it is meant, run `write_lock()`"
    with pytest.raises(IntegrityError, match="expected no difference, got 2"):
        compile_project(locked, names=["large"], locked=True)


def test_changed_settings(locked: Path) -> None:
    change(locked / "zkctl.yaml", "level: 0", "level: 1")
    change(locked / "zkctl.yaml", "  large:", "  larger:")
    with pytest.raises(IntegrityError) as caught:
        compile_project(locked, locked=True)
    text = caught.value.where
    assert "raw settings" in text
    assert ["larger", "missing", "a", "circuit"] in rows_of(caught.value)
    assert ["large", "a", "circuit", "missing"] in rows_of(caught.value)
    assert "level=0" in text
    assert "level=1" in text


def test_the_proof_system_of_a_circuit_is_locked(locked: Path) -> None:
    change(locked / "zkctl.yaml", "level: 0", "for: plonk")
    with pytest.raises(IntegrityError) as caught:
        compile_project(locked, locked=True)
    assert "for=plonk" in caught.value.where


def test_a_new_module_and_other_outputs(locked: Path) -> None:
    """A module that comes with another one, or a package that shadows it, and data that a source reads."""
    lock = json.loads((locked / "zkctl.lock").read_text())
    del lock["circuits"]["small"]["sources"]["circuits/steps/times.py"]
    lock["circuits"]["small"]["r1cs"] = "0" * 64
    (locked / "zkctl.lock").write_text(json.dumps(lock))
    with pytest.raises(IntegrityError) as caught:
        compile_project(locked, locked=True)
    first, second = rows_of(caught.value)
    assert first[:3] == ["small", "circuits/steps/times.py", "missing"]
    assert second[:2] == ["small.r1cs", "0" * 16 + "..."]
    assert list((locked / "out/zk").iterdir()) == []


def test_a_missing_source(locked: Path) -> None:
    (locked / "circuits/steps/times.py").unlink()
    with pytest.raises(IntegrityError) as caught:
        compile_project(locked, names=["raw"], locked=True)
    ((*_, found),) = rows_of(caught.value)
    assert found == "missing"


def test_without_a_lock(folder: Path) -> None:
    with pytest.raises(EnvironmentProblem, match=r"the project has no zkctl\.lock") as caught:
        compile_project(folder, locked=True)
    assert caught.value.hint == "run `write_lock()` first"


def test_a_long_table_is_cut(folder: Path) -> None:
    project = read_project(folder)
    check_no_differences(project, [])
    with pytest.raises(IntegrityError) as caught:
        check_no_differences(project, [Difference(f"x{k}", "a", "b\x1b") for k in range(50)])
    lines = caught.value.where.splitlines()
    assert (len(lines), lines[-1]) == (43, "and 10 more")
    assert "\x1b" not in caught.value.where


CIRCUIT: dict[str, Any] = {
    "settings": "", "sources": {"a.py": "0" * 64}, "r1cs": "", "wprog": "", "zkey": "", "vkey": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([], "the lock is malformed: expected an object for the lock, got an array"),
        ({}, "the lock is not of the schema zkctl-lock/1"),
        ({"schema": "zkctl-lock/2"}, "the lock is not of the schema zkctl-lock/1"),
        ({"schema": "zkctl-lock/1", "ptau": ""}, "the lock is malformed: expected the members schema, ptau, circuits of"
         " the lock, the difference is circuits"),
        ({"circuits": []}, "expected an object for circuits, got an array"),
        ({"ptau": 3}, "expected 64 hexadecimal digits or an empty string for ptau, got a number"),
        ({"more": 3}, "the difference is more"),
        ({"circuits": {"a": 1}}, "expected an object for a, got a number"),
        ({"circuits": {"a": {}}}, "expected the members settings, sources, r1cs, wprog, zkey, vkey of a, the difference is r1cs"),
        ({"circuits": {"a": CIRCUIT | {"settings": 1}}}, "expected a string for a.settings, got a number"),
        ({"circuits": {"a": CIRCUIT | {"zkey": "0" * 63}}}, "hexadecimal digits or an empty string for a.zkey, got a string"),
        ({"circuits": {"a": CIRCUIT | {"sources": {"x": None}}}}, "or an empty string for a.sources, got"),
        ({"circuits": {"a": CIRCUIT | {"sources": []}}}, "expected an object for a.sources, got an array"),
    ],
)  # fmt: skip
def test_malformed_locks(folder: Path, value: Any, message: str) -> None:
    whole = {"schema": "zkctl-lock/1", "ptau": "", "circuits": {"a": CIRCUIT}}
    if isinstance(value, dict) and value and "schema" not in value:
        value = whole | value
    (folder / "zkctl.lock").write_text(json.dumps(value))
    with pytest.raises(FormatError) as caught:
        read_lock(read_project(folder))
    assert message in caught.value.message
    assert caught.value.where == str(folder / "zkctl.lock")


@pytest.mark.parametrize(
    "name", ["../../../../../../../../proc/kmsg", "/etc/a.py", "", "a" * 5000 + ".py"]
)
def test_a_lock_names_no_device_as_source(folder: Path, name: str) -> None:
    circuit = CIRCUIT | {"sources": {name: "0" * 64}}
    whole = {"schema": "zkctl-lock/1", "ptau": "", "circuits": {"a": circuit}}
    (folder / "zkctl.lock").write_text(json.dumps(whole))
    with pytest.raises(FormatError) as caught:
        read_lock(read_project(folder))
    start = "the lock is malformed: expected relative paths of modules, got "
    assert caught.value.message.startswith(start)
