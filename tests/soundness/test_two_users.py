"""Folders that two users share: what one plants, the other never executes, follows or writes through.  [A3] [A10]"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.two_users import (
    ATTACKER,
    VICTIM,
    answer_of,
    as_user,
    shared_folder,
    start,
    two_users,
)
from tests.unit.toolchain.ptau.test_download import CONTENT, FILE
from zkctl.field.kernels import cache as kernel_cache
from zkctl.field.kernels import image
from zkctl.field.kernels.schedule import emit_schedule_kernels
from zkctl.toolchain.http_source import Client
from zkctl.toolchain.ptau import download as ptau_download
from zkctl.toolchain.ptau.cache import PtauCache, cached_names

pytestmark = two_users

PLACES = {
    "ZKCTL_CACHE_DIR": "cache",
    "XDG_CACHE_HOME": "cache/zkctl",
}  # variable: folder of objects
NOT_MAPPED, MAPPED = "not loaded, 0 mapped", "loaded, 1 mapped"


@pytest.fixture(scope="module")
def machine_code(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, bytes]:
    """The name and bytes of an object as zkctl keeps it: its digest is right."""
    folder = tmp_path_factory.mktemp("objects")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZKCTL_CACHE_DIR", str(folder))
        kernel_cache.load_program("schedule", emit_schedule_kernels, [])
    (path,) = folder.iterdir()
    return path.name, path.read_bytes()


@pytest.fixture
def shared() -> Iterator[Path]:
    with shared_folder() as folder:
        yield folder


def loading(variable: str, shared: Path, before: Callable[[], object] = int) -> Callable[[], str]:
    """The victim's start of a command that needs the kernels."""

    def action() -> str:
        before()
        os.environ.pop("ZKCTL_CACHE_DIR", None)
        os.environ[variable] = str(shared / "cache")
        mapped, real = [], image.map_executable

        def map_executable(handle: int) -> object:
            mapped.append(handle)
            return real(handle)

        setattr(kernel_cache, "map_executable", map_executable)  # noqa: B010
        program = kernel_cache.cached_program("schedule", [])
        return f"{'not loaded' if program is None else 'loaded'}, {len(mapped)} mapped"

    return action


def keeping(folder: Path, code: tuple[str, bytes], mode: int = 0o700) -> Callable[[], None]:
    def action() -> None:
        folder.mkdir(parents=True)
        (folder / code[0]).write_bytes(code[1])
        folder.chmod(mode)

    return action


@pytest.mark.parametrize("variable", PLACES)
def test_the_code_of_the_user_is_loaded(
    variable: str, shared: Path, machine_code: tuple[str, bytes]
) -> None:
    """What the refusals below are compared with."""
    as_user(VICTIM, keeping(shared / PLACES[variable], machine_code))
    assert as_user(VICTIM, loading(variable, shared)) == MAPPED


@pytest.mark.parametrize("mode", [0o755, 0o777, 0o1777])
@pytest.mark.parametrize("variable", PLACES)
def test_planted_machine_code_is_not_mapped(
    variable: str, mode: int, shared: Path, machine_code: tuple[str, bytes]
) -> None:
    as_user(ATTACKER, keeping(shared / PLACES[variable], machine_code, mode))
    assert as_user(VICTIM, loading(variable, shared)) == NOT_MAPPED


@pytest.mark.parametrize("variable", PLACES)
def test_a_planted_link_to_machine_code_is_not_followed(
    variable: str, shared: Path, machine_code: tuple[str, bytes]
) -> None:
    as_user(ATTACKER, keeping(shared / "theirs" / "zkctl", machine_code, 0o755))
    target = shared / "theirs" / "zkctl" if variable == "ZKCTL_CACHE_DIR" else shared / "theirs"
    as_user(ATTACKER, lambda: (shared / "cache").symlink_to(target))
    assert as_user(VICTIM, loading(variable, shared)) == NOT_MAPPED


@pytest.mark.parametrize("call", ["open", "mkdir"])
@pytest.mark.parametrize("variable", PLACES)
def test_machine_code_that_appears_between_check_and_use(
    variable: str, call: str, shared: Path, machine_code: tuple[str, bytes]
) -> None:
    """The other user makes the folder at the moment the victim looks for it, or makes it."""
    go, done = os.pipe(), os.pipe()
    plant = keeping(shared / PLACES[variable], machine_code, 0o755)
    attacker = start(ATTACKER, lambda: (os.read(go[0], 1), plant(), os.write(done[1], b".")))

    def watch() -> None:
        real, n_left = getattr(os, call), [1]

        def overtaken(name: Any, *arguments: Any, **options: Any):
            if name == "cache" and n_left:
                n_left.clear()
                os.write(go[1], b".")
                os.read(done[0], 1)
            return real(name, *arguments, **options)

        setattr(os, call, overtaken)

    def victim() -> str:
        os.environ.pop("ZKCTL_CACHE_DIR", None)
        os.environ[variable] = str(shared / "cache")
        watch()
        path = kernel_cache._object_path("schedule", [])
        assert path is not None
        kernel_cache._write(path, b"the victim's")
        return loading(variable, shared)()

    assert as_user(VICTIM, victim) == NOT_MAPPED
    answer_of(attacker)
    assert (shared / PLACES[variable] / machine_code[0]).read_bytes() == machine_code[1]


def plant(fault: str, path: Path, content: bytes) -> None:
    """Put a file into a folder, as its earlier mode allowed another user to."""
    theirs = path.with_name("theirs")
    theirs.write_bytes(content)
    os.chown(theirs, ATTACKER, ATTACKER)
    if fault == "link":
        path.symlink_to("theirs")
        os.lchown(path, ATTACKER, ATTACKER)
    elif fault == "link of the user":
        os.chown(theirs, VICTIM, VICTIM)
        path.symlink_to("theirs")
        os.lchown(path, VICTIM, VICTIM)
    elif fault == "hard link":
        os.chown(theirs, VICTIM, VICTIM)
        path.hardlink_to(theirs)
    elif fault == "pipe":
        os.mkfifo(path, 0o600)
        os.chown(path, VICTIM, VICTIM)
    elif fault == "foreign owner":
        theirs.rename(path)
    else:
        theirs.rename(path)
        os.chown(path, VICTIM, VICTIM)
        path.chmod({"group writable": 0o660, "world writable": 0o606, "none": 0o600}[fault])


FAULTS = (
    *("link", "link of the user", "hard link", "pipe"),
    *("foreign owner", "group writable", "world writable"),
)


@pytest.mark.parametrize("fault", ["none", *FAULTS])
def test_a_planted_object_is_not_mapped(
    fault: Any, shared: Path, machine_code: tuple[str, bytes]
) -> None:
    """The folder is private again; what was planted before is still there."""
    as_user(VICTIM, lambda: (shared / "cache").mkdir(0o700))
    plant(fault, shared / "cache" / machine_code[0], machine_code[1])
    expected = MAPPED if fault == "none" else NOT_MAPPED
    assert as_user(VICTIM, loading("ZKCTL_CACHE_DIR", shared)) == expected


# -- downloads


def downloaded(folder: Path, action: Callable[[PtauCache], object]) -> str:
    return as_user(VICTIM, lambda: action(PtauCache(folder)))


def copied(cache: PtauCache, output: Path) -> str:
    found = ptau_download.fetch_published(FILE, output, cache, addresses=[], client=Client())
    return found.came_from


@pytest.mark.parametrize("mode", [0o755, 0o777, 0o1777])
def test_a_download_folder_of_another_user_is_refused(mode: int, shared: Path) -> None:
    as_user(ATTACKER, keeping(shared / "ptau", ("manifest.json", b"{}"), mode))
    text = downloaded(shared / "ptau", PtauCache.manifest)
    assert f"the owner is another user: expected uid {VICTIM}, got uid {ATTACKER}" in text
    assert as_user(VICTIM, lambda: sorted(cached_names(shared / "ptau"))) == "[]"


def test_a_manifest_is_not_written_through_a_planted_link(shared: Path) -> None:
    precious, folder = shared / "precious", shared / "ptau"

    def prepare() -> None:
        precious.write_bytes(b"precious")
        folder.mkdir()
        folder.chmod(0o777)

    as_user(VICTIM, prepare)
    as_user(ATTACKER, lambda: (folder / "manifest.json").symlink_to(precious))
    as_user(ATTACKER, lambda: (folder / f"{FILE.name}.part.json").symlink_to(precious))
    as_user(VICTIM, lambda: folder.chmod(0o700))

    def fetch(cache: PtauCache) -> str:
        cache.part(FILE).write_bytes(CONTENT)
        cache.complete(FILE, "https://example.org/f")
        return str(sorted(cache.manifest()))

    assert downloaded(folder, fetch) == f"['{FILE.name}']"
    assert precious.read_bytes() == b"precious"
    assert sorted(path.name for path in folder.iterdir()) == ["manifest.json", FILE.name]
    assert not (folder / "manifest.json").is_symlink()


@pytest.mark.parametrize("fault", ["none", *FAULTS])
def test_a_planted_download_is_not_used(fault: Any, shared: Path) -> None:
    folder, output = shared / "ptau", shared / "out.ptau"
    as_user(VICTIM, lambda: folder.mkdir(0o700))
    plant(fault, folder / FILE.name, CONTENT)
    text = downloaded(folder, lambda cache: copied(cache, output))
    assert (text == "cache") is (fault == "none") is output.exists()
    for use in (lambda cache: cache.has(FILE), lambda cache: cache.open(FILE).readable()):
        assert (downloaded(folder, use) == "True") is (fault == "none")
    listed = as_user(VICTIM, lambda: sorted(cached_names(folder)))
    is_regular = fault not in ("link", "link of the user", "pipe")
    assert (f"'{FILE.name}'" in listed) is is_regular


def test_a_forgotten_download_is_unlinked_and_not_followed(shared: Path) -> None:
    folder = shared / "ptau"
    as_user(VICTIM, lambda: folder.mkdir(0o700))
    plant("link", folder / FILE.name, CONTENT)
    assert downloaded(folder, lambda cache: cache.forget(FILE)) == "None"
    assert (folder / "theirs").read_bytes() == CONTENT
    assert not (folder / FILE.name).is_symlink()


# -- folders above that a group can write to

ALONE = 64999  # a uid without an entry in the databases: its group of the same number is its own


def home_of(shared: Path, uid: int, gid: int, mode: int) -> Path:
    home = shared / "home"
    home.mkdir()
    os.chown(home, uid, gid)
    home.chmod(mode)
    return home


def test_a_home_folder_of_a_private_group_is_accepted(shared: Path) -> None:
    """Distributions with umask 002: home and ~/.cache are writable by a group in which the user is alone."""
    home = home_of(shared, ALONE, ALONE, 0o775)

    def action() -> str:
        os.umask(0o002)
        (home / ".cache").mkdir(mode=0o777)
        PtauCache(home / ".cache" / "zkctl" / "ptau").write("x", b"")
        return oct((home / ".cache" / "zkctl").stat().st_mode & 0o777)

    assert as_user(ALONE, action) == "0o700"
    assert (home / ".cache").stat().st_mode & 0o777 == 0o775


@pytest.mark.parametrize(
    ("uid", "gid", "mode", "text"),
    [
        (
            ALONE,
            ATTACKER,
            0o775,
            "a group can write to a folder above: expected mode 0755, got 0775",
        ),
        (
            ALONE,
            ALONE,
            0o777,
            "other users can write to a folder above: expected mode 0755, got 0777",
        ),
        (0, ALONE, 0o775, "a group can write to a folder above: expected mode 0755, got 0775"),
        (
            ATTACKER,
            ALONE,
            0o775,
            f"a folder above belongs to another user: expected uid {ALONE} or 0",
        ),
    ],
)
def test_other_folders_above_are_refused(
    uid: Any, gid: Any, mode: int, text: str, shared: Path
) -> None:
    home = home_of(shared, uid, gid, mode)
    found = as_user(ALONE, lambda: PtauCache(home / "ptau"))
    assert text in found
    change = {0o775: "g-w", 0o777: "go-w"}[mode]
    assert (f"chmod {change} {home}" in found) is (uid == ALONE)
    assert "choose a folder below your home folder" in found
    assert (f"or run as uid {ATTACKER}" in found) is (uid == ATTACKER)


def test_the_state_itself_is_not_writable_by_the_private_group(shared: Path) -> None:
    home = home_of(shared, ALONE, ALONE, 0o775)
    text = as_user(ALONE, lambda: PtauCache(home))
    assert "other users can write to it: expected mode 0755, got 0775" in text
    assert f"chmod go-w {home}" in text
