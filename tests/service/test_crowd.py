"""Sixteen people at the same time: one has the slot, everybody gets a clear answer, nothing accepted is lost."""

from __future__ import annotations

import hashlib
import socket
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tests.service.harness import SETTINGS, Harness, ScriptedContributor, copy_of
from tests.service.serving import serving
from zkctl.ceremony.record.signing import QueueEntry, sign_message
from zkctl.formats.ceremony_files import Receipt, receipt_fields
from zkctl.service.coordinator import store
from zkctl.toolchain.ceremony.audit import verify_ceremony
from zkctl.toolchain.ceremony.coordinator_client import CoordinatorClient, SlotLost, sha256
from zkctl.toolchain.ceremony.folder import open_ceremony

N_PEOPLE, SECONDS = 16, 120
CROWDED = replace(
    SETTINGS,
    queue=N_PEOPLE,
    places=N_PEOPLE,
    requests_per_second=1e6,
    burst=1_000_000,
    joins_per_minute=1e6,
)
ROLES = ("honest", "garbage", "broken line", "gives up")  # in turn
NOT_YOURS = "the coordinator refuses: you do not have the slot: it is not your turn"


@pytest.fixture
def holders(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many had the slot, after each transaction."""
    counts: list[int] = []
    real = store.Store.transaction

    @contextmanager
    def transaction(self):
        with real(self):
            yield
            where = "SELECT count(*) FROM participant WHERE state IN ('active', 'verifying')"
            counts.append(self._run(where).fetchone()[0])

    monkeypatch.setattr(store.Store, "transaction", transaction)
    return counts


@dataclass
class Guest:
    """Somebody over HTTP, who also asks for what is not theirs."""

    harness: Harness
    url: str
    role: str
    name: str
    refusals: list[str] = field(default_factory=list)
    result: str = ""
    contribution: str = ""

    def run(self, start: threading.Barrier) -> None:
        try:
            self.contributor = ScriptedContributor(self.harness, self.name)
            self.client = CoordinatorClient(self.url, patience=60, timeout=30)
            start.wait(SECONDS)
            self.enter()
            self.push_in()
            start.wait(SECONDS)  # until then the first one has the slot
            self.play()
        except Exception as problem:
            self.result = f"{type(problem).__name__}: {problem}"

    def enter(self) -> None:
        facts = self.client.challenge() | {"name": self.name}
        entry = QueueEntry(ceremony=open_ceremony(self.harness.ceremony).ceremony_id, **facts)
        facts["signature"] = sign_message(self.contributor.private, entry.message(), "key")
        self.client.token = self.client.enter(facts | {"public_key": self.contributor.public_key})

    def view(self) -> dict[str, object]:
        return self.client.post("api/heartbeat")

    def push_in(self) -> None:
        """Send at once, whoever's turn it is; only the holder gets through, and sends nothing wrong."""
        data, receipt = self.contributor.make()
        for ask in (lambda: self.announce(data, receipt), lambda: self.put(0, data[:100])):
            try:
                ask()
            except SlotLost as refusal:
                self.refusals.append(refusal.message)

    def play(self) -> None:
        while (state := self.view()["state"]) not in ("accepted", "refused", "gone"):
            if state == "active" and self.contribute():
                self.result = "gone"
                return
            time.sleep(0.02)
        self.result = str(state)

    def contribute(self) -> bool:
        """Does what the role says; did that end it?"""
        data, receipt = self.contributor.make()
        self.contribution = receipt.contribution
        if self.role == "garbage":
            data = b"no key of " + self.name.encode() + bytes(2000)
            receipt = replace(receipt, key_digest=hashlib.blake2b(data).hexdigest())
        self.announce(data, receipt)
        if self.role == "gives up":
            self.put(0, data[:1000])
            self.client.post("api/leave")
            return True
        if self.role == "broken line":
            self.cut(data)
            with suppress(SlotLost):
                self.put(0, data[:1000], sha256(b"damaged on the way"))
            with suppress(SlotLost):
                self.put(999, data[999:1500])
        for offset in range(0, len(data), 1000):
            self.put(offset, data[offset : offset + 1000])
        return False

    def announce(self, data: bytes, receipt: Receipt) -> None:
        self.client.post("api/upload", {"n_bytes": len(data), "receipt": receipt_fields(receipt)})

    def put(self, offset: int, data: bytes, digest: str = "") -> None:
        headers = {"Upload-Offset": str(offset), "Upload-Digest": digest or sha256(data)}
        self.client.put("api/upload", data, headers)

    def cut(self, data: bytes) -> None:
        """A connection that ends within a piece."""
        head = (
            f"PUT /api/upload HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.client.token}\r\n"
        )
        head += "Content-Type: application/octet-stream\r\nContent-Length: 1000\r\n"
        head += f"Upload-Offset: 0\r\nUpload-Digest: {sha256(data[:1000])}\r\n\r\n"
        port = int(self.url.rstrip("/").rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
            line.sendall(head.encode() + data[:600])


def crowd(harness: Harness, url: str) -> list[Guest]:
    """All of them, after they have come and gone."""
    guests = [Guest(harness, url, ROLES[k % len(ROLES)], f"guest {k}") for k in range(N_PEOPLE)]
    start = threading.Barrier(N_PEOPLE)
    threads = [threading.Thread(target=g.run, args=(start,), daemon=True) for g in guests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    return guests


def test_sixteen_at_the_same_time(base: Path, tmp_path: Path, holders: list[int]) -> None:
    harness = Harness(copy_of(base, tmp_path), CROWDED)
    with serving(harness) as url:
        guests = crowd(harness, url)
    endings = {"honest": "accepted", "broken line": "accepted", "garbage": "refused"}
    assert [g.result for g in guests] == [endings.get(g.role, "gone") for g in guests]
    assert set(holders) <= {0, 1}
    # who was not the first was refused twice, in words
    assert {text for g in guests for text in g.refusals} == {NOT_YOURS}
    assert sum(bool(g.refusals) for g in guests) == N_PEOPLE - 1
    accepted = {g.contribution for g in guests if g.result == "accepted"}
    ledger = open_ceremony(harness.ceremony).ledger
    assert {e.contribution for e in ledger.accepted} == accepted
    assert len(ledger.accepted) == len(accepted) == N_PEOPLE // 2
    assert [e.kind for e in ledger.entries].count("rejected") == N_PEOPLE // 4
    assert len(verify_ceremony(harness.ceremony).contributors) == N_PEOPLE // 2
    assert harness.coordinator.queue(1) == (None, [], 0)
    assert list((harness.folder / "state" / "incoming").iterdir()) == []
    assert not [line for line in harness.said if "internal error" in line]
    harness.coordinator.close()
