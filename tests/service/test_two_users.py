"""A coordinator and a contributor beside another local user.  [A10]"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.service.harness import SETTINGS, Clock, Harness, copy_of
from tests.support.two_users import ATTACKER, VICTIM, as_user, shared_folder, two_users
from zkctl.service.coordinator.queue import Coordinator
from zkctl.service.coordinator.store import Participant, ParticipantState
from zkctl.toolchain.ceremony.folder import RULES
from zkctl.toolchain.ceremony.join import SIGNING_KEY, join_ceremony
from zkctl.toolchain.ceremony.receipts import generate_signing_key
from zkctl.toolchain.ceremony.requests import ContributionRequest

pytestmark = two_users

FOREIGN = f"the owner is another user: expected uid {VICTIM}, got uid {ATTACKER}"
LINK = "expected a regular file, got a symbolic link"


@pytest.fixture
def shared(base: Path, tmp_path: Path) -> Iterator[Path]:
    """A ceremony of the victim's in a folder that every user can write to."""
    warm = Harness(copy_of(base, tmp_path))  # what the children need is imported here
    warm.coordinator.close()
    with shared_folder() as folder:
        shutil.copytree(warm.ceremony, folder / "ceremony")
        for path in (folder / "ceremony", *(folder / "ceremony").rglob("*")):
            os.chown(path, VICTIM, VICTIM)
        yield folder


def once_open(folder: Path, plant: Callable[[], object]) -> None:
    """The victim makes a folder with mode 0777, another user puts a file into it, the mode is mended."""

    def prepare() -> None:
        folder.mkdir()
        folder.chmod(0o777)

    as_user(VICTIM, prepare)
    as_user(ATTACKER, plant)
    as_user(VICTIM, lambda: folder.chmod(0o700))


def serving(shared: Path) -> str:
    def action() -> str:
        coordinator = Coordinator(shared / "ceremony", shared / "state", SETTINGS, Clock())
        ann = Participant(7, "", "", "", ParticipantState.ACTIVE, 1, 0, 0, 0, 0, "", "")
        size = coordinator.incoming.n_stored(ann)
        modes = {oct(path.stat().st_mode & 0o777) for path in (shared / "state").glob("queue*")}
        coordinator.close()
        return f"{size} bytes stored, modes {modes}"

    return as_user(VICTIM, action)


def test_a_coordinator_uses_a_folder_of_its_own(shared: Path) -> None:
    assert serving(shared) == "0 bytes stored, modes {'0o600'}"
    for path in (shared / "state").glob("queue*"):
        path.chmod(0o644)  # of an earlier version
    assert serving(shared) == "0 bytes stored, modes {'0o600'}"


@pytest.mark.parametrize("mode", [0o755, 0o777, 0o1777])
@pytest.mark.parametrize("place", ["state", "state/incoming"])
def test_a_coordinator_refuses_the_folder_of_another_user(
    place: str, mode: int, shared: Path
) -> None:
    if place != "state":
        once_open(shared / "state", (shared / place).mkdir)
    else:
        as_user(ATTACKER, (shared / place).mkdir)
    (shared / place).chmod(mode)
    assert FOREIGN in serving(shared)


@pytest.mark.parametrize("kind", ["file", "link", "dangling link", "hard link", "pipe"])
@pytest.mark.parametrize(
    "name",
    [".lock", "queue.sqlite", "queue.sqlite-wal", "queue.sqlite-shm", "queue.sqlite-journal"],
)
def test_a_coordinator_refuses_a_planted_file(name: str, kind: str, shared: Path) -> None:
    victim = shared / "precious"
    as_user(VICTIM, lambda: victim.write_bytes(b""))
    plant: Callable[[], object] = {
        "file": (shared / "state" / name).touch,
        "link": lambda: (shared / "state" / name).symlink_to(victim),
        "dangling link": lambda: (shared / "state" / name).symlink_to(shared / "new"),
        "hard link": int,
        "pipe": lambda: os.mkfifo(shared / "state" / name, 0o666),
    }[kind]
    once_open(shared / "state", plant)
    if kind == "hard link":
        (shared / "state" / name).hardlink_to(victim)
    text = serving(shared)
    assert "bytes stored" not in text, text
    assert victim.read_bytes() == b""
    assert not (shared / "new").exists()


def test_a_planted_upload_is_not_measured_or_followed(shared: Path) -> None:
    """A link under the name of an upload; what is removed at the start is the link."""
    victim = shared / "precious"
    as_user(VICTIM, lambda: victim.write_bytes(b"precious"))
    as_user(VICTIM, lambda: (shared / "state").mkdir(0o755))
    incoming = shared / "state" / "incoming"
    once_open(incoming, lambda: (incoming / "7.zkey").symlink_to(victim))
    assert serving(shared).startswith("0 bytes stored")
    assert victim.read_bytes() == b"precious"
    assert list(incoming.iterdir()) == []
    once_open(shared / "other", lambda: (shared / "other" / "7.zkey").symlink_to(victim))

    def measured() -> int:
        from zkctl.service.coordinator.upload_files import UploadFiles

        ann = Participant(7, "", "", "", ParticipantState.ACTIVE, 1, 0, 0, 0, 0, "", "")
        return UploadFiles(shared / "other").n_stored(ann)

    assert LINK in as_user(VICTIM, measured)


class Line:
    """A coordinator that counts what a contributor signs for it."""

    url = "http://127.0.0.1:9/"
    token = ""

    def __init__(self, rules: bytes) -> None:
        self.rules = rules

    def file(self, _path: str, _max_bytes: int) -> bytes:
        return self.rules

    def patiently(self, call: Callable[[], Any]) -> Any:
        return call()

    def challenge(self) -> dict[str, str]:
        return {"address": self.url, "coordinator": "0" * 32, "challenge": "0" * 32}

    def enter(self, _body: dict[str, Any]) -> None:
        raise RuntimeError("signed")


def joining(shared: Path) -> str:
    rules = (shared / "ceremony" / RULES).read_bytes()

    def action() -> str:
        os.chdir(shared)
        try:
            join_ceremony(Line(rules), ContributionRequest(name="ann"))  # type: ignore[arg-type]
        except RuntimeError as problem:
            return str(problem)
        return "not reached"

    return as_user(VICTIM, action)


@pytest.fixture
def place(shared: Path) -> Path:
    """The predictable name of a contributor's folder."""
    import hashlib

    identity = hashlib.sha256((shared / "ceremony" / RULES).read_bytes()).hexdigest()
    return shared / f"ceremony-{identity[:8]}"


def test_a_contributor_signs_with_a_key_of_its_own(shared: Path, place: Path) -> None:
    assert joining(shared) == "signed"
    assert (place / SIGNING_KEY).stat().st_uid == VICTIM
    assert joining(shared) == "signed"


@pytest.mark.parametrize("mode", [0o755, 0o777])
def test_a_key_in_the_folder_of_another_user_does_not_sign(
    mode: int, shared: Path, place: Path
) -> None:
    def plant() -> None:
        place.mkdir()
        generate_signing_key(place / SIGNING_KEY)
        (place / SIGNING_KEY).chmod(0o644)
        place.chmod(mode)

    as_user(ATTACKER, plant)
    assert FOREIGN in joining(shared)


@pytest.mark.parametrize("kind", ["0600", "0644", "link", "hard link", "of the user, 0644"])
def test_a_planted_key_does_not_sign(kind: str, shared: Path, place: Path) -> None:
    def plant() -> None:
        theirs = place / ("theirs" if "link" in kind else SIGNING_KEY)
        generate_signing_key(theirs)
        if kind == "0644":
            theirs.chmod(0o644)
        if kind == "link":
            (place / SIGNING_KEY).symlink_to(theirs)

    once_open(place, plant)
    if kind == "hard link":
        os.chown(place / "theirs", VICTIM, VICTIM)
        (place / SIGNING_KEY).hardlink_to(place / "theirs")
    if kind == "of the user, 0644":
        os.chown(place / SIGNING_KEY, VICTIM, VICTIM)
        (place / SIGNING_KEY).chmod(0o644)
    expected = {"link": LINK, "hard link": "expected 1 hard link, got 2"}
    expected["0600"] = "cannot open the file: permission denied"
    expected["of the user, 0644"] = "expected uid 65534 and mode 0600, got uid 65534 and mode 0644"
    assert expected.get(kind, FOREIGN) in joining(shared)


@pytest.mark.parametrize("name", [RULES, "transcript.jsonl", "receipt.json", ".lock"])
def test_what_a_contributor_keeps_is_not_read_through_a_link(
    name: Any, shared: Path, place: Path
) -> None:
    target = shared / "theirs"
    as_user(ATTACKER, lambda: target.write_bytes((shared / "ceremony" / RULES).read_bytes()))
    once_open(place, lambda: (place / name).symlink_to(target))
    text = joining(shared)
    assert (LINK in text) or ("cannot lock the file" in text)


def test_the_ledger_is_not_written_through_a_link(shared: Path, place: Path) -> None:
    """The temporary name of an earlier version."""
    from zkctl.storage.private import replace_private

    precious = shared / "precious"
    as_user(VICTIM, lambda: precious.write_bytes(b"precious"))
    name = place / ".transcript.jsonl.new"
    once_open(place, lambda: name.symlink_to(precious))
    as_user(VICTIM, lambda: replace_private(name, b"new"))
    assert (precious.read_bytes(), name.read_bytes()) == (b"precious", b"new")
