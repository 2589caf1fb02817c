"""Projects in hostile surroundings: full disks, several processes, links and pipes, names, changes at any moment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import Run
from tests.support.file_limit import file_limit, limit_files
from zkctl.cli import app

CIRCUIT = """from zkctl.dsl import Signal, circuit, private, public

@circuit
def product(a: Signal = private(), b: Signal = public(), *, n: int = 1) -> Signal:
    return a * b + n
"""
SETTINGS = """version: 1
circuits:
  product:
    source: circuits/product.py
  next-one: {source: circuits/product.py, parameters: {n: 2}}
"""
WRITING = [
    ["compile", "--all"], ["lock"], ["snapshot"], ["test", "--junit", "report.xml"],
    ["profile", "product", "--svg", "picture.svg"], ["init", "new"],
]  # fmt: skip


def project(folder: Path) -> Path:
    (folder / "circuits").mkdir(parents=True)
    (folder / "circuits/product.py").write_text(CIRCUIT)
    (folder / "zkctl.yaml").write_text(SETTINGS)
    for name in ("product", "next-one"):
        (folder / "inputs" / name).mkdir(parents=True)
        (folder / "inputs" / name / "good.json").write_text('{"a": 3, "b": 4}')
    return folder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a project."""
    monkeypatch.chdir(project(tmp_path / "work"))
    return tmp_path / "work"


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("words", WRITING, ids=lambda words: words[0])
def test_a_full_disk(run: Run, folder: Path, words: list[str]) -> None:
    """No file is torn, none appears, and an old one keeps its bytes."""
    if words[0] in ("compile", "lock", "snapshot"):
        assert run(*words).code == 0
        (folder / "circuits/product.py").write_text(CIRCUIT.replace("a * b", "a * b * b"))
    before = contents(folder)
    with file_limit():
        limit_files(100)
        done = run(*words, "-q")
    assert (done.code, contents(folder)) == (5, before)
    assert "error: cannot write the file: file too large" in done.err
    assert run(*words).code == 0


def in_children(folder: Path, words: list[str], count: int) -> list[int]:
    """The exit codes of the same command in processes that run at once."""
    children = []
    for _ in range(count):
        child = os.fork()
        if child == 0:
            nothing = os.open(os.devnull, os.O_RDWR)
            os.dup2(nothing, 2)
            sys.stdout = sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115
            os._exit(app.main([*words, "-q"]))
        children.append(child)
    return sorted(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children)


@pytest.mark.parametrize("words", WRITING, ids=lambda words: words[0])
def test_several_at_once(run: Run, folder: Path, words: list[str]) -> None:
    """Where a file is replaced all of them succeed, with the bytes of one alone; where none is, one does."""
    replaces = words[0] in ("compile", "lock", "snapshot")
    assert in_children(folder, words, 4) == ([0] * 4 if replaces else [0, 5, 5, 5])
    alone = project(folder.parent / "alone")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(alone)
        assert run(*words, "-q").code == 0
    del (made := contents(folder))["circuits/product.py"]
    expected = {name: data for name, data in contents(alone).items() if name in made}
    assert set(made) == set(expected)
    if words[0] != "test":  # its report has times
        assert made == expected


def test_the_slower_init_says_what_can_be_done(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zkctl.toolchain.project import init

    real, seen = init._check_free, []

    def check(place: Path, names: list[str]) -> None:
        seen.append(names)
        if len(seen) > 1:
            real(place, names)

    monkeypatch.setattr(init, "_check_free", check)
    assert run("init", "new").code == 0
    seen.clear()
    done = run("init", "new")
    assert done.code == 5
    assert "the folder has files of a project: expected none of these names, got " in done.err
    assert "--force" not in done.err


@pytest.mark.parametrize("name", ["zkctl.lock", "zkctl.snapshot.json", "build/product.r1cs"])
@pytest.mark.parametrize("kind", ["link", "loop", "pipe", "folder"])
def test_outputs_that_are_no_files(run: Run, folder: Path, name: str, kind: str) -> None:
    """What a link points to keeps its bytes, and a pipe keeps nobody waiting."""
    output, victim = folder / name, folder / "victim"
    output.parent.mkdir(exist_ok=True)
    victim.write_text('{"version": 1, "circuits": {}}')
    if kind == "pipe":
        os.mkfifo(output)
    elif kind == "folder":
        output.mkdir()
    else:
        output.symlink_to(victim if kind == "link" else output)
    words = {"b": ["compile", "--all"], "l": ["lock"], "s": ["snapshot"]}
    done = run(*words[name.removeprefix("zkctl.")[0]], "-q")
    assert done.code in (2, 5)
    assert victim.read_text() == '{"version": 1, "circuits": {}}'


NAMES = [
    "a b",
    "\u00fc \u2603",
    "new\nline",
    "esc\x1b[2J",
    "x.py:y",
    "'\"$(x)",
    "-q",
    os.fsdecode(b"\xff"),
]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_folders_and_files(
    run: Run, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = project(tmp_path / name)
    (folder / "inputs/product" / f"{name}.json").write_text('{"a": 3, "b": 4}')
    monkeypatch.chdir(folder)
    source = f"{folder}/circuits/product.py:product"
    for words in (
        *WRITING, ["check", "--json"], ["lock", "--check"], ["snapshot", "--check"], ["profile", source],
        ["check", source], ["test", source, "--inputs", "inputs/product"],
    ):  # fmt: skip
        done = run(*words)
        assert done.code == 0, (words, done.err)
        assert "\x1b" not in done.out + done.err
    for file in ("report.xml", "picture.svg"):
        ElementTree.parse(folder / file)  # noqa: S314  # our own output
    assert json.loads((folder / "zkctl.lock").read_text())["circuits"]["product"]["sources"].keys() == {"circuits/product.py"}  # fmt: skip


def test_settings_that_are_no_file(run: Run, folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    for name in ("pipe", "/dev/zero", "missing", "circuits"):
        assert run("check", "--project", name).code == 5
    (folder / "zkctl.yaml").write_text(SETTINGS + "#" * (1 << 16))
    assert run("check").code == 7
    for text in ("a: " * 3000, "{" * 30_000, "a:\n" + " b:\n" * 9000):
        (folder / "zkctl.yaml").write_text(text)
        assert run("check").code == 3


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_watching_ends_with_a_signal(folder: Path, number: int, code: int) -> None:
    """Also after settings and source disappeared for a moment."""
    words = [sys.executable, "-m", "zkctl.cli.app", "compile", "--all", "--watch"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # fmt: skip
        assert process.stderr is not None

        def until(text: str) -> None:
            assert process.stderr is not None
            while text not in (line := process.stderr.readline()):
                assert line, text

        until("waiting for a change")
        (folder / "zkctl.yaml").rename(folder / "away")
        until("error: cannot read the file")
        until("waiting for a change")
        (folder / "away").rename(folder / "zkctl.yaml")
        until("waiting for a change")
        time.sleep(0.05)
        process.send_signal(number)
        until("interrupted")
        assert process.wait() == code
    assert len(list((folder / "build").iterdir())) == 6
