"""The coordinator of a ceremony: entering, waiting, the slot and its timeouts; no HTTP.

Every public method takes the lock, and leaves the database and the disk in a state from which a server
that is killed at any moment goes on.
"""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from zkctl.ceremony.knowledge import parse_name
from zkctl.ceremony.record.rules import INVITATION
from zkctl.ceremony.record.signing import (
    QueueEntry,
    canonical_public_key,
    check_message_signature,
)
from zkctl.errors import CheckFailed, EnvironmentProblem, IntegrityError, LimitError, UsageError
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.service.coordinator.published import Published
from zkctl.service.coordinator.settings import CoordinatorSettings
from zkctl.service.coordinator.slots import Now, Slots, network_of_place
from zkctl.service.coordinator.store import ACCEPTED, ACTIVE, WAITING, Participant, Store
from zkctl.service.coordinator.upload_files import UploadFiles
from zkctl.storage.lock import take_lock
from zkctl.storage.mapped import system_errors
from zkctl.storage.private import make_private_folder
from zkctl.toolchain.ceremony.admission import admitted_keys, digest_of, is_invitation

_SHORTEST_POLL, _LONGEST_POLL = 1.0, 10.0
_NOTE_SECONDS = 5.0
_SERVE_LOCK = ".serve.lock"  # in the ceremony's folder; ".lock" there is for single changes

_log = logging.getLogger("zkctl.coordinator")


class QueueState(NamedTuple):
    """The holder of the slot, the first waiting contributors, and the number of all that wait."""

    holder: Participant | None
    waiting: list[Participant]
    n_waiting: int


@record
class RequestSource:
    """A request to enter, beside what is signed: its network address, and its invitation."""

    address: str = ""
    invitation: str = ""


class Coordinator:
    """The ceremony of a folder, and its queue in a folder of the coordinator's own.

    `elapsed` returns the seconds since this server began.
    """

    def __init__(
        self, folder: Path, state: Path, settings: CoordinatorSettings, elapsed: Now
    ) -> None:
        self.settings, self.published = settings, Published(folder)
        rules = self.published.ceremony().rules
        self._admitted = admitted_keys(folder, rules, settings.participants)
        self._by_invitation = rules.admission == INVITATION
        make_private_folder(state)
        with system_errors("open the folder", state):
            if state.samefile(folder):  # their locks would be one file
                raise UsageError(
                    "the queue needs its own folder, not that of the ceremony",
                    where=printable(state),
                )
        self.lock = threading.Lock()
        self._only = _claims(state / ".lock", folder / _SERVE_LOCK)
        self.addresses = set(settings.addresses)  # a server without any adds those of its listener
        self.store, self.incoming = Store(state / "queue.sqlite"), UploadFiles(state / "incoming")
        before = self._noted = self.store.seconds()
        self.slots = Slots(self.store, settings, lambda: before + elapsed(), self._tip_bytes)
        self.id = self.store.coordinator_id()
        self._challenges: dict[str, float] = {}
        self._seen: dict[int, str] = {}  # network addresses of participants, the newest last
        self._holder = 0
        self._clean()

    def close(self) -> None:
        """Note the time and let another server take over."""
        with self.lock:
            self.store.note_seconds(self.slots.now())
            self.store.close()
            for handle in self._only:
                os.close(handle)

    @contextmanager
    def change(self) -> Iterator[None]:
        """Yield a change of the queue, as one transaction; then leases that are over end, and a free slot is given.

        Files are removed after the database has forgotten them, never before.
        """
        with self.lock:
            before = self.store.holder()
            with self.store.transaction():
                yield
                self.slots.advance(is_open=not self.published.closing_reason())
            after = self.store.holder()
            self._holder = 0 if after is None else after.id
            if (before and before.id) != (after and after.id):
                self._clean()
                if after is not None:
                    _log.info("%s has the slot", shown(after))

    def _clean(self) -> None:
        holder = self.store.holder()
        self.incoming.keep_only([] if holder is None else [holder])

    # -- entering

    def challenge(self) -> str:
        """Return a fresh text to be signed once, soon.  Raises: LimitError if too many are out."""
        now = self.slots.now()
        with self.lock:
            self._challenges = {c: until for c, until in self._challenges.items() if until > now}
            if len(self._challenges) >= self.settings.challenges:
                raise LimitError("too many people enter at the moment", hint="try again later")
            challenge = secrets.token_hex(16)
            self._challenges[challenge] = now + self.settings.challenge_seconds
        return challenge

    def enter(
        self, public_key: str, entry: QueueEntry, signature: str, origin: RequestSource
    ) -> str:
        """Let a contributor into the queue; returns the token for all further requests.

        An invitation, where the rules ask for one, is used up by the key that it comes with.

        Raises: CheckFailed for a wrong signature, an old challenge, an unknown key, or a request that
        was signed for another ceremony or coordinator; LimitError.
        """
        known = canonical_public_key(public_key, "public_key")
        name = parse_name(entry.name)
        self._check_signed_for_us(entry)
        with self.lock:
            until = self._challenges.pop(entry.challenge, 0.0)
        if until <= self.slots.now():
            raise CheckFailed("the challenge is used, too old or unknown", hint="ask for a new one")
        check_message_signature(known, signature, entry.message(), "signature")
        if self._admitted and known not in self._admitted:
            raise CheckFailed("this public key is not on the coordinator's list of participants")
        token = secrets.token_urlsafe(32)
        with self.change():
            self._use_invitation(known, origin.invitation)
            entered = self.slots.enter(
                known, name, _hashed(token), network_of_place(origin.address)
            )
            _log.info("%s entered the queue", shown(entered))
        return token

    def _use_invitation(self, public_key: str, invitation: str) -> None:
        """Check that this key has an invitation, or has one now (CheckFailed)."""
        if not self._by_invitation or self.store.is_invited(public_key):
            return
        digest = digest_of(invitation)
        if not invitation or not is_invitation(self.published.folder, digest):
            raise CheckFailed(
                "the ceremony needs an invitation: expected an unused one",
                hint="ask the coordinator for one, and pass it as `invitation`",
            )
        if not self.store.use_invitation(digest, public_key):
            raise CheckFailed("the invitation was used by another key: expected an unused one")

    # -- the network

    def note_address(self, participant: Participant, address: str) -> None:
        """Note where a participant's valid token came from."""
        with self.lock:
            self._seen.pop(participant.id, None)
            self._seen[participant.id] = address
            while len(self._seen) > 2 * self.settings.queue:
                del self._seen[next(iter(self._seen))]

    def is_holder_address(self, address: str) -> bool:
        """Return whether the holder of the slot was last seen at this address."""
        return self._seen.get(self._holder) == address

    def is_known_address(self, address: str) -> bool:
        """Return whether a participant was last seen at this address."""
        with self.lock:
            return address in self._seen.values()

    def _tip_bytes(self) -> int:
        return self.published.ceremony().newest_key.stat().st_size

    def _check_signed_for_us(self, entry: QueueEntry) -> None:
        """Check that the request is for this ceremony and this coordinator, not passed on by another."""
        if entry.ceremony != self.published.ceremony().ceremony_id:
            raise CheckFailed("the request was signed for another ceremony")
        if entry.coordinator != self.id or entry.address not in self.addresses:
            expected = ", ".join(sorted(self.addresses)) or "none"
            raise CheckFailed(
                f"the request was signed for another coordinator: expected {expected},"
                f" got {printable(entry.address, 200)}",
                hint="use the address that the coordinator announced",
            )

    def identify(self, token: str) -> Participant:
        """Whose token it is.  Raises: CheckFailed."""
        with self.lock:
            found = self.store.with_token(_hashed(token))
        if found is None:
            raise CheckFailed(
                "the token is not valid",
                hint="enter the queue again: a key has one token at a time",
            )
        return found

    # -- waiting and holding the slot

    def view(self, participant: Participant) -> dict[str, Any]:
        """Renew the lease and return the participant's view."""
        with self.change():
            self.slots.note_contact(participant)
        with self.lock:
            return self._view(self.store.with_key(participant.public_key) or participant)

    def leave(self, participant: Participant) -> None:
        """Remove a participant from the queue or the slot."""
        with self.change():
            self.slots.leave(self.store.participant(participant.id))
        _log.info("%s left", shown(participant))

    def holder(self, participant: Participant) -> Participant:
        """Return the stored participant, which must have the slot; counts as contact.

        Raises: IntegrityError.
        """
        now = self.store.participant(participant.id)
        self.slots.check_active(now)
        if self.slots.remaining(now) < 0:
            raise IntegrityError("you do not have the slot: its time is over")
        self.slots.note_contact(now)
        return now

    def slot_seconds(self) -> float:
        """Return the seconds until the slot ends, zero if no participant has it."""
        with self.lock:
            holder = self.store.holder()
            if holder is None:
                return 0.0
            return max(holder.granted + self.settings.slot - self.slots.now(), 0.0)

    def _view(self, participant: Participant) -> dict[str, Any]:
        seen: dict[str, Any] = {
            "state": participant.state,
            "reason": participant.reason,
            "poll_ms": _milliseconds(_SHORTEST_POLL),
        }
        closed = self.published.closing_reason()
        if closed and participant.state in (WAITING, ACTIVE):
            seen |= {"state": "closed", "reason": closed}
        elif participant.state == WAITING:
            seen |= self._place(participant)
        elif participant.state == ACTIVE:
            seen |= self._slot(participant)
        if participant.state == ACCEPTED:
            seen["number"] = participant.number
        return seen

    def _place(self, participant: Participant) -> dict[str, Any]:
        """Return the place of a waiting contributor; the poll interval grows with the distance to the slot."""
        position = self.store.n_waiting(before=participant.ticket) + 1
        poll = min(position, _LONGEST_POLL, self.settings.lease / 3)
        wait = max(0.0, participant.not_before - self.slots.now())
        return {"position": position, "poll_ms": _milliseconds(poll), "wait": round(wait)}

    def _slot(self, holder: Participant) -> dict[str, Any]:
        """Return the key to build on and the remaining time."""
        ceremony = self.published.ceremony()
        tip = ceremony.ledger.newest
        parent = {"number": tip.number, "file": tip.file, "blake2b": tip.key_digest}
        ends = holder.granted + self.settings.slot - self.slots.now()
        return {
            "parent": {**parent, "n_bytes": ceremony.newest_key.stat().st_size},
            "poll_ms": _milliseconds(self.settings.lease / 4),
            "ends": round(max(ends, 0.0)),
            "upload_by": round(max(self.slots.upload_by(holder) - self.slots.now(), 0.0)),
            "chunk": self.settings.chunk,
        }

    # -- timeouts, and the public state

    def tick(self) -> None:
        """Let time pass: leases end, the next one gets the slot."""
        with self.change():
            now = self.slots.now()
            if now >= self._noted + _NOTE_SECONDS:
                self.store.note_seconds(now)
                self._noted = now

    def queue(self, limit: int) -> QueueState:
        """Return the state of the queue with at most `limit` waiting contributors."""
        with self.lock:
            return QueueState(
                self.store.holder(), self.store.waiting(limit), self.store.n_waiting()
            )

    def is_healthy(self) -> bool:
        """Return whether the database and the ledger can be read."""
        with suppress(Exception):
            self.published.ceremony()
            with self.lock:
                return self.store.seconds() >= 0
        return False


def shown(participant: Participant) -> str:
    """Return a participant in a line for people: a number of ours, and the name that was claimed."""
    name = printable(participant.name, 64)
    return f"participant {participant.id} ({name})" if name else f"participant {participant.id}"


def _milliseconds(seconds: float) -> int:
    """As an integer: our JSON has no other numbers."""
    return round(1000 * seconds)


def _claims(*places: Path) -> list[int]:
    """Take all of the locks, or none of them (EnvironmentProblem)."""
    held: list[int] = []
    try:
        for path in places:
            held.append(_claim(path))
    except BaseException:
        for handle in held:
            os.close(handle)
        raise
    return held


def _claim(path: Path) -> int:
    """Keep other servers away from the folder of this file (EnvironmentProblem)."""
    handle = take_lock(path)
    if handle is None:
        raise EnvironmentProblem(
            "another server coordinates this ceremony", where=printable(path.parent)
        )
    return handle


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
