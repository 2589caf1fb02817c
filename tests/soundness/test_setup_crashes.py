"""kill -9 in the middle of a set-up: inputs untouched, no torn key or folder, the next run succeeds."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.ceremony_folders import PLAIN, extend, phase1_and_circuit
from tests.support.crash import ALL, PARTS, Plan, some, sweep
from zkctl.toolchain.ceremony.accept import accept_contribution
from zkctl.toolchain.ceremony.audit import ceremony_status, verify_ceremony
from zkctl.toolchain.ceremony.folder import open_ceremony, verified_newest_key
from zkctl.toolchain.ceremony.folder_steps import init_ceremony
from zkctl.toolchain.proof.setup import make_key

FEW = 8
PARTIAL_KEY = re.compile(r"\.new\.zkey\.partial-[0-9a-f]{16}")
PARTIAL_FOLDER = re.compile(r"\.ceremony\.partial-[0-9a-f]{16}")
FILES = ["0000.zkey", "ceremony.yaml", "circuit.r1cs", "phase1.ptau", "transcript.jsonl"]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A circuit, a phase 1 and the key that is made of them: it holds no secret, so it is always the same."""
    folder = tmp_path_factory.mktemp("crash")
    make_key(*phase1_and_circuit(folder), output=folder / "expected.zkey")
    return folder


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def inputs(base: Path, folder: Path) -> tuple[Path, Path]:
    """Copies of circuit and phase 1 in a folder of their own."""
    (folder / "in").mkdir()
    r1cs, ptau = (Path(shutil.copy(base / name, folder / "in")) for name in ("c.r1cs", "pot.ptau"))
    return r1cs, ptau


def crash_setup(base: Path, folder: Path, plan: Plan, part: int = 0) -> None:
    given, new = inputs(base, folder), folder / "new.zkey"
    before, expected = [digest(path) for path in given], digest(base / "expected.zkey")

    def check(thorough: bool) -> None:
        """There is the whole key or none, and the command works now."""
        assert [digest(path) for path in given] == before
        rest = [path for path in folder.iterdir() if path.name not in ("in", new.name)]
        assert len(rest) <= 1
        assert all(PARTIAL_KEY.fullmatch(path.name) for path in rest)
        if thorough and not new.exists():
            make_key(*given, output=new)
        if new.exists():
            assert digest(new) == expected
        for path in (new, *rest):
            path.unlink(missing_ok=True)

    sweep(lambda: make_key(*given, output=new), check, plan, part)


def crash_init(base: Path, folder: Path, plan: Plan, part: int = 0) -> None:
    given, ceremony = inputs(base, folder), folder / "ceremony"
    before, expected = [digest(path) for path in given], digest(base / "expected.zkey")

    def check(thorough: bool) -> None:
        """There is a whole ceremony or none, and if there is none it can begin now."""
        assert [digest(path) for path in given] == before
        rest = [path for path in folder.iterdir() if path.name not in ("in", ceremony.name)]
        assert len(rest) <= 1
        assert all(PARTIAL_FOLDER.fullmatch(path.name) for path in rest)
        if thorough and not ceremony.exists():
            init_ceremony(ceremony, *given, rules=PLAIN)
        if ceremony.exists():
            assert sorted(path.name for path in ceremony.iterdir()) == FILES
            verified_newest_key(open_ceremony(ceremony))
            assert digest(ceremony / "0000.zkey") == expected
            status = ceremony_status(ceremony)
            assert (status.n_contributions, status.state) == (0, "open")
        if thorough:
            accept_contribution(ceremony, extend(ceremony / "0000.zkey", folder / "k", "alice"))
            assert len(verify_ceremony(ceremony).contributors) == 1
        (folder / "k").unlink(missing_ok=True)
        for path in (ceremony, *rest):
            shutil.rmtree(path, ignore_errors=True)

    sweep(lambda: init_ceremony(ceremony, *given, rules=PLAIN), check, plan, part)


@pytest.mark.parametrize("part", PARTS)
def test_setup_killed_at_some_steps(base: Path, tmp_path: Path, part: Any) -> None:
    crash_setup(base, tmp_path, some(FEW), part)


@pytest.mark.parametrize("part", PARTS)
def test_init_killed_at_some_steps(base: Path, tmp_path: Path, part: Any) -> None:
    crash_init(base, tmp_path, some(FEW), part)


@pytest.mark.slow
def test_setup_killed_at_every_step_and_at_many_times(base: Path, tmp_path: Path) -> None:
    crash_setup(base, tmp_path, ALL)


@pytest.mark.slow
def test_init_killed_at_every_step_and_at_many_times(base: Path, tmp_path: Path) -> None:
    crash_init(base, tmp_path, ALL)
