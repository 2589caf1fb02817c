"""A new project: its files, the refusal to overwrite, and every step that its README names, run as written."""

from __future__ import annotations

import shlex
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import pytest
import yaml

from zkctl.cli import app
from zkctl.errors import EnvironmentProblem, UsageError
from zkctl.toolchain.project.init import TEMPLATES, init_project, template_files
from zkctl.toolchain.project.settings import read_project

SHARED = {".gitignore", ".github/workflows/ci.yml", "README.md", "pytest.ini", "zkctl.yaml"}


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_files_of_a_template(tmp_path: Path, template: str) -> None:
    done = init_project(tmp_path / "new", template=template)
    found = {p.relative_to(tmp_path / "new").as_posix() for p in (tmp_path / "new").rglob("*") if p.is_file()}  # fmt: skip
    assert set(done.files) == found == set(template_files(template)) >= SHARED
    assert {f"circuits/{template}.py", f"tests/test_{template}.py"} <= found
    project = read_project(tmp_path / "new")
    (circuit,) = project.circuits
    assert circuit.file.is_file()
    names = [path.name for path in circuit.inputs.glob("*.json")]
    assert "good.json" in names
    assert any(name.startswith("bad") for name in names)
    workflow = yaml.safe_load((tmp_path / "new/.github/workflows/ci.yml").read_text())
    steps = [step.get("run") for step in workflow["jobs"]["test"]["steps"]]
    assert steps[-5:] == [
        "zkctl check",
        "zkctl test",
        "zkctl lint --all --strict",
        "python -m pytest",
        "zkctl compile --all",
    ]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    (tmp_path / "zkctl.yaml").symlink_to("nowhere")
    message = (
        "the folder has files of a project: expected none of these names, got README.md, zkctl.yaml"
    )
    with pytest.raises(EnvironmentProblem, match=message) as caught:
        init_project(tmp_path)
    assert caught.value.hint == "name another folder: nothing is overwritten"
    assert len(list(tmp_path.iterdir())) == 2
    assert (tmp_path / "README.md").read_text() == "mine"


def test_other_files_stay(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine")
    init_project(tmp_path)
    assert (tmp_path / "notes").read_text() == "mine"


def test_refusals(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match="the template is unknown: expected preimage or membership, got 'x'"
    ):
        init_project(tmp_path, template="x")
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentProblem, match="the project's folder is a file"):
        init_project(tmp_path / "file")


def commands_of(readme: str) -> list[str]:
    return [line.strip() for line in readme.splitlines() if line.startswith("    ")]


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_readme_is_true(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], template: str
) -> None:
    """Each command of the README, in its order and as it is written there."""
    init_project(tmp_path, template=template)
    lines = commands_of((tmp_path / "README.md").read_text())
    first = lines.index("zkctl compile --all")
    assert [line.split()[1] for line in lines[first : first + 10]][-1] == "verify"
    outputs = {}
    with chdir(tmp_path):
        for line in lines:
            program, *words = shlex.split(line)
            if program == "zkctl":
                code = app.main(words)
            else:
                assert program == "python"
                code = subprocess.run([sys.executable, *words], check=False).returncode
            outputs[line] = capsys.readouterr().out
            assert code == 0, line
    assert outputs[lines[first + 9]].startswith("OK")
