"""The rehearsal over the network: a `zkctl ceremony serve` that is killed, and people who `join` it.

Everybody has an address of their own, as behind a proxy.  Those who misbehave go the way of the command `join`
as far as it suits them.
"""

from __future__ import annotations

import hashlib
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from zkctl.errors import CheckFailed, ZkctlError
from zkctl.formats.binary.zkey_groth16 import read_zkey
from zkctl.formats.ceremony_files import Receipt, read_receipt
from zkctl.runtime.progress import silent
from zkctl.toolchain.ceremony.coordinator_client import CoordinatorClient, SlotLost
from zkctl.toolchain.ceremony.folder import LEDGER, RULES, blake2b, key_name
from zkctl.toolchain.ceremony.heartbeat import Heartbeat
from zkctl.toolchain.ceremony.join import RECEIPT, SIGNING_KEY, JoinRun, JoinSummary, join_ceremony
from zkctl.toolchain.ceremony.key_transfer import Sending
from zkctl.toolchain.ceremony.offline import contribute_offline
from zkctl.toolchain.ceremony.receipts import generate_signing_key, make_receipt
from zkctl.toolchain.ceremony.requests import ContributionRequest

Made = tuple[Path, Receipt]
Say = Callable[[str], None]

LEASE, PENALTY, SLOT = 3, 1, 60
PATIENCE = 120.0
SHORTEST, LONGEST = 0.5, 6.0  # seconds between a start of the coordinator and its end
PIECE = 1500


@dataclass
class Server:
    """The coordinator as a process, always at the same port."""

    ceremony: Path
    port: int = 0
    n_killed: int = 0
    process: subprocess.Popen[str] | None = None

    def start(self) -> str:
        """Start it, or start it again; gives its address."""
        words = ["serve", self.ceremony, "--port", self.port, "--trust-proxy", "--quiet"]
        words += ["--lease", LEASE, "--slot", SLOT, "--penalty", PENALTY]
        command = [sys.executable, "-m", "zkctl.cli.app", "ceremony", *map(str, words)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603
        assert self.process.stdout is not None
        url = self.process.stdout.readline().strip()
        if not url:
            raise SystemExit("error: the coordinator did not start")
        self.port = int(url.rstrip("/").rpartition(":")[2])
        return url

    def end(self, number: int) -> None:
        """Send it a signal and wait for its end."""
        assert self.process is not None
        self.process.send_signal(number)
        self.process.communicate()

    def kill(self) -> None:
        """End it without a warning, and start it again."""
        self.end(signal.SIGKILL)
        self.n_killed += 1
        self.start()


class Line(CoordinatorClient):
    """A line from an address of its own."""

    address = ""

    def once(self, method: str, path: str, data: Any, headers: Any, **options: Any) -> bytes:
        """One request, as a proxy passes it on."""
        headers = {**headers, "X-Forwarded-For": self.address}
        return super().once(method, path, data, headers, **options)


def line_of(url: str, number: int) -> Line:
    """The line of a person."""
    made = Line(url, patience=PATIENCE, timeout=20, pause=0.1)
    made.address = f"10.0.0.{number}"
    return made


MANY = 100  # contributions: a bound on the ledger's length


class Vanished(Exception):
    """A contributor that never answers again."""


class DropOut(JoinRun):
    """Takes the slot, sends the beginning of a key or nothing, and is never heard of again."""

    def _attempt(self, _view: dict[str, Any]) -> None:
        tip = self._ledger(int(_view["parent"]["number"])).newest
        if int(self.folder.name) % 2:
            key, receipt = fresh(self)
            with suppress(ZkctlError):  # of a coordinator that is just being killed
                self._begin(key.read_bytes(), receipt)
        raise Vanished(tip.file)

    def _begin(self, data: bytes, receipt: Receipt) -> None:
        self.client.post("api/upload", {"n_bytes": len(data), "receipt": asdict(receipt)})
        digest = hashlib.sha256(data[:PIECE]).hexdigest()
        sent = {"Upload-Offset": "0", "Upload-Digest": digest}
        self.client.put("api/upload", data[:PIECE], sent)


@dataclass
class Misfit(JoinRun):
    """Sends something else than a contribution to the newest key."""

    make: Callable[[JoinRun], Made] = field(kw_only=True)

    def _attempt(self, _view: dict[str, Any]) -> None:
        try:
            with Heartbeat(self.client, LEASE / 4) as heartbeat:
                key, receipt = self.make(self)
                Sending(self.client, key, receipt, PIECE, silent, heartbeat.check).run()
        except SlotLost as problem:
            if "your file continues" in problem.message:  # refused when it was announced
                self.client.patiently(lambda: self.client.post("api/leave"))
                raise CheckFailed(problem.message) from None


# -- what they send


def key_of(run: JoinRun, number: int) -> Path:
    """The ceremony's key after so many contributions, as everybody can fetch it."""
    path = run.folder / "fetched.zkey"
    path.unlink(missing_ok=True)  # its old bytes may still be mapped
    path.write_bytes(run.client.file(f"files/{key_name(number)}", 1 << 20))
    return path


def made_on(run: JoinRun, number: int) -> Made:
    """A contribution of one's own to the key with this number."""
    key, receipt = run.folder / "made.zkey", run.folder / RECEIPT
    newest = run._ledger(MANY).newest.number == number
    contribute_offline(
        key_of(run, number),
        key,
        ContributionRequest(
            name=run.request.name, signing_key=run.request.signing_key, receipt=receipt
        ),
        ledger=run.folder / LEDGER if newest else None,
        force=True,
    )
    return key, read_receipt(receipt)


def fresh(run: JoinRun) -> Made:
    """What an honest person makes."""
    return made_on(run, run._ledger(MANY).newest.number)


def damaged(run: JoinRun) -> Made:
    """A key with one wrong bit, and the receipt for exactly these bytes."""
    key, receipt = fresh(run)
    raw = bytearray(key.read_bytes())
    raw[len(raw) // 2] ^= 1
    return instead(run, bytes(raw), receipt)


def no_key(run: JoinRun) -> Made:
    """A text, with the receipt of a key."""
    return instead(run, b"sorry, I could not make it\n", fresh(run)[1])


def old_parent(run: JoinRun) -> Made:
    """A contribution to the first key."""
    return made_on(run, 0)


def repeated(run: JoinRun) -> Made:
    """What somebody else sent before, under one's own name."""
    key = key_of(run, 1)
    stored = read_zkey(key)
    return key, make_receipt(
        stored, key, run.ceremony, stored.circuit_hash, run.request.signing_key
    )


def disguised(run: JoinRun) -> Made:
    """The same, with a receipt that claims to continue the newest key."""
    receipt = fresh(run)[1]
    return instead(run, key_of(run, 1).read_bytes(), receipt)


def instead(run: JoinRun, content: bytes, receipt: Receipt) -> Made:
    """Other bytes, and the receipt as if it were theirs."""
    path = run.folder / "instead.zkey"
    path.unlink(missing_ok=True)
    path.write_bytes(content)
    return path, replace(receipt, key_digest=blake2b(path))


MISFITS = {
    "a damaged key": damaged,
    "a key built on an old one": old_parent,
    "no key at all": no_key,
    "duplicate": repeated,
    "disguised duplicate": disguised,
}


# -- the play


@dataclass
class Play:
    """Everybody at once, each in a thread; the honest ones' summaries, and what went wrong."""

    folder: Path
    url: str
    say: Say
    honest: dict[str, JoinSummary] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def act(self, number: int, role: str) -> None:
        """One person, from the entrance to the end."""
        name = f"person {number}"
        try:
            self._act(number, name, role)
        except Vanished as gone:
            self.say(f"{name:<12} took {gone} and never answered")
        except ZkctlError as problem:
            reason = problem.message.removeprefix("the contribution is refused: ")
            self.say(f"{name:<12} refused: {reason}")
            if role == "honest":
                self.wrong.append(f"the honest contribution of {name} was refused")
        except BaseException as problem:
            self.wrong.append(f"{name} ended with {problem!r}")

    def _act(self, number: int, name: str, role: str) -> None:
        line, folder = line_of(self.url, number), self.folder / str(number)
        if role == "honest":
            self.honest[name] = join_ceremony(line, ContributionRequest(name=name), folder=folder)
            self.say(f"{name:<12} accepted")
            return
        folder.mkdir()
        generate_signing_key(folder / SIGNING_KEY)
        identity = hashlib.sha256(line.file(f"files/{RULES}", 1 << 16)).hexdigest()
        request = ContributionRequest(name, signing_key=folder / SIGNING_KEY)
        about = (line, folder, identity, request, silent)
        run = DropOut(*about) if role == "drop out" else Misfit(*about, make=MISFITS[role])
        run.run()
        self.wrong.append(f"{role} was accepted")


def play(
    ceremony: Path, roles: list[str], n_kills: int, chance: random.Random, say: Say
) -> dict[str, Path]:
    """Let all come; gives the receipts of the honest in the order of their contributions.

    The first and the last role are honest: there is something to repeat, and somebody who comes after all.
    """
    server, people = Server(ceremony), ceremony.parent / "people"
    people.mkdir()
    scene = Play(people, server.start(), say)
    scene.act(1, roles[0])
    crowd = [
        threading.Thread(target=scene.act, args=(number, role), daemon=True)
        for number, role in enumerate(roles[1:-1], 2)
    ]
    for person in crowd:
        person.start()
    while server.n_killed < n_kills:
        time.sleep(chance.uniform(SHORTEST, LONGEST))
        server.kill()
        say(f"  the coordinator was killed, {n_kills - server.n_killed} times to go")
    for person in crowd:
        person.join()
    scene.act(len(roles), roles[-1])
    server.end(signal.SIGTERM)
    if scene.wrong:
        raise SystemExit(f"error: {'; '.join(scene.wrong)}")
    by_number = sorted(scene.honest.items(), key=lambda item: item[1].number)
    return {name: Path(summary.receipt) for name, summary in by_number}
