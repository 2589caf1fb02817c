"""A coordinator without HTTP, people who enter its queue, and keys that they send."""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.ceremony_folders import extend
from zkctl.ceremony.record.signing import QueueEntry, new_key, public_key_of, sign_message
from zkctl.errors import ZkctlError
from zkctl.formats.binary.zkey_groth16 import read_zkey
from zkctl.formats.ceremony_files import Receipt, receipt_fields
from zkctl.service.coordinator.queue import Coordinator, RequestSource
from zkctl.service.coordinator.settings import CoordinatorSettings
from zkctl.service.coordinator.upload_service import UploadService
from zkctl.service.coordinator.verification import ProcessResult, VerificationWorker
from zkctl.toolchain.ceremony.accept import accept_contribution
from zkctl.toolchain.ceremony.receipts import make_receipt

ADDRESS = "https://ceremony.example/"  # of coordinators without a socket
SETTINGS = CoordinatorSettings(
    lease=60,
    slot=600,
    penalty=100,
    patience=500,
    queue=4,
    chunk=1000,
    addresses=frozenset([ADDRESS]),
)


def accept_here(folder: Path, key: Path, receipt: Path) -> ProcessResult:
    """What the child process does, in this one: quicker."""
    try:
        accept_contribution(folder, key, receipt=receipt)
    except ZkctlError as problem:
        return ProcessResult(problem.exit_code, problem.message)
    return ProcessResult(0)


@dataclass
class Clock:
    """Time that tests move."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


class Lines(logging.Handler):
    """The lines of a log, in a list."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self.lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@dataclass
class Harness:
    """Everything of a coordinator, on a copy of a ceremony's folder."""

    folder: Path
    settings: CoordinatorSettings = SETTINGS
    clock: Clock = field(default_factory=Clock)
    said: list[str] = field(default_factory=list)
    verify: Callable[..., ProcessResult] = accept_here

    def __post_init__(self) -> None:
        log = logging.getLogger("zkctl.coordinator")
        log.setLevel(logging.INFO)
        log.addHandler(Lines(self.said))
        self.open()

    @property
    def ceremony(self) -> Path:
        return self.folder / "ceremony"

    def open(self) -> None:
        """Begin, or begin again after the end of an earlier server."""
        state = self.folder / "state"
        self.coordinator = Coordinator(self.ceremony, state, self.settings, self.clock)
        self.upload_service = UploadService(self.coordinator)
        self.worker = VerificationWorker(self.upload_service, self.verify_now)

    def verify_now(self, folder: Path, key: Path, receipt: Path) -> ProcessResult:
        """Verify as the test chose."""
        return self.verify(folder, key, receipt)

    def restart(self) -> None:
        """A server ends in good order and another one begins; its clock begins at zero."""
        self.coordinator.close()
        self.clock.seconds = 0.0
        self.open()

    def pass_time(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.seconds += seconds
        self.coordinator.tick()


def entry_for(coordinator: Coordinator, challenge: str, name: str) -> QueueEntry:
    """A request to enter, for this coordinator."""
    ceremony = coordinator.published.ceremony().ceremony_id
    return QueueEntry(ceremony, ADDRESS, coordinator.id, challenge, name)


@dataclass
class ScriptedContributor:
    """Somebody with a key of their own."""

    harness: Harness
    name: str
    private: bytes = field(default_factory=new_key)
    token: str = ""

    @property
    def public_key(self) -> str:
        return public_key_of(self.private, "key")

    def enter(self, address: str = "", invitation: str = "") -> ScriptedContributor:
        coordinator = self.harness.coordinator
        entry = entry_for(coordinator, coordinator.challenge(), self.name)
        signature = sign_message(self.private, entry.message(), "key")
        self.token = coordinator.enter(
            self.public_key, entry, signature, RequestSource(address, invitation)
        )
        return self

    def file(self, kind: str) -> Path:
        """A file of this person; names are for people, not for paths."""
        number = hashlib.sha256(self.private).hexdigest()[:8]
        return self.harness.folder / f"{number}.{kind}"

    @property
    def me(self) -> Any:
        return self.harness.coordinator.identify(self.token)

    def view(self) -> dict[str, Any]:
        return self.harness.coordinator.view(self.me)

    @property
    def state(self) -> str:
        return str(self.me.state)

    def make(self, old: str = "", name: str | None = None) -> tuple[bytes, Receipt]:
        """A key built on the newest one (or another), with its signed receipt."""
        signing = self.file("key")
        signing.touch(mode=0o600)
        signing.write_bytes(self.private)
        ceremony = self.harness.coordinator.published.ceremony()
        parent = ceremony.file(old or ceremony.newest_key.name)
        new = extend(parent, self.file("zkey"), self.name if name is None else name)
        stored = read_zkey(new)
        receipt = make_receipt(stored, new, ceremony.ceremony_id, stored.circuit_hash, signing)
        return new.read_bytes(), receipt

    def announce(self, data: bytes, receipt: Receipt) -> int:
        return self.harness.upload_service.begin(self.me, len(data), receipt_fields(receipt))

    def send(self, data: bytes, offset: int = 0, step: int = 1000) -> int:
        """Send what follows an offset, in pieces."""
        while offset < len(data):
            piece = data[offset : offset + step]
            digest = hashlib.sha256(piece).hexdigest()
            offset = self.harness.upload_service.append(self.me, offset, digest, piece)
        return offset

    def contribute(self) -> None:
        """All of it, up to the verdict."""
        data, receipt = self.make()
        self.announce(data, receipt)
        self.send(data)
        self.harness.worker.step()


def copy_of(base: Path, folder: Path) -> Path:
    """The ceremony of another folder, to be changed."""
    shutil.copytree(base / "ceremony", folder / "ceremony")
    return folder
