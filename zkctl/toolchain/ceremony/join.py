"""A participant's whole path: enter the queue, wait, contribute to the newest key, send it, keep the receipt.

The coordinator is not trusted: it can delay and leave out, but the key must be the ledger's, the ledger
must continue the one seen before, and "accepted" counts only once our line is in it.  A contribution that
was interrupted is thrown away with its secret; the next attempt makes a new one.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from zkctl.ceremony.knowledge import parse_name
from zkctl.ceremony.record.ledger import Ledger, check_ledger
from zkctl.ceremony.record.rules import MAX_TITLE_CHARACTERS
from zkctl.ceremony.record.signing import QueueEntry, public_key_of, sign_message
from zkctl.errors import (
    CheckFailed,
    EnvironmentProblem,
    IntegrityError,
    NetworkError,
    ZkctlError,
)
from zkctl.formats.ceremony_files import (
    MAX_RULES_BYTES,
    read_ledger,
    read_receipt,
    read_rules,
)
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.storage.private import make_private_folder, read_secret, replace_private
from zkctl.toolchain.ceremony.coordinator_client import CoordinatorClient, SlotLost, TokenLost
from zkctl.toolchain.ceremony.folder import LEDGER, RULES, check_key_names
from zkctl.toolchain.ceremony.heartbeat import Heartbeat
from zkctl.toolchain.ceremony.join_folder import alone, check_kept_files, keep_rules
from zkctl.toolchain.ceremony.key_transfer import RemoteKey, Sending, fetch_key
from zkctl.toolchain.ceremony.offline import contribute_offline
from zkctl.toolchain.ceremony.receipts import (
    MAX_KEY_BYTES,
    attest_contribution,
    generate_signing_key,
)
from zkctl.toolchain.ceremony.requests import ContributionRequest

SIGNING_KEY, RECEIPT, ATTESTATION = "signing.key", "receipt.json", "attestation.md"
_PARENT, _NEW, _FRESH = "parent.zkey", "contribution.zkey", f".{LEDGER}.new"
_MAX_ATTEMPTS, _MAX_ENTRIES = 5, 20
_GOODBYE_SECONDS = 5.0
_LEDGER_LINE_BYTES = 4096  # of names, signatures and digests; most lines have a quarter of it
_MORE_LINES, _MAX_JOIN_LEDGER_BYTES = 1000, 32 << 20
_SHORTEST_POLL, _LONGEST_POLL = 0.05, 60.0


@record
class JoinSummary:
    """The result of a contributor's run."""

    ceremony: str
    number: int
    contribution_hash: str
    receipt: str
    attestation: str
    public_key: str
    publish: str


def join_ceremony(
    client: CoordinatorClient,
    request: ContributionRequest,
    *,
    folder: Path | None = None,
    ceremony: str = "",
    invitation: str = "",
    progress: Progress = silent,
) -> JoinSummary:
    """Contribute to a ceremony through its coordinator.

    `ceremony` is the announced id; the folder's default name begins with it.  The receipt is kept in the
    folder, and the signing key too if the request has none.
    Raises: CheckFailed if the coordinator refuses the contribution; IntegrityError for another
    ceremony or a changed ledger; NetworkError if the coordinator stays away.
    """
    parse_name(request.name)
    rules = client.file(f"files/{RULES}", MAX_RULES_BYTES)
    found = hashlib.sha256(rules).hexdigest()
    if ceremony and ceremony.lower() != found:
        raise IntegrityError(
            f"the coordinator runs the ceremony {found[:16]}..., expected {printable(ceremony, 16)}"
        )
    place = folder or Path(f"ceremony-{found[:8]}")
    make_private_folder(place)
    with alone(place):
        check_kept_files(place, (RULES, LEDGER, RECEIPT, SIGNING_KEY))
        keep_rules(place / RULES, rules)
        private = request.signing_key or place / SIGNING_KEY
        if request.signing_key is None and not private.exists():
            generate_signing_key(private)
        title = read_rules(place / RULES)[0].title
        if title:
            progress(f"the ceremony: {printable(title, MAX_TITLE_CHARACTERS)}", None)
        request = replace(request, signing_key=private, receipt=place / RECEIPT)
        return JoinRun(client, place, found, request, progress, invitation).run()


@dataclass
class JoinRun:
    """One run of a contributor, from the entry to the receipt."""

    client: CoordinatorClient
    folder: Path
    ceremony: str
    request: ContributionRequest
    progress: Progress
    invitation: str = ""
    attempts: int = field(default=0, init=False)
    entries: int = field(default=0, init=False)

    def run(self) -> JoinSummary:
        """Act on the coordinator's answers until the verdict."""
        self._enter()
        while True:
            try:
                view = self.client.patiently(lambda: self.client.post("api/heartbeat"))
            except TokenLost:  # another run with the same key, or a coordinator that started again
                view = {"state": "left"}
            state = view.get("state")
            if state == "left":
                self._enter()
            elif state == "active":
                self._attempt(view)
            elif state == "accepted":
                return self._conclude()
            elif state in ("waiting", "verifying"):
                self._wait(view)
            else:
                raise _over(view)

    def _enter(self) -> None:
        self.entries += 1
        if self.entries > _MAX_ENTRIES:
            raise CheckFailed(
                f"the place in the queue was lost {_MAX_ENTRIES} times",
                hint="does another run use the same key?",
            )
        self.progress("entering the queue", None)
        signing_key = self.request.signing_key or self.folder / SIGNING_KEY
        private, where = read_secret(signing_key, MAX_KEY_BYTES), printable(signing_key)
        public_key = public_key_of(private, where)

        def enter() -> str:
            facts = self.client.challenge()
            entry = QueueEntry(ceremony=self.ceremony, name=self.request.name, **facts)
            facts |= {"public_key": public_key, "name": self.request.name}
            if self.invitation:
                facts["invitation"] = self.invitation
            facts["signature"] = sign_message(private, entry.message(), where)
            return self.client.enter(facts)

        self.client.token = ""
        try:
            self.client.token = self.client.patiently(enter)
        except CheckFailed:  # it may have started again, without its challenges
            self.client.token = self.client.patiently(enter)

    def _wait(self, view: dict[str, Any]) -> None:
        if view["state"] == "verifying":
            self.progress("waiting for the verdict", None)
        else:
            reason = printable(str(view.get("reason") or ""), 200)
            place = f"waiting: number {_number(view, 'position')} in the queue"
            wait = f", {_number(view, 'wait')} seconds of penalty left: {reason}"
            self.progress(place + wait if reason else place, None)
        time.sleep(_poll(view))

    # -- with the slot

    def _attempt(self, view: dict[str, Any]) -> None:
        """Contribute and send; after a lost slot the next view has the state."""
        self.attempts += 1
        if self.attempts > _MAX_ATTEMPTS:
            raise CheckFailed(f"the slot was lost {_MAX_ATTEMPTS} times", hint="try again later")
        try:
            with Heartbeat(self.client, _poll(view)) as heartbeat:
                self._contribute(view, heartbeat)
        except (SlotLost, TokenLost) as problem:
            self.client.tell(problem.message)
        except NetworkError:
            raise
        except (
            BaseException
        ):  # interrupted, or a local error: the next contributor can go on at once
            self.client.timeout = _GOODBYE_SECONDS
            with suppress(ZkctlError):
                self.client.post("api/leave")
            raise

    def _contribute(self, view: dict[str, Any], heartbeat: Heartbeat) -> None:
        tip = self._ledger(_number(view.get("parent"), "number")).newest
        parent, new = self.folder / _PARENT, self.folder / _NEW
        new.unlink(missing_ok=True)  # of a run that was interrupted: never sent, its secret is gone
        n_bytes = _number(view.get("parent"), "n_bytes")
        if n_bytes <= 0:
            raise CheckFailed("the coordinator does not say how large the newest key is")
        source = RemoteKey(f"{self.client.url}files/{tip.file}", n_bytes, tip.key_digest)
        fetch_key(self.client, source, parent, self.progress)
        heartbeat.check()
        contribute_offline(
            parent,
            new,
            self.request,
            ledger=self.folder / LEDGER,
            force=True,
            progress=self.progress,
        )
        heartbeat.check()
        receipt, largest = read_receipt(self.folder / RECEIPT), max(_number(view, "chunk"), 1)
        Sending(self.client, new, receipt, largest, self.progress, heartbeat.check).run()
        new.unlink()

    def _ledger(self, number: int) -> Ledger:
        """Return the coordinator's ledger with about `number` contributions.

        Raises: IntegrityError if it does not continue the one seen before; CheckFailed for one that is
        too long for this number.
        """
        path = self.folder / LEDGER
        before = read_ledger(path).lines if path.exists() else ()
        raw = self.client.file(f"files/{LEDGER}", _ledger_bytes(before, number))
        fresh = path.with_name(_FRESH)
        replace_private(fresh, raw)
        ledger = read_ledger(fresh)
        for check in (check_ledger, check_key_names):
            check(ledger, f"{self.client.url}files/{LEDGER}")
        if ledger.entries[0].ceremony_id != self.ceremony:
            raise IntegrityError("the ledger belongs to another ceremony than the rules")
        if ledger.lines[: len(before)] != before:
            raise IntegrityError(
                "the coordinator changed the ledger since the last run",
                where=printable(path),
                hint="keep this file: it shows that the ceremony was rewritten",
            )
        fresh.replace(path)
        return ledger

    # -- the end

    def _conclude(self) -> JoinSummary:
        """Look for our line in the ledger, and write what is to be published."""
        self.progress("looking for the contribution in the ledger", None)
        path = self.folder / RECEIPT
        if not path.exists():
            raise EnvironmentProblem(
                "this key has contributed already, and its receipt is not here",
                where=printable(path),
                hint="pass the folder of that run as `folder`, or use another key",
            )
        receipt = read_receipt(path)
        if receipt.contribution not in [
            entry.contribution for entry in self._ledger(receipt.number).accepted
        ]:
            raise CheckFailed(
                "the coordinator says accepted, but the ledger does not have the contribution",
                where=printable(path),
                hint="keep the receipt and warn the other contributors",
            )
        attestation = self.folder / ATTESTATION
        attest_contribution(path, attestation, force=True)
        for name in (_PARENT, _NEW):
            (self.folder / name).unlink(missing_ok=True)
        return JoinSummary(
            ceremony=self.ceremony,
            number=receipt.number,
            contribution_hash=receipt.contribution,
            receipt=str(path),
            attestation=str(attestation),
            public_key=receipt.public_key,
            publish=f"{attestation} and your public key, in a place of your own; keep the receipt",
        )


def _ledger_bytes(before: Sequence[bytes], number: int) -> int:
    """Return the longest ledger to accept: the lines seen before, and lines for the new contributions.

    As many others may have been refused, or joined since.
    """
    n_new = 2 * max(number - len(before), 0) + _MORE_LINES
    known = sum(len(line) + 1 for line in before)
    return min(known + n_new * _LEDGER_LINE_BYTES, _MAX_JOIN_LEDGER_BYTES)


def _number(facts: Any, name: str) -> int:
    """Return an optional number of the coordinator's answer; 0 without one."""
    value = facts.get(name) if isinstance(facts, dict) else None
    return value if type(value) is int else 0


def _poll(view: dict[str, Any]) -> float:
    """Return the seconds until the next heartbeat: the coordinator's value within bounds."""
    poll = view.get("poll_ms")
    return min(max(poll / 1000, _SHORTEST_POLL), _LONGEST_POLL) if type(poll) is int else 1.0


def _over(view: dict[str, Any]) -> ZkctlError:
    """Return the reason for the end of the wait."""
    reason = printable(str(view.get("reason") or ""), 400)
    if view.get("state") == "refused":
        return CheckFailed(f"the contribution is refused: {reason}")
    if view.get("state") == "closed":
        return IntegrityError(f"the ceremony takes no contributions any more: {reason}")
    state = printable(str(view.get("state")), 40)
    return CheckFailed(f"the coordinator answers with the unknown state {state}")
