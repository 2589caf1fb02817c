"""Attacks on the processes that zkctl starts: planted modules, and secrets that a child leaves behind."""

from __future__ import annotations

import ast
import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import zkctl
from tests.support.ceremony_folders import begin
from zkctl.ceremony.phase1 import contribute as phase1
from zkctl.ceremony.phase2 import contribute as phase2
from zkctl.errors import EnvironmentProblem, UsageError, ZkctlError
from zkctl.formats.binary.zkey_groth16 import read_zkey
from zkctl.runtime import isolated
from zkctl.runtime.import_path import PACKAGE, forget_working_folder
from zkctl.service.coordinator.verification import VerificationProcess
from zkctl.toolchain import secret_step
from zkctl.toolchain.ceremony import bellman
from zkctl.toolchain.ceremony import key as ceremony
from zkctl.toolchain.ptau import contribute as ptau
from zkctl.toolchain.ptau import exchange as ptau_exchange

PLANTED = (
    "__future__.py",
    "json.py",
    "numpy.py",
    "ctypes.py",
    "resource.py",
    "runpy.py",
    "encodings.py",
    "typer.py",
    "llvmlite.py",
    "sitecustomize.py",
    "usercustomize.py",
    "zkctl/__init__.py",
)
MARKER = "CODE-RAN"
SECRET = ("key", "ptau", "challenge", "bellman")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an input for each command that draws a secret."""
    folder = tmp_path_factory.mktemp("inputs")
    key = begin(folder) / "0000.zkey"
    ptau_exchange.export_challenge(folder / "1.ptau", output=folder / "challenge")
    bellman.export_bellman(key, folder / "0.mpc")
    return folder


def contribute(base: Path, action: str, output: Path) -> None:
    """Draw a secret by the public function of one command."""
    if action == "key":
        ceremony.contribute_key(base / "ceremony" / "0000.zkey", output, name="ann")
    elif action == "ptau":
        ptau.contribute_ptau(base / "1.ptau", output=output, name="ann")
    elif action == "challenge":
        ptau_exchange.contribute_challenge(base / "challenge", output=output)
    else:
        bellman.contribute_bellman(base / "0.mpc", output)


def plant(folder: Path, name: str) -> None:
    """Write a module that leaves a marker."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"open({str(folder / MARKER)!r}, 'a').write({name!r})\n")


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder, PYTHON* variables and a user site full of planted code."""
    folder = tmp_path / "hostile"
    folder.mkdir()
    for name in PLANTED:
        plant(folder, name)
    line = f"import os; open({str(folder / MARKER)!r}, 'a').write('pth')\n"
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    user_site = folder / "user" / "lib" / version / "site-packages"
    user_site.mkdir(parents=True)
    for place in (folder, user_site):
        (place / "x.pth").write_text(line)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PYTHONPATH", f":{folder}")
    monkeypatch.setenv("PYTHONSTARTUP", str(folder / "json.py"))
    monkeypatch.setenv("PYTHONUSERBASE", str(folder / "user"))
    monkeypatch.setenv("PYTHONINSPECT", "1")
    return folder


@pytest.mark.parametrize("action", SECRET)
def test_the_secret_step_runs_no_planted_module(
    base: Path, hostile: Path, tmp_path: Path, action: str
) -> None:
    contribute(base, action, tmp_path / "new")
    assert (tmp_path / "new").exists()
    assert not (hostile / MARKER).exists()


def test_the_verifying_child_runs_no_planted_module(
    base: Path, hostile: Path, tmp_path: Path
) -> None:
    upload = tmp_path / "upload"
    upload.write_bytes(b"no key")
    ending = VerificationProcess().verify(base / "ceremony", upload, tmp_path / "none")
    assert ending.code != 70 and ending.message  # zkctl itself answered
    assert not (hostile / MARKER).exists()


@pytest.mark.parametrize("path", ["", ":", ".", "here"])
def test_the_command_runs_no_planted_module(
    hostile: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """The console script; an empty part of PYTHONPATH is the working folder.

    The interpreter itself imports sitecustomize, and finds zkctl, before code of zkctl runs: not covered.
    """
    for variable in [each for each in os.environ if each.startswith("PYTHON")]:
        monkeypatch.delenv(variable)
    if path:
        monkeypatch.setenv("PYTHONPATH", str(hostile) if path == "here" else path)
        for name in ("sitecustomize.py", "usercustomize.py", "encodings.py", "zkctl/__init__.py"):
            (hostile / name).unlink()
        (hostile / "zkctl").rmdir()
    script = Path(sys.executable).parent / "zkctl"
    done = subprocess.run([script, "doctor", "--json"], capture_output=True, check=False)
    assert json.loads(done.stdout), done.stderr
    assert not (hostile / MARKER).exists()


@pytest.mark.parametrize(
    "name", sorted({*PLANTED} - {"encodings.py", "runpy.py"})
)  # the start itself needs them
def test_the_trap_works(hostile: Path, name: Any) -> None:
    """A process that is not isolated runs the planted code."""
    for other in {*PLANTED} - {name}:
        (hostile / other).unlink()
    module = name.removesuffix("/__init__.py").removesuffix(".py")
    subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True, check=False)
    assert name in (hostile / MARKER).read_text()


def test_the_working_folder_leaves_the_import_path(
    hostile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", ["", ".", str(hostile), "relative", "/elsewhere"])
    forget_working_folder()
    assert sys.path == ["/elsewhere"]


def test_the_working_folder_stays_if_zkctl_is_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(PACKAGE).parent)
    monkeypatch.setattr(sys, "path", ["", "relative"])
    forget_working_folder()
    assert sys.path == [str(Path(PACKAGE).parent)]


def test_a_removed_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    monkeypatch.setattr(sys, "path", ["", "/elsewhere"])
    forget_working_folder()
    assert sys.path == ["/elsewhere"]
    monkeypatch.chdir(tmp_path)


def test_an_unknown_interpreter_is_refused(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "python3")
    expected = "the Python interpreter is unknown: expected an absolute path, got 'python3'"
    with pytest.raises(EnvironmentProblem, match=expected):
        contribute(base, "key", tmp_path / "new")


def test_the_child_is_the_same_zkctl(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []
    real = subprocess.Popen

    def recorded(command: list[str], **options: Any) -> Any:
        commands.append(command)
        assert not [name for name in options["env"] if name.startswith("PYTHON")]
        return real(command, **options)

    monkeypatch.setattr(subprocess, "Popen", recorded)
    contribute(base, "ptau", tmp_path / "new")
    assert commands[0][1] == "-I"
    assert str(Path(zkctl.__file__).resolve().parent) in commands[0]


@pytest.mark.parametrize("path", sorted(Path(PACKAGE).rglob("*.py")), ids=str)
def test_only_one_module_starts_processes(path: Path) -> None:
    if path == Path(isolated.__file__).resolve():
        return
    starts = {"Popen", "run", "call", "check_call", "check_output", "getoutput"}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            assert not {each.name for each in node.names} & {"multiprocessing", "pty", "runpy"}
        if isinstance(node, ast.ImportFrom):
            assert node.module not in ("subprocess", "multiprocessing", "pty", "runpy")
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
            assert not (called.value.id == "subprocess" and called.attr in starts), path
            process = called.attr.startswith(("exec", "spawn", "fork", "posix_spawn", "popen"))
            assert not (called.value.id == "os" and (process or called.attr == "system")), path


def test_a_program_of_the_user_that_does_not_end() -> None:
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    message = "does not end: expected its answer within 0 s, got none"
    with pytest.raises(EnvironmentProblem, match=message):
        isolated.run_program(command, b"", seconds=0.2)


@pytest.mark.parametrize("action", SECRET)
def test_the_parent_draws_no_secret(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    def drawn(*_: Any) -> Any:
        raise AssertionError("the parent draws a secret")

    monkeypatch.setattr(phase1, "draw_phase1_secrets", drawn)
    monkeypatch.setattr(phase2, "draw_phase2_key", drawn)
    contribute(base, action, tmp_path / "new")
    assert (tmp_path / "new").exists()


@pytest.mark.parametrize("action", SECRET)
def test_each_secret_is_fresh(base: Path, tmp_path: Path, action: str) -> None:
    for name in ("one", "two"):
        contribute(base, action, tmp_path / name)
    assert (tmp_path / "one").read_bytes() != (tmp_path / "two").read_bytes()


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
@pytest.mark.parametrize("action", SECRET)
def test_the_child_is_protected(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    """Look at the child from outside while it waits for its task; for root the owner says nothing."""
    seen: list[tuple[str, int]] = []
    real = secret_step._converse

    def look(child: subprocess.Popen[bytes], task: bytes, progress: Any) -> Any:
        proc = Path("/proc") / str(child.pid)
        hardened = f"{'Max core file size':26}{0:<21}{0:<21}"
        end = time.monotonic() + 60
        while time.monotonic() < end:  # it hardens itself, then waits for the task
            if hardened in (proc / "limits").read_text() and (proc / "mem").stat().st_uid == 0:
                break
            time.sleep(0.01)
        seen.append(((proc / "limits").read_text(), (proc / "mem").stat().st_uid))
        assert hardened in seen[-1][0] and seen[-1][1] == 0
        return real(child, task, progress)

    monkeypatch.setattr(secret_step, "_converse", look)
    contribute(base, action, tmp_path / "new")
    assert len(seen) == 1


class _Deaf:
    """A C library whose prctl does nothing, or answers wrongly."""

    def __init__(self, dumpable: int, death: int) -> None:
        self._answers = {3: dumpable, 1: death}

    def prctl(self, option: int, *_: int) -> int:
        return self._answers.get(option, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
@pytest.mark.parametrize(
    ("library", "limit", "parent", "message"),
    [
        (_Deaf(1, 0), (0, 0), 0, "the process can be traced: expected PR_SET_DUMPABLE 0"),
        (_Deaf(0, -1), (0, 0), 0, "the process may outlive its parent: expected PR_SET_PDEATHSIG"),
        (_Deaf(0, 0), (1, 1), 0, "core dumps are on: expected RLIMIT_CORE 0"),
        (_Deaf(0, 0), (0, 0), 1, "the process outlived its parent"),
    ],
)
def test_a_child_that_is_not_protected_refuses(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    library: Any,
    limit: tuple[Any, ...],
    parent: int,
    message: str,
) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
    monkeypatch.setattr(resource, "getrlimit", lambda _: limit)
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: library)
    monkeypatch.setattr(secret_step, "perform", lambda *_: pytest.fail("a secret was drawn"))
    monkeypatch.setattr(sys, "argv", ["-c", "0", str(os.getppid() + parent)])
    secret_step.run()
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["class"], error["message"]) == ("EnvironmentProblem", message)


def test_progress_reaches_the_parent(base: Path, tmp_path: Path) -> None:
    stages: list[str] = []
    ptau.contribute_ptau(
        base / "1.ptau",
        output=tmp_path / "new",
        name="ann",
        progress=lambda what, _: stages.append(what),
    )
    assert stages == ["contributing to the powers of tau", "writing the powers of tau"]


def test_only_published_facts_cross_the_pipe(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[dict[str, Any]] = []
    real = json.loads

    def recorded(text: bytes) -> Any:
        lines.append(real(text))
        return lines[-1]

    monkeypatch.setattr(json, "loads", recorded)
    contribute(base, "challenge", tmp_path / "new")
    assert {name for line in lines for name in line} == {"progress", "done"}
    facts = {name for line in lines for name in line.get("done", {})}
    assert facts == {"curve", "power", "challenge_hash", "contribution_hash"}


@pytest.mark.parametrize(
    ("program", "error", "message"),
    [
        (
            "import os; os.kill(os.getpid(), 9)",
            EnvironmentProblem,
            "the contributing process was killed by signal 9",
        ),
        *(
            (program, ZkctlError, "the contributing process failed without an answer")
            for program in ("raise SystemExit(3)", "print('[]')", "print('{}')", "print('{\"error\": {}}')")
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("action", SECRET)
def test_a_child_that_dies(
    base: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    action: str,
    program: Any,
    error: Any,
    message: Any,
) -> None:
    real = subprocess.Popen

    def other(_command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        return real([sys.executable, "-c", program], **options)

    monkeypatch.setattr(subprocess, "Popen", other)
    with pytest.raises(error, match=message):
        contribute(base, action, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_an_answer_names_no_other_class(monkeypatch: pytest.MonkeyPatch) -> None:
    line = {"error": {"class": "annotations", "message": "m", "where": "", "hint": ""}}
    with pytest.raises(ZkctlError, match="m"):
        secret_step._facts(json.dumps(line).encode())


def test_an_interrupted_parent_ends_the_child(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    children: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    def sleeping(_command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        words = "import time; print(flush=True); time.sleep(60)"
        children.append(real([sys.executable, "-c", words], **options))
        return children[-1]

    def interrupt(_line: bytes) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess, "Popen", sleeping)
    monkeypatch.setattr(json, "loads", interrupt)
    with pytest.raises(KeyboardInterrupt):
        contribute(base, "key", tmp_path / "new")
    assert children[0].returncode == -9
    assert not (tmp_path / "new").exists()


def test_a_child_that_cannot_be_started(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "missing"))
    with pytest.raises(EnvironmentProblem, match="cannot start a child process: No such file"):
        contribute(base, "key", tmp_path / "new")


def test_a_challenge_over_another_curve(base: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the challenge is over bn254, not bls12_381") as caught:
        ptau_exchange.contribute_challenge(
            base / "challenge", output=tmp_path / "new", curve="bls12-381"
        )
    assert caught.value.where == str(base / "challenge")


def test_out_of_memory_in_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(_task: object) -> Any:
        raise MemoryError

    monkeypatch.setitem(secret_step.ACTIONS, "key", exhausted)
    order = {"source": "a", "where": "b", "name": "", "entropy": "", "curve": "", "action": "key"}
    order |= {"threads": 1, "memory": 64, "strict": False}
    assert secret_step.perform(0, order)["error"]["message"] == "out of memory"


@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (0, 1), (0, 1, 2)])
def test_closed_standard_streams(base: Path, tmp_path: Path, closed: tuple[Any, ...]) -> None:
    """The output does not become a standard stream of the child, in the command and in the library."""
    script = Path(sys.executable).parent / "zkctl"
    closing = "".join(f"os.close({descriptor});" for descriptor in closed)
    words = ["ceremony", "contribute", str(base / "ceremony" / "0000.zkey"), "--name", "a", "-o"]
    command = [str(script), *words, str(tmp_path / "command")]
    start = f"import os;{closing}os.execv({str(script)!r}, {command!r})"
    done = subprocess.run([sys.executable, "-c", start], check=False)
    assert done.returncode == (5 if 1 in closed else 0)  # the answer cannot be written
    library = (
        f"import os;{closing}from pathlib import Path;"
        "from zkctl.toolchain.ceremony.key import contribute_key as contribute;"
        f"contribute(Path({words[2]!r}), Path({str(tmp_path / 'library')!r}), name='a')"
    )
    subprocess.run([sys.executable, "-c", library], check=True)
    for name in ("command", "library"):
        assert len(read_zkey(tmp_path / name).contributions) == 1
