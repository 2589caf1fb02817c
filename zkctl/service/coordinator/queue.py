"""The coordinator: who enters, waits, has the slot; what happens by itself.  No HTTP in here.

Every public method takes the lock, and leaves the database and the disk in a state from which a server
that is killed at any moment goes on.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from zkctl.ceremony.knowledge import parse_name
from zkctl.ceremony.record.signing import (
    canonical_public_key,
    check_message_signature,
    queue_message,
)
from zkctl.errors import CheckFailed, EnvironmentProblem, IntegrityError, LimitError, UsageError
from zkctl.runtime.printable import printable
from zkctl.service.coordinator.published import Published
from zkctl.service.coordinator.settings import Settings
from zkctl.service.coordinator.slots import Now, Slots
from zkctl.service.coordinator.store import ACCEPTED, ACTIVE, WAITING, Participant, Store
from zkctl.service.coordinator.upload_files import Incoming
from zkctl.storage.lock import take_lock
from zkctl.storage.mapped import system_errors
from zkctl.storage.private import make_private_folder

_SHORTEST_POLL, _LONGEST_POLL = 1.0, 10.0
_NOTE_SECONDS = 5.0

Tell = Callable[[str], None]


class Coordinator:
    """The ceremony of a folder, and its queue in a folder of the coordinator's own.

    `elapsed` are the seconds since this server began, `tell` takes lines for whoever runs it.
    """

    def __init__(
        self, folder: Path, state: Path, settings: Settings, elapsed: Now, tell: Tell
    ) -> None:
        self.settings, self.published, self.tell = settings, Published(folder), tell
        self.published.ceremony()
        make_private_folder(state)
        with system_errors("open the folder", state):
            if state.samefile(folder):  # their locks would be one file
                raise UsageError(
                    "the queue needs a folder of its own, not that of the ceremony",
                    where=printable(state),
                )
        self.lock, self._only = threading.Lock(), _claim(state)
        self.store, self.incoming = Store(state / "queue.sqlite"), Incoming(state / "incoming")
        before = self._noted = self.store.seconds()
        self.slots = Slots(self.store, settings, lambda: before + elapsed())
        self._challenges: dict[str, float] = {}
        self._clean()

    def close(self) -> None:
        """Note the time and let another server take over."""
        with self.lock:
            self.store.note_seconds(self.slots.now())
            self.store.close()
            os.close(self._only)

    @contextmanager
    def change(self) -> Iterator[None]:
        """A change of the queue, as one transaction; then leases that are over end, and a free slot is given.

        Files are removed after the database has forgotten them, never before.
        """
        with self.lock:
            before = self.store.holder()
            with self.store.transaction():
                yield
                self.slots.advance(is_open=not self.published.closed_because())
            after = self.store.holder()
            if (before and before.id) != (after and after.id):
                self._clean()
                if after is not None:
                    self.tell(f"{shown(after)} has the slot")

    def _clean(self) -> None:
        holder = self.store.holder()
        self.incoming.keep_only([] if holder is None else [holder])

    # -- entering

    def challenge(self) -> str:
        """A fresh text to be signed once, soon.  Raises: LimitError if too many are out."""
        now = self.slots.now()
        with self.lock:
            self._challenges = {c: until for c, until in self._challenges.items() if until > now}
            if len(self._challenges) >= self.settings.challenges:
                raise LimitError("too many people enter at the moment", hint="try again later")
            challenge = secrets.token_hex(16)
            self._challenges[challenge] = now + self.settings.challenge_seconds
        return challenge

    def enter(self, public_key: str, name: str, challenge: str, signature: str) -> str:
        """Let somebody into the queue; gives the token for all further requests.

        Raises: CheckFailed for a wrong signature, an old challenge or an unknown key; LimitError.
        """
        ceremony = self.published.ceremony()
        known = canonical_public_key(public_key, "public_key")
        name = parse_name(name)
        with self.lock:
            until = self._challenges.pop(challenge, 0.0)
        if until <= self.slots.now():
            raise CheckFailed("the challenge is used, too old or unknown", hint="ask for a new one")
        check_message_signature(
            known, signature, queue_message(ceremony.ceremony_id, challenge, name), "signature"
        )
        if self.settings.participants and known not in self.settings.participants:
            raise CheckFailed("this public key is not on the coordinator's list of participants")
        token = secrets.token_urlsafe(32)
        with self.change():
            entered = self.slots.enter(known, name, _hashed(token))
            self.tell(f"{shown(entered)} entered the queue")
        return token

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
        """A sign of life; gives what the participant has to know."""
        with self.change():
            self.slots.hear(participant)
        with self.lock:
            return self._view(self.store.with_key(participant.public_key) or participant)

    def leave(self, participant: Participant) -> None:
        """Somebody gives up the place or the slot."""
        with self.change():
            self.slots.leave(self.store.participant(participant.id))
        self.tell(f"{shown(participant)} left")

    def holder(self, participant: Participant) -> Participant:
        """The participant as stored now, who must have the slot; this is a sign of life.

        Raises: IntegrityError.
        """
        now = self.store.participant(participant.id)
        self.slots.check_active(now)
        if self.slots.remaining(now) < 0:
            raise IntegrityError("you do not have the slot: its time is over")
        self.slots.hear(now)
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
        closed = self.published.closed_because()
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
        """Who waits asks the less often the farther away the slot is."""
        position = self.store.n_waiting(before=participant.ticket) + 1
        poll = min(position, _LONGEST_POLL, self.settings.lease / 3)
        wait = max(0.0, participant.not_before - self.slots.now())
        return {"position": position, "poll_ms": _milliseconds(poll), "wait": round(wait)}

    def _slot(self, holder: Participant) -> dict[str, Any]:
        """What the holder builds on, and how long there is time."""
        ceremony = self.published.ceremony()
        tip = ceremony.ledger.newest
        parent = {"number": tip.number, "file": tip.file, "blake2b": tip.key_digest}
        ends = holder.granted + self.settings.slot - self.slots.now()
        return {
            "parent": {**parent, "n_bytes": ceremony.newest_key.stat().st_size},
            "poll_ms": _milliseconds(self.settings.lease / 4),
            "ends": round(max(ends, 0.0)),
            "chunk": self.settings.chunk,
        }

    # -- what happens by itself, and what everybody may know

    def tick(self) -> None:
        """Let time pass: leases end, the next one gets the slot."""
        with self.change():
            now = self.slots.now()
            if now >= self._noted + _NOTE_SECONDS:
                self.store.note_seconds(now)
                self._noted = now

    def queue(self, limit: int) -> tuple[Participant | None, list[Participant], int]:
        """Who has the slot, the first who wait, and how many wait."""
        with self.lock:
            return self.store.holder(), self.store.waiting(limit), self.store.n_waiting()

    def is_healthy(self) -> bool:
        """Can the database be read, and the transcript?"""
        with suppress(Exception):
            self.published.ceremony()
            with self.lock:
                return self.store.seconds() >= 0
        return False


def shown(participant: Participant) -> str:
    """A participant in a line for people: a number of ours, and the name that was claimed."""
    name = printable(participant.name, 64)
    return f"participant {participant.id} ({name})" if name else f"participant {participant.id}"


def _milliseconds(seconds: float) -> int:
    """As an integer: our JSON has no other numbers."""
    return round(1000 * seconds)


def _claim(state: Path) -> int:
    """Keep other servers away from the queue (EnvironmentProblem)."""
    handle = take_lock(state / ".lock")
    if handle is None:
        raise EnvironmentProblem("another server coordinates this ceremony", where=printable(state))
    return handle


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
