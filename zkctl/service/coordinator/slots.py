"""The queue of contributors: one slot with a lease, and the penalty for losing it.

    waiting -> active -> verifying -> accepted
       ^          |          |
       |     (timeout)   (refused, may join again)
       '----------'

One participant at a time is active.  Its lease runs from the last time it was heard of; uploading counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from ipaddress import ip_address, ip_network

from zkctl.errors import CheckFailed, IntegrityError, LimitError
from zkctl.runtime.records import record
from zkctl.service.coordinator.settings import (
    MAX_PENALTY_DOUBLINGS,
    PROGRESS_BYTES,
    WIDE_PLACES,
    CoordinatorSettings,
)
from zkctl.service.coordinator.store import (
    ACCEPTED,
    ACTIVE,
    LEFT,
    REFUSED,
    VERIFYING,
    WAITING,
    Participant,
    Store,
)

Now = Callable[[], float]


@record
class UploadProgress:
    """The bytes of an upload that were counted, and when."""

    n_bytes: int
    time: float


def network_of_place(address: str) -> str:
    """Return the network whose clients share places: an IPv4 /24, an IPv6 /64; empty for no address."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    found = getattr(found, "ipv4_mapped", None) or found
    return str(ip_network((found, 24 if found.version == 4 else 64), strict=False))


def wide_network(place: str) -> str:
    """Return the IPv4 /16 or IPv6 /48 around a network."""
    if not place:
        return ""
    narrow = ip_network(place)
    return str(narrow.supernet(new_prefix=16 if narrow.version == 4 else 48))


class Slots:
    """The queue.  Changes come inside a transaction of the store; times of contact are not stored."""

    def __init__(
        self, store: Store, settings: CoordinatorSettings, now: Now, tip_bytes: Callable[[], int]
    ) -> None:
        self.store, self.settings, self.now, self._tip_bytes = store, settings, now, tip_bytes
        self._heard: dict[int, float] = {}
        self._progress: dict[int, UploadProgress] = {}  # of the holder
        self._starved = -math.inf  # when others last kept clients away
        self._begun = now()  # contact with known participants counts from the start

    def last_contact(self, participant: Participant) -> float:
        """Return the time of the last contact."""
        return self._heard.get(participant.id, self._begun)

    def note_contact(self, participant: Participant) -> None:
        """Note a contact with a participant."""
        self._heard[participant.id] = self.now()

    def note_starved(self) -> None:
        """Note that clients cannot connect: a silence now is not the holder's fault."""
        self._starved = self.now()

    def note_progress(self, holder: Participant, n_stored: int, n_bytes: int) -> None:
        """Note what has arrived of the holder's key; a few bytes do not count."""
        before = self._progress.get(holder.id, UploadProgress(0, 0.0))
        if n_stored >= min(before.n_bytes + PROGRESS_BYTES, n_bytes):
            self._progress[holder.id] = UploadProgress(n_stored, self.now())

    def enter(self, public_key: str, name: str, token: str, place: str = "") -> Participant:
        """Let a key enter the queue, or come back and keep its place; the old token is void.

        `place` is the network that it comes from.
        Raises: LimitError if the queue is full, or this network's part of it; CheckFailed after too
        many faults.
        """
        known = self.store.with_key(public_key)
        away = known is None or known.state in (LEFT, REFUSED)
        if known is not None and away and known.faults >= self.settings.max_faults:
            raise CheckFailed(
                f"this key left or lost the slot too often: expected fewer than"
                f" {self.settings.max_faults} times, got {known.faults}"
            )
        if away:
            self._check_network(place)
        if away and self.store.n_waiting() >= self.settings.queue:
            raise LimitError(
                f"the queue is full: {self.settings.queue} people wait", hint="try again later"
            )
        if known is None:
            known = self.store.add(public_key, name, token)
        elif away:
            ticket = self.store.next_ticket()
            known = self.store.change(known, state=WAITING, ticket=ticket, token=token, name=name)
        elif known.state == ACCEPTED:
            known = self.store.change(known, token=token)
        else:
            known = self.store.change(known, token=token, name=name)
        self.note_contact(known)
        return self.store.change(known, network=place) if away else known

    def _check_network(self, place: str) -> None:
        """Check that a network has not used up its places, nor the wider one around it (LimitError)."""
        taken, few = self.store.networks(), self.settings.places
        wide = [wide_network(each) for each in taken]
        is_full = taken.count(place) >= few or wide.count(wide_network(place)) >= few * WIDE_PLACES
        if place and is_full:
            raise LimitError(
                f"the queue has no more places for the network {place}",
                hint="try again later, or from another network",
            )

    def leave(self, participant: Participant) -> None:
        """Let a contributor go; a slot that is given up is a fault, a key being verified stays."""
        if participant.state not in (WAITING, ACTIVE):
            return
        self._heard.pop(participant.id, None)
        self.store.end_upload(participant)
        if participant.state == ACTIVE:
            self._fault(participant, state=LEFT, reason="you left without contributing")
        elif participant.faults == 0:
            self.store.forget(participant)
        else:
            self.store.change(participant, state=LEFT)

    def advance(self, *, is_open: bool) -> Participant | None:
        """Take the slot from who lost it, remove contributors without contact, and assign a free slot to the next.

        Returns the holder.
        """
        holder = self.store.holder()
        if holder is not None and holder.state == ACTIVE and self.remaining(holder) < 0:
            self._time_out(holder)
            holder = None
        for participant in self.store.waiting():
            if self.now() - self.last_contact(participant) > self.settings.patience:
                self.leave(participant)
        if holder is None and is_open:
            holder = self._next()
        return holder

    def remaining(self, holder: Participant) -> float:
        """Return the seconds until the slot is lost if nothing more is heard."""
        return min(end for end, _ in self._ends(holder)) - self.now()

    def upload_by(self, holder: Participant) -> float:
        """Return the time by which the upload must begin, or go on."""
        settings, progress = self.settings, self._progress.get(holder.id)
        if progress is not None:
            return progress.time + settings.progress
        fetched = self._tip_bytes() / settings.slowest_line
        return max(holder.granted, self._begun) + settings.contribute + fetched

    def _ends(self, holder: Participant) -> list[tuple[float, str]]:
        """Return the times at which the slot ends, and why."""
        settings = self.settings
        upload = "made no progress" if holder.id in self._progress else "did not begin in time"
        return [
            (holder.granted + settings.slot, f"your slot of {settings.slot:.0f} seconds ended"),
            (self.upload_by(holder), f"your upload {upload}"),
            (
                self.last_contact(holder) + settings.lease,
                f"nothing was heard of you for {settings.lease:.0f} seconds",
            ),
        ]

    def _time_out(self, holder: Participant) -> None:
        ends = self._ends(holder)
        reason = next((reason for end, reason in ends if end < self.now()), ends[-1][1])
        self.store.end_upload(holder)
        values = {"state": WAITING, "ticket": self.store.next_ticket(), "reason": reason}
        since = max(self.last_contact(holder), holder.granted)
        is_silence = reason == ends[-1][1]
        if is_silence and self._starved >= since:
            self.store.change(holder, **values)
        else:
            self._fault(holder, **values)

    def _fault(self, participant: Participant, **values: object) -> Participant:
        self._progress.pop(participant.id, None)
        doublings = min(participant.faults, MAX_PENALTY_DOUBLINGS)
        not_before = self.now() + self.settings.penalty * 2**doublings
        faults = participant.faults + 1
        return self.store.change(participant, faults=faults, not_before=not_before, **values)

    def _next(self) -> Participant | None:
        """Return the first who waits, is here, and has no penalty left."""
        for participant in self.store.waiting():
            here = self.now() - self.last_contact(participant) <= self.settings.lease
            if here and participant.not_before <= self.now():
                self._progress.clear()
                return self.store.change(participant, state=ACTIVE, granted=self.now())
        return None

    def start_verification(self, participant: Participant) -> None:
        """Stop the lease until the verdict: the whole key has arrived."""
        self.store.change(participant, state=VERIFYING)

    def accept(self, participant: Participant, number: int) -> None:
        """Record that the contribution is in the ledger."""
        self.store.end_upload(participant)
        self.store.change(participant, state=ACCEPTED, number=number, reason="")

    def reject(self, participant: Participant, reason: str, *, at_fault: bool = True) -> None:
        """Record a refusal; entering again costs a penalty if it was the contributor's fault."""
        self.store.end_upload(participant)
        if at_fault:
            self._fault(participant, state=REFUSED, reason=reason)
        else:
            self.store.change(participant, state=REFUSED, reason=reason)

    def check_active(self, participant: Participant) -> None:
        """Check that the participant has the slot (IntegrityError)."""
        if participant.state != ACTIVE:
            reason = participant.reason or "it is not your turn"
            raise IntegrityError(f"you do not have the slot: {reason}")
