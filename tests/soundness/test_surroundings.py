"""Every command that writes, on a full disk, in a read-only folder, and sixteen times at once.

Cases of docs/design/security-cases.md, N106 to N108.  What must come out: the documented exit code 5 and nothing on the disk, or
one valid result.  Disks are file systems in memory of a limited size; where mounting is not permitted, no file
may grow beyond that size.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.ceremony_folders import PLAIN, begin, extend
from tests.support.crash import MANY
from tests.support.file_limit import file_limit, limit_files
from tests.unit.toolchain.ptau.test_download import CONTENT, FILE
from zkctl.errors import EnvironmentProblem
from zkctl.formats.binary.ptau.file import read_ptau
from zkctl.formats.binary.zkey_groth16 import check_key_points, read_zkey
from zkctl.storage.space import check_free_space
from zkctl.toolchain.ceremony.accept import accept_contribution
from zkctl.toolchain.ceremony.audit import verify_ceremony
from zkctl.toolchain.ceremony.folder_steps import init_ceremony
from zkctl.toolchain.ceremony.key import beacon_key, contribute_key
from zkctl.toolchain.ceremony.requests import BeaconRequest
from zkctl.toolchain.ceremony.viewer import export_viewer
from zkctl.toolchain.proof.setup import make_key
from zkctl.toolchain.ptau import download as ptau_download
from zkctl.toolchain.ptau.cache import PtauCache
from zkctl.toolchain.ptau.contribute import beacon_ptau, contribute_ptau
from zkctl.toolchain.ptau.new import new_ptau
from zkctl.toolchain.ptau.prepare import prepare_ptau
from zkctl.toolchain.ptau.verify import verify_ptau

PROCESSES = 16
NOBODY = 65534
PAGE = 4096
BALLAST = "ballast"
FEW, SOME, ALL = 2, 8, 64

Action = Callable[[Path, Path], object]  # inputs, output


def download(given: Path, output: Path) -> object:
    """From a file, so that the catalogue's checks and the copy run."""
    return ptau_download._from_file(
        FILE, given / FILE.name, output, force=False, progress=lambda *_: None
    )


def warnings_for_phase1(path: Path) -> None:
    verify_ptau(path)


def check_zkey(path: Path) -> None:
    check_key_points(read_zkey(path))


ACTIONS: dict[str, tuple[Action, Callable[[Path], object]]] = {
    "ptau new": (lambda given, out: new_ptau("bn254", 2, out), read_ptau),
    "ptau contribute": (
        lambda g, out: contribute_ptau(g / "1.ptau", output=out, name="x"),
        warnings_for_phase1,
    ),
    "ptau beacon": (
        lambda g, out: beacon_ptau(g / "1.ptau", output=out, beacon_hex="0a0b", iterations=10),
        warnings_for_phase1,
    ),
    "ptau prepare": (lambda g, out: prepare_ptau(g / "1.ptau", output=out), warnings_for_phase1),
    "ptau download": (download, lambda path: path.read_bytes() == CONTENT),
    "setup": (lambda g, out: make_key(g / "c.r1cs", g / "pot.ptau", output=out), check_zkey),
    "ceremony contribute": (
        lambda g, out: contribute_key(g / "alice.zkey", out, name="x"),
        check_zkey,
    ),
    "ceremony beacon": (
        lambda g, out: beacon_key(
            g / "alice.zkey", out, BeaconRequest(beacon_hex="0a0b", iterations=10)
        ),
        check_zkey,
    ),
    "ceremony init": (
        lambda g, out: init_ceremony(out, g / "c.r1cs", g / "pot.ptau", rules=PLAIN),
        lambda path: check_zkey(path / "0000.zkey"),
    ),
    "ceremony export-viewer": (
        lambda g, out: export_viewer(g / "ceremony", out, audit=False),
        lambda path: path.read_text().endswith("</html>\n"),
    ),
}


@pytest.fixture(scope="module")
def given() -> Iterator[Path]:
    """Inputs that everybody may read and nobody write."""
    folder = Path(tempfile.mkdtemp(prefix="given-"))
    ceremony = begin(folder)
    accept_contribution(ceremony, extend(ceremony / "0000.zkey", folder / "alice.zkey", "alice"))
    (folder / FILE.name).write_bytes(CONTENT)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield folder
    for path in (folder, *folder.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)
    shutil.rmtree(folder)


# -- a disk that is full


@contextmanager
def small_disk(folder: Path, n_pages: int) -> Iterator[str]:
    """Let the folder hold only so much; gives what the system says when it is full."""
    folder.mkdir()
    size = f"size={(n_pages + 1) * PAGE}"  # 0 would be no limit: one page is used up below
    mount = ["mount", "-t", "tmpfs", "-o", size, "none", str(folder)]
    done = subprocess.run(mount, capture_output=True, check=False) if os.geteuid() == 0 else None
    mounted = done is not None and done.returncode == 0
    (folder / BALLAST).write_bytes(bytes(PAGE))
    try:
        with file_limit():
            if not mounted:
                limit_files(n_pages * PAGE)
            yield "no space left on device" if mounted else "file too large"
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)
        shutil.rmtree(folder)


def fill(given: Path, folder: Path, name: str, n_sizes: int) -> None:
    """Disks of so many sizes from nothing to what the command needs and a little more."""
    action, check = ACTIONS[name]
    action(given, folder / "whole")
    parts = [folder / "whole", *(folder / "whole").rglob("*")]
    need = sum(-(-path.stat().st_size // PAGE) for path in parts) + 2
    sizes = {need * k // (n_sizes - 1) for k in range(n_sizes)}
    n_refused = 0
    for n_pages in sorted(sizes):
        with small_disk(folder / "disk", n_pages) as reason:
            out = folder / "disk" / "out"
            try:
                action(given, out)
            except EnvironmentProblem as problem:
                n_refused += 1
                full = reason in problem.message or "the disk is too full" in problem.message
                assert full, problem.message
                assert [path.name for path in (folder / "disk").iterdir()] == [BALLAST]
            else:
                check(out)
    assert 0 < n_refused < len(sizes), name


@pytest.mark.parametrize("name", ACTIONS)
def test_a_full_disk(given: Path, tmp_path: Path, name: str) -> None:
    fill(given, tmp_path, name, SOME if MANY else FEW)


@pytest.mark.nightly
@pytest.mark.parametrize("name", ACTIONS)
def test_disks_of_many_sizes(given: Path, tmp_path: Path, name: str) -> None:
    fill(given, tmp_path, name, ALL)


def test_a_download_asks_for_room_first(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="the disk is too full"):
        check_free_space(tmp_path, 1 << 62)


# -- a folder that must not be written


@pytest.mark.parametrize("name", ACTIONS)
def test_a_read_only_folder(given: Path, name: str) -> None:
    """Root may write anywhere: the action runs as nobody."""
    folder = Path(tempfile.mkdtemp(prefix="read-only-"))
    folder.chmod(0o555)
    try:
        (code, text) = outcomes([lambda: ACTIONS[name][0](given, folder / "out")], nobody=True)[0]
        assert (code, "permission denied" in text) == (EnvironmentProblem.exit_code, True), text
        assert list(folder.iterdir()) == []
    finally:
        shutil.rmtree(folder)


def test_a_read_only_cache(given: Path) -> None:
    folder = Path(tempfile.mkdtemp(prefix="read-only-"))
    folder.chmod(0o555)
    try:
        (code, text) = outcomes([lambda: PtauCache(folder / "ptau")], nobody=True)[0]
        assert (code, "cannot open the folder: permission denied" in text) == (5, True), text
    finally:
        shutil.rmtree(folder)


# -- sixteen at once


@pytest.mark.parametrize("name", ACTIONS)
def test_one_of_sixteen_wins(given: Path, tmp_path: Path, name: str) -> None:
    action, check = ACTIONS[name]
    found = outcomes([lambda: action(given, tmp_path / "out")] * PROCESSES)
    assert sorted(code for code, _ in found) == [0] + [5] * (PROCESSES - 1), found
    assert all("exists" in text for code, text in found if code)
    check(tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def outcomes(actions: list[Callable[[], object]], *, nobody: bool = False) -> list[tuple[int, str]]:
    """Run each in a process of its own, all at once: exit code and message."""
    running = []
    for action in actions:
        receive, send = os.pipe()
        pid = os.fork()
        if pid == 0:
            _child(action, send, nobody=nobody)
        os.close(send)
        running.append((pid, receive))
    found = []
    for pid, receive in running:
        with os.fdopen(receive) as stream:
            text = stream.read()
        found.append((os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), text))
    return found


def _child(action: Callable[[], object], send: int, *, nobody: bool) -> None:
    code, text = 70, ""
    try:
        if nobody and os.geteuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        action()
        code = 0
    except EnvironmentProblem as problem:
        code, text = problem.exit_code, str(problem)
    except BaseException as problem:
        text = repr(problem)
    finally:
        os.write(send, text.encode())
        os._exit(code)


def test_the_ceremony_given_is_valid(given: Path) -> None:
    assert len(verify_ceremony(given / "ceremony").contributors) == 1
