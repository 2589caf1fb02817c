"""Private state is opened in one place: each kind of state refuses each kind of planted folder or file."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from zkctl.errors import EnvironmentProblem, LimitError
from zkctl.field.kernels import cache as kernel_cache
from zkctl.service.coordinator.store import Store
from zkctl.service.coordinator.upload_files import UploadFiles
from zkctl.storage.lock import take_lock
from zkctl.storage.private import (
    make_private_folder,
    open_private_file,
    private_folder,
    read_mounted_secret,
    read_secret,
    write_private,
)
from zkctl.toolchain.ceremony.receipts import generate_signing_key, signed
from zkctl.toolchain.ptau.cache import PtauCache

NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to act as two users")


def kernel_folder(folder: Path) -> None:
    """Open the folder as the kernel cache does; its own answer to a refusal is "not kept"."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZKCTL_CACHE_DIR", str(folder))
        assert kernel_cache._read(folder / "x.o") is None
        if kernel_cache.keeps_objects():
            return
        assert "compiled kernels are not kept" in kernel_cache.cache_warning()
    raise EnvironmentProblem("not kept")


FOLDERS: dict[str, Callable[[Path], object]] = {
    "kernel cache": kernel_folder,
    "ptau cache": PtauCache,
    "coordinator": UploadFiles,
    "queue": lambda folder: Store(folder / "queue.sqlite"),
    "join": make_private_folder,
}


def plant_folder(fault: str, tmp_path: Path) -> Path:
    above = tmp_path / "above"
    folder = above / "state"
    folder.mkdir(parents=True, mode=0o700)
    if fault == "other owner":
        os.chown(folder, NOBODY, NOBODY)
    elif fault == "group":
        folder.chmod(0o770)
    elif fault == "world":
        folder.chmod(0o777)
    elif fault == "sticky":
        folder.chmod(0o1777)
    elif fault == "link":
        folder.rename(above / "real")
        folder.symlink_to("real")
    elif fault == "above other owner":
        os.chown(above, NOBODY, NOBODY)
    elif fault == "above world":
        above.chmod(0o777)
    elif fault == "above link of another user":
        (tmp_path / "link").symlink_to("above")
        os.lchown(tmp_path / "link", NOBODY, NOBODY)
        return tmp_path / "link" / "state"
    elif fault == "pipe":
        folder.rmdir()
        os.mkfifo(folder)
    return folder


FOLDER_FAULTS = [
    pytest.param(fault, marks=as_root if "other" in fault else ())
    for fault in (
        *("other owner", "group", "world", "sticky", "link", "pipe"),
        *("above other owner", "above world", "above link of another user"),
    )
]


@pytest.mark.parametrize("kind", FOLDERS)
@pytest.mark.parametrize("fault", FOLDER_FAULTS)
def test_a_folder_that_others_control_is_refused(kind: str, fault: str, tmp_path: Path) -> None:
    folder = plant_folder(fault, tmp_path)
    with pytest.raises(EnvironmentProblem):
        FOLDERS[kind](folder)


@pytest.mark.parametrize("kind", FOLDERS)
def test_a_private_folder_is_used(kind: str, tmp_path: Path) -> None:
    FOLDERS[kind](plant_folder("none", tmp_path))


def test_a_link_of_ours_above_and_a_sticky_folder_are_allowed(tmp_path: Path) -> None:
    folder = plant_folder("none", tmp_path)
    (tmp_path / "link").symlink_to(tmp_path / "above")
    make_private_folder(tmp_path / "link" / "state")
    folder.parent.chmod(0o1777)
    make_private_folder(folder)
    make_private_folder(folder.parent / "new" / "deep")
    assert (folder.parent / "new").stat().st_mode & 0o777 == 0o700


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(
        EnvironmentProblem, match="the path has too many symbolic links: expected at most 40"
    ):
        make_private_folder(tmp_path / "loop" / "state")


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        pytest.param("other owner", "the owner is another user: expected uid 0", marks=as_root),
        ("world", "other users can write to it: expected mode 0755, got 0777"),
        ("above world", "other users can write to a folder above: expected mode 0755, got 0777"),
        pytest.param(
            "above other owner",
            "a folder above belongs to another user: expected uid",
            marks=as_root,
        ),
    ],
)
def test_the_message_has_both_values(fault: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match=text):
        make_private_folder(plant_folder(fault, tmp_path))


def test_a_link_is_named_in_the_message(tmp_path: Path) -> None:
    plant_file("link", tmp_path / "x")
    (tmp_path / "folder").symlink_to(tmp_path)
    file = "the file cannot be used: expected a regular file, got a symbolic link"
    for use in (
        lambda path: open_private_file(path, os.O_RDONLY),
        lambda path: read_secret(path, 9),
    ):
        with pytest.raises(EnvironmentProblem, match=file) as refusal:
            use(tmp_path / "x")
        assert refusal.value.hint.endswith(f"rm {tmp_path / 'x'}")
    with pytest.raises(
        EnvironmentProblem,
        match="the folder cannot be used: expected a folder, got a symbolic link",
    ):
        make_private_folder(tmp_path / "folder")


@as_root
def test_a_folder_that_appears_between_check_and_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[A3] Another user makes the missing folder just before we do."""
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    make = os.mkdir

    def overtaken(name: str, mode: int, *, dir_fd: int) -> None:
        make(name, 0o700, dir_fd=dir_fd)
        os.chown(name, NOBODY, NOBODY, dir_fd=dir_fd)
        make(name, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "mkdir", overtaken)
    with pytest.raises(EnvironmentProblem, match="the owner is another user"):
        make_private_folder(shared / "state")


def plant_file(fault: str, path: Path) -> None:
    victim = path.with_name("victim")
    victim.write_bytes(b"victim")
    victim.chmod(0o600)
    if fault == "link":
        path.symlink_to(victim)
    elif fault == "hard link":
        path.hardlink_to(victim)
    elif fault == "pipe":
        os.mkfifo(path, 0o600)
    else:
        path.touch(0o600)
    if fault == "other owner":
        os.chown(path, NOBODY, NOBODY)
    elif fault == "world":
        path.chmod(0o666)


FILES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "part": ("x.part", lambda path: os.close(open_private_file(path, os.O_RDWR | os.O_CREAT))),
    "queue": ("queue.sqlite", Store),
    "queue log": ("queue.sqlite-wal", lambda path: Store(path.with_name("queue.sqlite"))),
    "manifest": ("manifest.json", lambda path: PtauCache(path.parent).read(path.name)),
    "key": ("signing.key", lambda path: read_secret(path, 100)),
    "lock": ("x", lambda path: open_private_file(path, os.O_RDONLY)),
}


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize(
    "fault",
    ["link", "hard link", "pipe", "world", pytest.param("other owner", marks=as_root)],
)
def test_a_planted_file_is_refused(kind: str, fault: str, tmp_path: Path) -> None:
    name, use = FILES[kind]
    plant_file(fault, tmp_path / name)
    with pytest.raises(EnvironmentProblem):
        use(tmp_path / name)
    assert (tmp_path / "victim").read_bytes() == b"victim"


@pytest.mark.parametrize("fault", ["link", "hard link"])
def test_a_file_is_replaced_and_never_written_through(fault: str, tmp_path: Path) -> None:
    """[A10] The manifest and the temporary name of an earlier version, planted as links."""
    plant_file(fault, tmp_path / "manifest.json")
    (tmp_path / f".manifest.json.{os.getpid()}").symlink_to("victim")
    PtauCache(tmp_path).write("manifest.json", b"new")
    assert (tmp_path / "victim").read_bytes() == b"victim"
    assert (tmp_path / "manifest.json").read_bytes() == b"new"
    assert (tmp_path / "manifest.json").stat().st_mode & 0o777 == 0o600


def test_a_failed_write_leaves_no_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(os, "fsync", full)
    with private_folder(tmp_path) as folder, pytest.raises(OSError, match="no space"):
        write_private(folder, "x", b"x", tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o604, 0o700])
def test_a_signing_key_with_another_mode_does_not_sign(mode: int, tmp_path: Path) -> None:
    key = tmp_path / "signing.key"
    generate_signing_key(key)
    key.chmod(mode)
    with pytest.raises(
        EnvironmentProblem,
        match=f"the key file is not private: expected uid {os.geteuid()} and mode 0600, got uid .* mode {mode:04o}",
    ) as refusal:
        signed(None, key)  # type: ignore[arg-type]
    assert "chmod 600" in refusal.value.hint


def test_a_key_file_is_bounded_and_has_one_name(tmp_path: Path) -> None:
    key = tmp_path / "signing.key"
    generate_signing_key(key)
    with pytest.raises(LimitError, match="the key file is too large: expected at most 10 bytes"):
        read_secret(key, 10)
    (tmp_path / "second").hardlink_to(key)
    with pytest.raises(
        EnvironmentProblem, match="the file has other names: expected 1 hard link, got 2"
    ):
        read_secret(key, 1000)


def test_a_lock_is_not_taken_through_a_link(tmp_path: Path) -> None:
    first = take_lock(tmp_path / "lock")
    assert first is not None
    assert take_lock(tmp_path / "lock") is None
    os.close(first)
    plant_file("link", tmp_path / "planted")
    with pytest.raises(EnvironmentProblem, match="cannot lock the file"):
        take_lock(tmp_path / "planted")


LOCK_FAULTS = {
    "others may write": "other users can write to it: expected mode 0644, got 0666",
    "second name": "the file has other names: expected 1 hard link, got 2",
    "pipe": "not a regular file: it is a pipe",
}


@pytest.mark.parametrize("fault", LOCK_FAULTS)
def test_a_lock_file_that_others_control_is_refused(tmp_path: Path, fault: str) -> None:
    path = tmp_path / "lock"
    if fault == "pipe":
        os.mkfifo(path, 0o600)
    else:
        path.touch(0o600)
    if fault == "others may write":
        path.chmod(0o666)
    if fault == "second name":
        (tmp_path / "other").hardlink_to(path)
    with pytest.raises(EnvironmentProblem, match=LOCK_FAULTS[fault]):
        take_lock(path)


def test_a_mounted_secret_may_be_a_link_and_readable_by_a_group(tmp_path: Path) -> None:
    """As Kubernetes mounts it: a link to a file of root's, mode 0440."""
    secret = tmp_path / "..data"
    secret.write_bytes(b"0" * 64)
    (tmp_path / "kek").symlink_to(secret)
    for mode in (0o400, 0o440, 0o600):
        secret.chmod(mode)
        assert read_mounted_secret(tmp_path / "kek", 64) == b"0" * 64
    with pytest.raises(LimitError, match="the key file is too large: expected at most 63 bytes"):
        read_mounted_secret(tmp_path / "kek", 63)


@pytest.mark.parametrize("mode", [0o444, 0o660, 0o602])
def test_a_mounted_secret_that_others_reach_is_refused(mode: int, tmp_path: Path) -> None:
    secret = tmp_path / "kek"
    secret.write_bytes(b"0" * 64)
    secret.chmod(mode)
    with pytest.raises(EnvironmentProblem, match="the secret is not private: expected uid"):
        read_mounted_secret(secret, 64)
