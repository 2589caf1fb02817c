"""`write_lock` and `verify_lock`: keys and powers of tau are part of the lock."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from zkctl.errors import CircuitError, IntegrityError
from zkctl.toolchain.project.build import compile_project
from zkctl.toolchain.project.lock import LockSummary, verify_lock, write_lock


@pytest.fixture
def with_keys(folder: Path) -> Path:
    compile_project(folder)
    for name in ("pot.ptau", "out/zk/small.zkey", "out/zk/small.vkey.json"):
        (folder / name).write_text(name)
    return folder


def test_everything_is_compared(with_keys: Path) -> None:
    summary = LockSummary(str(with_keys / "zkctl.lock"), 3, 3, 1, True)
    assert write_lock(with_keys) == summary
    assert verify_lock(with_keys) == summary
    text = (with_keys / "zkctl.lock").read_bytes()
    assert write_lock(with_keys / "zkctl.yaml") == summary
    assert (with_keys / "zkctl.lock").read_bytes() == text


@pytest.mark.parametrize(
    "name", ["pot.ptau", "out/zk/small.zkey", "out/zk/small.vkey.json", "out/zk/raw.r1cs", "out/zk/large.wprog"]
)  # fmt: skip
def test_a_changed_file_is_found(with_keys: Path, name: str) -> None:
    write_lock(with_keys)
    (with_keys / name).write_text("other")
    with pytest.raises(IntegrityError, match="expected no difference, got 1") as caught:
        verify_lock(with_keys)
    thing = "ptau" if name == "pot.ptau" else name.rpartition("/")[2]
    assert caught.value.where.splitlines()[2].startswith(f"{thing} ")


def test_missing_and_new_files(with_keys: Path) -> None:
    """A locked key must be there, a new one is a difference; compiled files can be made again."""
    write_lock(with_keys)
    (with_keys / "out/zk/small.zkey").rename(with_keys / "out/zk/raw.zkey")
    (with_keys / "out/zk/raw.r1cs").unlink()
    with pytest.raises(IntegrityError, match="expected no difference, got 2") as caught:
        verify_lock(with_keys)
    rows = {row.split()[0]: row.split()[1:] for row in caught.value.where.splitlines()[2:]}
    assert rows["small.zkey"][1] == rows["raw.zkey"][0] == "missing"


def test_no_lock_of_a_circuit_with_a_mistake(folder: Path) -> None:
    (folder / "circuits/power.py").write_text("x =")
    with pytest.raises(CircuitError, match="syntax error"):
        write_lock(folder)
    assert not (folder / "zkctl.lock").exists()


CIRCOM = "pragma circom 2.0.0; template T() { signal input a; signal output b; b <== a * a; }"
IN_PYTHON = """
from zkctl import circom
from zkctl.dsl import Signal, circuit, private

square = circom.load("square.circom").T()


@circuit
def squared(x: Signal = private()) -> Signal:
    return square(x)
"""


@pytest.mark.parametrize("source", ["squared.py", "main.circom"])
def test_circom_files_are_sources(tmp_path: Path, source: str) -> None:
    (tmp_path / "square.circom").write_text(CIRCOM)
    (tmp_path / "squared.py").write_text(IN_PYTHON)
    (tmp_path / "main.circom").write_text(
        'pragma circom 2.0.0; include "square.circom"; component main = T();'
    )
    text = f"version: 1\ncircuits:\n  squared:\n    source: {source}\n"
    (tmp_path / "zkctl.yaml").write_text(text)
    write_lock(tmp_path)
    verify_lock(tmp_path)
    lock = json.loads((tmp_path / "zkctl.lock").read_text())
    assert set(lock["circuits"]["squared"]["sources"]) == {"square.circom", source}
    (tmp_path / "square.circom").write_text(CIRCOM.replace("a * a", "a * a + 1"))
    with pytest.raises(IntegrityError, match="expected no difference"):
        verify_lock(tmp_path)
