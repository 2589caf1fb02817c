"""One circuit of a project: digests of outputs without files, and names of modules from the project's folder."""

from __future__ import annotations

import subprocess
import sys
from hashlib import blake2b
from pathlib import Path

import pytest

from zkctl.errors import EnvironmentProblem
from zkctl.toolchain.project.build import compile_project
from zkctl.toolchain.project.circuits import (
    compile_of,
    digest_of,
    digests_of,
    output_files,
    source_digests,
)
from zkctl.toolchain.project.settings import read_project


def test_digests_are_those_of_the_files(folder: Path) -> None:
    project = read_project(folder)
    circuit = project.circuit("large")
    found = compile_of(project, circuit, lambda *_: None)
    digests = digests_of(found)
    assert not (folder / "out").exists()
    compile_project(folder)
    r1cs, _, wprog = output_files(project, circuit)
    for file, digest in ((r1cs, digests.r1cs), (wprog, digests.wprog)):
        assert digest == digest_of(file) == blake2b(file.read_bytes(), digest_size=32).hexdigest()
    sources = source_digests(project, found)
    assert list(sources) == [
        "circuits/power.py",
        "circuits/steps/__init__.py",
        "circuits/steps/times.py",
    ]
    assert sources["circuits/power.py"] == digest_of(folder / "circuits/power.py")


def test_a_source_outside_of_the_project(folder: Path) -> None:
    (folder / "inner").mkdir()
    settings = (folder / "zkctl.yaml").read_text().replace("circuits/", "../circuits/")
    (folder / "inner/zkctl.yaml").write_text(settings)
    project = read_project(folder / "inner")
    found = compile_of(project, project.circuit("raw"), lambda *_: None)
    assert next(iter(source_digests(project, found))) == "../circuits/power.py"


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="cannot read the file: no such file"):
        digest_of(tmp_path / "x")


def test_reading_a_lock_loads_no_compiler() -> None:
    """Each process of a service reads one when it starts."""
    code = (
        "import sys, zkctl.toolchain.project.lock_file\n"
        "print([name for name in sys.modules if name in ('zkctl.circom', 'zkctl.dsl', 'zkctl.lint')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
