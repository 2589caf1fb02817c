"""`zkctl test`: a project, one of its circuits, a file; lines, exit codes, the report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

TEXT = """
from zkctl.dsl import Signal, circuit, constrain, private

@circuit
def square(x: Signal = private(), *, root_of: int = 4) -> None:
    constrain(x * x == root_of, "not the root")
"""
YAML = """version: 1
circuits:
  four: {source: square.py}
  nine: {source: "square.py:square", parameters: {root_of: 9}}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "square.py").write_text(TEXT)
    (tmp_path / "zkctl.yaml").write_text(YAML)
    for name, root in (("four", 2), ("nine", 3)):
        folder = tmp_path / "inputs" / name
        folder.mkdir(parents=True)
        (folder / "good.json").write_text(json.dumps({"x": root}))
        (folder / "bad.json").write_text(json.dumps({"x": root + 1}))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_all_circuits_of_the_project(run: Run, project: Path) -> None:
    done = run("test", "-q")
    assert (done.code, done.err) == (0, "")
    refused = "bad.json  refused: constraint 0 is not satisfied: not the root"
    assert done.out.splitlines() == [
        f"ok    four  {refused}",
        "ok    four  good.json",
        f"ok    nine  {refused}",
        "ok    nine  good.json",
        "4 of 4 tests pass",
    ]


def test_all_is_the_default(run: Run, project: Path) -> None:
    assert run("test", "--all", "-q").out == run("test", "-q").out
    done = run("test", "--all", "nine")
    assert done.code == 2
    assert "error: --all is for the whole project: expected no name beside it, got one" in done.err
    assert "hint: run zkctl test --all, or name the circuit only" in done.err


def test_one_circuit_from_a_folder_below(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project / "inputs")
    assert run("test", "nine", "-q").out.splitlines()[-1] == "2 of 2 tests pass"
    assert run("test", "eight").code == 2
    monkeypatch.chdir("/")
    assert run("test").code == 5
    assert run("test", "--project", str(project / "zkctl.yaml")).code == 0


def test_a_failure(run: Run, project: Path) -> None:
    (project / "inputs/four/wrong.json").write_text('{"x": 77001}')
    done = run("test", "four", "--junit", "report.xml")
    assert done.code == 1
    lines = done.out.splitlines()
    assert lines[2] == "FAIL  four  wrong.json  constraint 0 is not satisfied: not the root"
    assert lines[3].startswith("      square.py:6:15 in square")
    assert lines[-2:] == ["2 of 3 tests pass", "written: report.xml"]
    assert "error: 1 of 3 tests fail: expected none" in done.err
    assert "77001" not in done.out + done.err + (project / "report.xml").read_text()
    assert run("test", "--junit", "report.xml").code == 5
    answer = json.loads(run("test", "four", "--json").out)
    assert (answer["ok"], answer["result"]["n_failed"]) == (False, 1)


def test_a_file(run: Run, project: Path) -> None:
    words = ["test", "square.py", "-P", "root_of=9", "--inputs", "inputs/nine"]
    done = run(*words, "-q")
    assert done.code == 0
    assert done.out.splitlines()[1] == "ok    square  good.json"
    assert run("test", "square.py:square", "--inputs", "inputs/four").code == 0
    assert run("test", "square.py:cube", "--inputs", "inputs/four").code == 1
    assert run("test", "missing.py", "--inputs", "inputs/four").code == 1
    done = run("test", "square.txt", "--inputs", "inputs/four", "-q")
    assert done.code == 1
    assert "expected FILE.py, FILE.py:NAME or FILE.circom, got square.txt" in done.out


def test_forms_that_do_not_go_together(run: Run, project: Path) -> None:
    done = run("test", "square.py")
    assert done.code == 2
    assert "error: a file has no project: expected --inputs DIR and no --project" in done.err
    assert "hint: for example zkctl test circuit.py --inputs inputs" in done.err
    assert run("test", "square.py", "--inputs", "inputs", "--project", "zkctl.yaml").code == 2
    for words in (["--inputs", "inputs"], ["four", "-P", "root_of=3"]):
        done = run("test", *words)
        assert done.code == 2
        assert (
            "error: --inputs and -P are for a file: expected FILE.py, got a circuit of the project"
            in done.err
        )
        assert "hint: write them to zkctl.yaml" in done.err


def test_snapshots(run: Run, project: Path) -> None:
    file = project / "zkctl.snapshot.json"
    assert run("snapshot", "--check").code == 5
    first = run("snapshot", "-q")
    assert first.code == 0
    assert first.out.splitlines()[-1] == f"written: {file} with 2 circuits"
    assert run("snapshot", "--check", "-q").out == f"OK: 2 circuits as in {file}\n"
    kept = json.loads(file.read_text())
    kept["circuits"]["four"]["wires"] += 1000
    file.write_text(json.dumps(kept))
    done = run("snapshot", "--check", "-q")
    assert done.code == 1
    assert done.out.splitlines() == [
        "circuit  figure   kept  now  change",
        "four     wires   1,002    2  -1,000",
    ]
    assert "error: the counts differ from the snapshot: expected no difference, got 1" in done.err
    assert "hint: run zkctl snapshot and commit the file, if the change is meant" in done.err
    assert run("snapshot", "--check", "--json").code == 1
    assert run("snapshot").code == 0
    assert run("snapshot", "--check").code == 0
