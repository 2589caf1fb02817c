"""The states of a job and the edges between them; the statements of the store follow this table."""

from __future__ import annotations

from enum import StrEnum


class JobState(StrEnum):
    """The state of a job; the database and the API hold the values."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


QUEUED, RUNNING, DONE, FAILED, CANCELLED, EXPIRED = JobState

# the states that may follow each state
EDGES: dict[JobState, frozenset[JobState]] = {
    QUEUED: frozenset({RUNNING, CANCELLED, EXPIRED, FAILED}),  # failed: no worker has the circuit
    RUNNING: frozenset({DONE, FAILED, QUEUED, CANCELLED, EXPIRED}),
    DONE: frozenset(),
    FAILED: frozenset(),
    CANCELLED: frozenset(),
    EXPIRED: frozenset(),
}

FINISHED = frozenset(state for state, following in EDGES.items() if not following)
