"""Phase 2 under kill -9, full disks, read-only folders and many processes (docs/design/security-cases.md, N106 to N110)."""

from __future__ import annotations

import hashlib
import os
import resource
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from tests.support.ceremony_folders import begin, extend
from tests.support.crash import ALL, PARTS, Plan, some, sweep
from tests.support.file_limit import file_limit, limit_files
from zkctl.errors import EnvironmentProblem
from zkctl.formats.binary.zkey_groth16 import check_key_points, read_zkey
from zkctl.toolchain.ceremony import key as ceremony_module
from zkctl.toolchain.ceremony.accept import accept_contribution
from zkctl.toolchain.ceremony.audit import ceremony_status, verify_ceremony
from zkctl.toolchain.ceremony.finalize import finalize_ceremony
from zkctl.toolchain.ceremony.folder import open_ceremony, verified_newest_key
from zkctl.toolchain.ceremony.folder_steps import beacon_in_folder, contribute_in_folder
from zkctl.toolchain.ceremony.key import beacon_key, contribute_key, verify_key
from zkctl.toolchain.ceremony.requests import BeaconRequest, ContributionRequest
from zkctl.toolchain.secret_step import SecretStep, perform

FEW, FEWER = 4, 2
PROCESSES = 16

OnKey = Callable[[Path, Path], object]
InFolder = Callable[[Path], object]
KEYS: dict[str, OnKey] = {
    "contribute": lambda old, new: contribute_key(old, new, name="bob"),
    "beacon": lambda old, new: beacon_key(
        old, new, BeaconRequest(beacon_hex="0a0b", iterations=10)
    ),
}
FOLDERS: dict[str, InFolder] = {
    "contribute": lambda folder: contribute_in_folder(folder, ContributionRequest(name="bob")),
    "accept": lambda folder: accept_contribution(folder, folder.parent / "bob.zkey"),
    "beacon": lambda folder: beacon_in_folder(folder, BeaconRequest(beacon_hex="0a0b")),
    "finalize": finalize_ceremony,
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ceremony with one contribution, and bob's key beside it."""
    folder = tmp_path_factory.mktemp("crash")
    ceremony = begin(folder)
    accept_contribution(ceremony, extend(ceremony / "0000.zkey", folder / "alice.zkey", "alice"))
    extend(ceremony / "0001.zkey", folder / "bob.zkey", "bob")
    return folder


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# -- kill -9


def crash_on_keys(base: Path, folder: Path, name: str, plan: Plan, part: int = 0) -> None:
    old, new, command = folder / "old.zkey", folder / "new.zkey", KEYS[name]
    shutil.copy(base / "alice.zkey", old)
    before = digest(old)
    parts = base / "ceremony" / "circuit.r1cs", base / "ceremony" / "phase1.ptau"

    def check(thorough: bool) -> None:
        assert digest(old) == before
        rest = [p.name for p in folder.iterdir() if p not in (old, new)]
        assert all(p.startswith(".new.zkey.partial-") for p in rest)
        if thorough and not new.exists():
            command(old, new)
        if thorough:
            assert len(verify_key(new, *parts).contributors) == 2
        elif new.exists():
            check_key_points(read_zkey(new))
        for path in (new, *map(folder.joinpath, rest)):
            path.unlink(missing_ok=True)

    sweep(lambda: command(old, new), check, plan, part)


def crash_in_folder(base: Path, folder: Path, name: str, plan: Plan, part: int = 0) -> None:
    ceremony, command = folder / "ceremony", FOLDERS[name]
    shutil.copy(base / "bob.zkey", folder)

    def restore() -> None:
        shutil.rmtree(ceremony, ignore_errors=True)
        shutil.copytree(base / "ceremony", ceremony)

    def check(thorough: bool) -> None:
        """The ceremony is whole, with or without the new key; nothing accepted is lost."""
        status = ceremony_status(ceremony)
        verified_newest_key(open_ceremony(ceremony))
        assert status.n_contributions >= 1
        if thorough:
            assert verify_ceremony(ceremony).contributors[0].claimed_name == "alice"
            if not is_done(ceremony, name):
                command(ceremony)
            assert len(verify_ceremony(ceremony).contributors) == (1 if name == "finalize" else 2)
            assert is_done(ceremony, name)
        restore()

    restore()
    sweep(lambda: command(ceremony), check, plan, part)


def is_done(ceremony: Path, name: str) -> bool:
    """Did the command reach its end, as the folder tells it?"""
    if name == "finalize":
        return (ceremony / "manifest.json").exists()
    status = ceremony_status(ceremony)
    return (status.n_contributions, status.state) != (1, "open")


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("name", KEYS)
def test_killed_at_some_steps(base: Path, tmp_path: Path, name: str, part: Any) -> None:
    crash_on_keys(base, tmp_path, name, some(FEW), part)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("name", FOLDERS)
def test_killed_in_a_folder_at_some_steps(base: Path, tmp_path: Path, name: str, part: Any) -> None:
    crash_in_folder(base, tmp_path, name, some(FEWER), part)


@pytest.mark.parametrize("part", PARTS)
def test_killed_while_the_contributor_writes(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: Any
) -> None:
    contribute_here(monkeypatch)
    crash_on_keys(base, tmp_path, "contribute", some(FEW), part)


@pytest.mark.slow
@pytest.mark.parametrize("name", KEYS)
def test_killed_at_every_step_and_at_many_times(base: Path, tmp_path: Path, name: str) -> None:
    crash_on_keys(base, tmp_path, name, ALL)


@pytest.mark.slow
@pytest.mark.parametrize("name", FOLDERS)
def test_killed_in_a_folder_at_every_step_and_at_many_times(
    base: Path, tmp_path: Path, name: str
) -> None:
    crash_in_folder(base, tmp_path, name, ALL)


@pytest.mark.slow
def test_killed_at_every_write_of_the_contributor(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contribute_here(monkeypatch)
    crash_on_keys(base, tmp_path, "contribute", ALL)


def contribute_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The step that knows the secret without a process of its own, so that its writes are counted."""

    def here(step: SecretStep, output: BinaryIO, where: Path, *, progress: object) -> None:
        order = asdict(step) | {"where": where, "threads": 1, "memory": 64, "strict": False}
        assert perform(output.fileno(), order) == {"done": {}}

    monkeypatch.setattr(ceremony_module, "run_secret_step", here)


# -- a disk that is full


@pytest.fixture
def limited() -> Iterator[Callable[[int], None]]:
    """Let no file grow beyond so many bytes, in this process and those it starts."""
    with file_limit():
        yield limit_files


@pytest.mark.parametrize(
    ("name", "n_bytes"), [("contribute", 2000), ("beacon", 0), ("beacon", 100), ("beacon", 2000)]
)
def test_no_room_for_the_key(
    base: Path, tmp_path: Path, limited: Callable[[int], None], name: str, n_bytes: int
) -> None:
    limited(n_bytes)
    with pytest.raises(EnvironmentProblem, match="cannot write the file: file too large") as caught:
        KEYS[name](base / "alice.zkey", tmp_path / "new.zkey")
    assert caught.value.where == str(tmp_path / "new.zkey")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "n_bytes"),
    [("contribute", 700), ("contribute", 3900), ("beacon", 0), ("beacon", 3900)],
)
def test_no_room_in_the_folder(
    base: Path, tmp_path: Path, limited: Callable[[int], None], name: str, n_bytes: int
) -> None:
    """0: not even a key; 700: a key not; 3900: a key and a receipt, perhaps not the transcript."""
    shutil.copytree(base / "ceremony", tmp_path / "c")
    before = (tmp_path / "c" / "transcript.jsonl").read_bytes()
    limited(n_bytes)
    try:
        FOLDERS[name](tmp_path / "c")
    except EnvironmentProblem as problem:
        assert "file too large" in problem.message
        assert (tmp_path / "c" / "transcript.jsonl").read_bytes() == before
    else:
        assert n_bytes == 3900
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    verify_ceremony(tmp_path / "c")
    status = ceremony_status(tmp_path / "c")
    if (status.n_contributions, status.state) == (1, "open"):
        FOLDERS[name](tmp_path / "c")
    assert [p.name for p in (tmp_path / "c").iterdir() if "partial" in p.name] == []


# -- a folder that must not be written


@pytest.fixture
def read_only(base: Path) -> Iterator[Path]:
    """A ceremony that nobody may write to."""
    folder = Path(tempfile.mkdtemp(prefix="read-only-"))
    shutil.copytree(base / "ceremony", folder / "c")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield folder / "c"
    for path in (folder, folder / "c"):
        path.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    "action",
    [
        lambda folder: KEYS["contribute"](folder / "0001.zkey", folder / "new.zkey"),
        lambda folder: KEYS["beacon"](folder / "0001.zkey", folder / "new.zkey"),
        FOLDERS["contribute"],
        FOLDERS["beacon"],
    ],
)
def test_a_read_only_folder(read_only: Path, action: Any) -> None:
    before = sorted(p.name for p in read_only.iterdir())
    assert exit_codes([lambda: action(read_only)], nobody=True) == [EnvironmentProblem.exit_code]
    assert sorted(p.name for p in read_only.iterdir()) == before


# -- many processes


def exit_codes(actions: list[Callable[[], object]], *, nobody: bool = False) -> list[int]:
    """Run each in a process of its own, all at once; 0, or the exit code of the error."""
    processes = []
    for action in actions:
        pid = os.fork()
        if pid == 0:
            _child(action, nobody)
        processes.append(pid)
    return [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in processes]


def _child(action: Callable[[], object], nobody: bool) -> None:
    code = 70
    try:
        if nobody and os.geteuid() == 0:  # root may write anywhere
            os.setgid(65534)
            os.setuid(65534)
        action()
        code = 0
    except EnvironmentProblem as problem:
        code = problem.exit_code
    finally:
        os._exit(code)


def race_on_a_key(base: Path, folder: Path, name: str, n: int) -> None:
    new = folder / "new.zkey"
    codes = exit_codes([lambda: KEYS[name](base / "alice.zkey", new)] * n)
    assert sorted(codes) == [0] + [EnvironmentProblem.exit_code] * (n - 1)
    file = read_zkey(new)
    check_key_points(file)
    assert len(file.contributions) == 2
    assert [path.name for path in folder.iterdir()] == ["new.zkey"]


@pytest.mark.parametrize(("name", "n"), [("contribute", 4), ("beacon", PROCESSES)])
def test_one_process_wins_an_output(base: Path, tmp_path: Path, name: str, n: Any) -> None:
    race_on_a_key(base, tmp_path, name, n)


@pytest.mark.slow
def test_one_of_sixteen_contributors_wins_an_output(base: Path, tmp_path: Path) -> None:
    race_on_a_key(base, tmp_path, "contribute", PROCESSES)


def test_processes_in_one_folder_take_turns(base: Path, tmp_path: Path) -> None:
    """Whoever comes while another works is told so; all that succeeded are in the key."""
    shutil.copytree(base / "ceremony", tmp_path / "c")
    codes = exit_codes([lambda: FOLDERS["contribute"](tmp_path / "c")] * PROCESSES)
    assert set(codes) == {0, EnvironmentProblem.exit_code}
    summary = verify_ceremony(tmp_path / "c")
    assert len(summary.contributors) == 1 + codes.count(0)
    assert ceremony_status(tmp_path / "c").n_contributions == 1 + codes.count(0)
