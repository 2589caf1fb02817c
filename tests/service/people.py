"""A coordinator without HTTP, people who enter its queue, and keys that they send."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.ceremony_folders import extend
from zkctl.ceremony.record.signing import new_key, public_key_of, queue_message, sign_message
from zkctl.errors import ZkctlError
from zkctl.formats.binary.zkey_groth16 import read_zkey
from zkctl.formats.ceremony_files import Receipt, receipt_fields
from zkctl.service.coordinator.queue import Coordinator
from zkctl.service.coordinator.settings import Settings
from zkctl.service.coordinator.upload_service import Reception
from zkctl.service.coordinator.verdict import Ending, Verdicts
from zkctl.toolchain.ceremony.accept import accept_contribution
from zkctl.toolchain.ceremony.receipts import make_receipt

SETTINGS = Settings(lease=60, slot=600, penalty=100, patience=500, queue=4, chunk=1000)


def accept_here(folder: Path, key: Path, receipt: Path) -> Ending:
    """What the child process does, in this one: quicker."""
    try:
        accept_contribution(folder, key, receipt=receipt)
    except ZkctlError as problem:
        return Ending(problem.exit_code, problem.message)
    return Ending(0)


@dataclass
class Clock:
    """Time that tests move."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Desk:
    """Everything of a coordinator, on a copy of a ceremony's folder."""

    folder: Path
    settings: Settings = SETTINGS
    clock: Clock = field(default_factory=Clock)
    said: list[str] = field(default_factory=list)
    verify: Callable[..., Ending] = accept_here

    def __post_init__(self) -> None:
        self.open()

    @property
    def ceremony(self) -> Path:
        return self.folder / "ceremony"

    def open(self) -> None:
        """Begin, or begin again after the end of an earlier server."""
        self.coordinator = Coordinator(
            self.ceremony, self.folder / "state", self.settings, self.clock, self.said.append
        )
        self.reception = Reception(self.coordinator)
        self.verdicts = Verdicts(self.reception, self.judge)

    def judge(self, folder: Path, key: Path, receipt: Path) -> Ending:
        """As the test wants it at the moment."""
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


@dataclass
class Person:
    """Somebody with a key of their own."""

    desk: Desk
    name: str
    private: bytes = field(default_factory=new_key)
    token: str = ""

    @property
    def public_key(self) -> str:
        return public_key_of(self.private, "key")

    def enter(self) -> Person:
        coordinator = self.desk.coordinator
        challenge = coordinator.challenge()
        message = queue_message(coordinator.published.ceremony().id, challenge, self.name)
        signature = sign_message(self.private, message, "key")
        self.token = coordinator.enter(self.public_key, self.name, challenge, signature)
        return self

    def file(self, kind: str) -> Path:
        """A file of this person; names are for people, not for paths."""
        number = hashlib.sha256(self.private).hexdigest()[:8]
        return self.desk.folder / f"{number}.{kind}"

    @property
    def me(self) -> Any:
        return self.desk.coordinator.identify(self.token)

    def view(self) -> dict[str, Any]:
        return self.desk.coordinator.view(self.me)

    @property
    def state(self) -> str:
        return str(self.me.state)

    def make(self, old: str = "", name: str | None = None) -> tuple[bytes, Receipt]:
        """A key built on the newest one (or another), with its signed receipt."""
        signing = self.file("key")
        signing.touch(0o600)
        signing.write_bytes(self.private)
        ceremony = self.desk.coordinator.published.ceremony()
        parent = ceremony.file(old or ceremony.tip.name)
        new = extend(parent, self.file("zkey"), self.name if name is None else name)
        stored = read_zkey(new)
        receipt = make_receipt(stored, new, ceremony.id, stored.circuit_hash, signing)
        return new.read_bytes(), receipt

    def announce(self, data: bytes, receipt: Receipt) -> int:
        return self.desk.reception.begin(self.me, len(data), receipt_fields(receipt))

    def send(self, data: bytes, offset: int = 0, step: int = 1000) -> int:
        """Send what follows an offset, in pieces."""
        while offset < len(data):
            piece = data[offset : offset + step]
            digest = hashlib.sha256(piece).hexdigest()
            offset = self.desk.reception.append(self.me, offset, digest, piece)
        return offset

    def contribute(self) -> None:
        """All of it, up to the verdict."""
        data, receipt = self.make()
        self.announce(data, receipt)
        self.send(data)
        self.desk.verdicts.step()


def copy_of(base: Path, folder: Path) -> Path:
    """The ceremony of another folder, to be changed."""
    shutil.copytree(base / "ceremony", folder / "ceremony")
    return folder
