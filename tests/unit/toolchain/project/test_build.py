"""All circuits of a project are compiled into its folder; what stays the same is not written again."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from zkctl.errors import CircuitError, EnvironmentProblem, UsageError
from zkctl.toolchain.circuit.compile import compile_circuit
from zkctl.toolchain.project.build import compile_project
from zkctl.toolchain.project.circuits import compile_of
from zkctl.toolchain.project.settings import read_project

OLD = 10**9


def change(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text().replace(old, new))


def test_all_circuits_under_their_names(folder: Path, tmp_path: Path) -> None:
    done = compile_project(folder)
    rows = [
        (c.name, c.field, c.n_constraints, c.n_public, c.n_private_inputs) for c in done.circuits
    ]
    assert rows == [
        ("small", "bn254.fr", 2, 2, 1),
        ("large", "bn254.fr", 5, 2, 1),
        ("raw", "bn254.fr", 3, 2, 1),
    ]  # fmt: skip
    assert (done.output, done.warnings) == (str(folder / "out/zk"), [])
    assert all(c.written for c in done.circuits)
    assert len(list((folder / "out/zk").iterdir())) == 9
    (tmp_path / "x").mkdir()
    compile_circuit(f"{folder}/circuits/power.py", {"n": "5"}, tmp_path / "x")
    for suffix in ("r1cs", "sym", "wprog"):
        single = (tmp_path / f"x/power.{suffix}").read_bytes()
        assert (folder / f"out/zk/large.{suffix}").read_bytes() == single


SUMS = """from zkctl.dsl import Array, Signal, circuit, private

@circuit
def sums(a: Array[Signal] = private(6)) -> Signal:
    total = a[0] + a[1] + a[2] + a[3] + a[4] + a[5]
    return sum((total * total + k) * (total + a[k]) for k in range(6))
"""


def test_a_circuit_for_a_proof_system(folder: Path, tmp_path: Path) -> None:
    """`for` chooses the constraints of `compile --for`, here others than those of the default level."""
    (folder / "circuits/sums.py").write_text(SUMS)
    text = "version: 1\noutput: out\ncircuits:\n  a:\n    source: circuits/sums.py\n"
    found = {}
    for system in ("groth16", "plonk", "fflonk"):
        (folder / "zkctl.yaml").write_text(f"{text}    for: {system}\n")
        compile_project(folder)
        found[system] = (folder / "out/a.r1cs").read_bytes()
        other = tmp_path / system
        other.mkdir()
        fewest = None if system == "groth16" else system
        compile_circuit(f"{folder}/circuits/sums.py", {}, other, fewest_rows_of=fewest)
        assert found[system] == (other / "sums.r1cs").read_bytes()
    assert found["groth16"] != found["plonk"]


def test_only_changes_are_written(folder: Path) -> None:
    compile_project(folder)
    files = sorted((folder / "out/zk").iterdir())
    for file in files:
        os.utime(file, (OLD, OLD))
    assert not any(c.written for c in compile_project(folder).circuits)
    assert {file.stat().st_mtime for file in files} == {OLD}
    change(folder / "circuits/steps/times.py", "return a * b", "return a * b + 1")
    done = compile_project(folder, names=["large"])
    assert [(c.name, c.written) for c in done.circuits] == [("large", True)]
    assert {f.name for f in files if f.stat().st_mtime != OLD} == {"large.r1cs", "large.wprog"}


def test_the_sources_of_a_circuit_are_known(folder: Path) -> None:
    """Modules of the folder of the source and of the project, also when another circuit has imported them."""
    (folder / "shared.py").write_text("ONE = 1\n")
    path = (
        "import sys\nsys.path.append(__file__.rpartition('/circuits')[0])\nfrom shared import ONE\n"
    )
    change(folder / "circuits/power.py", "from zkctl.dsl", f"{path}from zkctl.dsl")
    project = read_project(folder)
    names = [
        "circuits/power.py",
        "circuits/steps/__init__.py",
        "circuits/steps/times.py",
        "shared.py",
    ]
    for circuit in project.circuits:
        found = compile_of(project, circuit, lambda *_: None)
        assert [str(file.relative_to(folder)) for file in found.modules] == names


def test_a_failure_names_its_place_and_leaves_the_earlier_circuits(folder: Path) -> None:
    change(folder / "zkctl.yaml", "n: 5", "m: 5")
    with pytest.raises(CircuitError, match="power has no template parameter m") as caught:
        compile_project(folder)
    assert caught.value.where.startswith("power.py")
    assert {file.stem for file in (folder / "out/zk").iterdir()} == {"small"}


def test_refusals(folder: Path) -> None:
    with pytest.raises(UsageError, match="the project has no circuit tiny"):
        compile_project(folder, names=["tiny"])
    shutil.rmtree(folder / "circuits")
    with pytest.raises(EnvironmentProblem, match="no such file"):
        compile_project(folder)
    change(folder / "zkctl.yaml", "out/zk", "zkctl.yaml")
    with pytest.raises(EnvironmentProblem, match="cannot make the folder: file exists"):
        compile_project(folder)
