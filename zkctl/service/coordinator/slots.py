"""Who contributes next: a queue, one slot with a lease, and what losing it costs.

    waiting -> active -> verifying -> accepted
       ^          |          |
       |     (timeout)   (refused, may join again)
       '----------'

One participant at a time is active.  Its lease runs from the last time it was heard of; uploading counts.
"""

from __future__ import annotations

from collections.abc import Callable

from zkctl.errors import IntegrityError, LimitError
from zkctl.service.coordinator.settings import MAX_PENALTY_DOUBLINGS, CoordinatorSettings
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


class Slots:
    """The queue.  Changes come inside a transaction of the store; what was heard of whom is not stored."""

    def __init__(self, store: Store, settings: CoordinatorSettings, now: Now) -> None:
        self.store, self.settings, self.now = store, settings, now
        self._heard: dict[int, float] = {}
        self._begun = now()  # whoever is known at the start was heard of then

    def heard(self, participant: Participant) -> float:
        """When somebody was last heard of."""
        return self._heard.get(participant.id, self._begun)

    def hear(self, participant: Participant) -> None:
        """Somebody gives a sign of life."""
        self._heard[participant.id] = self.now()

    def enter(self, public_key: str, name: str, token: str) -> Participant:
        """Somebody enters the queue, or comes back and keeps the place; the old token is void.

        Raises: LimitError if the queue is full.
        """
        known = self.store.with_key(public_key)
        away = known is None or known.state in (LEFT, REFUSED)
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
        self.hear(known)
        return known

    def leave(self, participant: Participant) -> None:
        """Somebody goes away; what is being verified or accepted stays."""
        if participant.state not in (WAITING, ACTIVE):
            return
        self._heard.pop(participant.id, None)
        self.store.end_upload(participant)
        if participant.faults == 0:
            self.store.forget(participant)
        else:
            self.store.change(participant, state=LEFT)

    def advance(self, *, is_open: bool) -> Participant | None:
        """Take the slot from who lost it, forget who is gone, and give a free slot to the next.

        Gives who has it now.
        """
        holder = self.store.holder()
        if holder is not None and holder.state == ACTIVE and self.remaining(holder) < 0:
            self._time_out(holder)
            holder = None
        for participant in self.store.waiting():
            if self.now() - self.heard(participant) > self.settings.patience:
                self.leave(participant)
        if holder is None and is_open:
            holder = self._next()
        return holder

    def remaining(self, holder: Participant) -> float:
        """Seconds until the slot is lost if nothing more is heard."""
        lease = self.heard(holder) + self.settings.lease
        return min(lease, holder.granted + self.settings.slot) - self.now()

    def _time_out(self, holder: Participant) -> None:
        late = self.now() - holder.granted > self.settings.slot
        reason = (
            f"your slot of {self.settings.slot:.0f} seconds ended"
            if late
            else f"nothing was heard of you for {self.settings.lease:.0f} seconds"
        )
        self.store.end_upload(holder)
        ticket = self.store.next_ticket()
        self._fault(holder, state=WAITING, ticket=ticket, reason=reason)

    def _fault(self, participant: Participant, **values: object) -> Participant:
        doublings = min(participant.faults, MAX_PENALTY_DOUBLINGS)
        not_before = self.now() + self.settings.penalty * 2**doublings
        faults = participant.faults + 1
        return self.store.change(participant, faults=faults, not_before=not_before, **values)

    def _next(self) -> Participant | None:
        """The first who waits, is here, and has no penalty left."""
        for participant in self.store.waiting():
            here = self.now() - self.heard(participant) <= self.settings.lease
            if here and participant.not_before <= self.now():
                return self.store.change(participant, state=ACTIVE, granted=self.now())
        return None

    def verify(self, participant: Participant) -> None:
        """All has arrived: the lease stands still until the verdict."""
        self.store.change(participant, state=VERIFYING)

    def accept(self, participant: Participant, number: int) -> None:
        """The contribution is in the transcript."""
        self.store.end_upload(participant)
        self.store.change(participant, state=ACCEPTED, number=number, reason="")

    def refuse(self, participant: Participant, reason: str, *, at_fault: bool = True) -> None:
        """The contribution is refused; coming back costs a penalty if it was the contributor's fault."""
        self.store.end_upload(participant)
        if at_fault:
            self._fault(participant, state=REFUSED, reason=reason)
        else:
            self.store.change(participant, state=REFUSED, reason=reason)

    def check_active(self, participant: Participant) -> None:
        """Refuse somebody who does not have the slot (IntegrityError)."""
        if participant.state != ACTIVE:
            reason = participant.reason or "it is not your turn"
            raise IntegrityError(f"you do not have the slot: {reason}")
