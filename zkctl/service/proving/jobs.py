"""The jobs of the service: their records, and the interface of the store that keeps them."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from zkctl.errors import LimitError
from zkctl.runtime.records import record
from zkctl.service.proving.states import FINISHED, JobState

LEASE_S = 15.0
DEADLINE_S = 300.0
MAX_ATTEMPTS = 3
RESULT_TTL_S = 3600.0


@record(repr=False)
class NewJob:
    """A job to be accepted.

    `sealed_input` is sealed to the worker key `sealing_key` with the authenticated data `sealing_aad`.
    `expected` has the public signals that the request implies, decimal by role; `result_key` is the caller's key
    for a sealed result.  These four are removed when the job is finished.  `idempotency` and
    `request_digest` are keyed digests of 32 bytes; the first covers the endpoint and the Idempotency-Key.
    `request_id` is the id of the request, for the lines of the log.
    """

    tenant: str
    subject: str
    circuit_id: str
    protocol: str
    mode: str  # inputs, sealed, custodial
    sealed_input: bytes
    sealing_key: str
    sealing_aad: bytes | None = None
    expected: Mapping[str, str] | None = None
    result_key: bytes | None = None  # X25519
    idempotency: bytes | None = None
    request_digest: bytes | None = None
    request_id: str | None = None
    priority: int = 0
    deadline_s: float = DEADLINE_S  # from acceptance
    max_attempts: int = MAX_ATTEMPTS


@record(repr=False)
class Job:
    """A row of `proofs`.  Times are seconds of the database's clock since 1970."""

    id: str  # UUID of version 7
    tenant: str
    subject: str
    request_id: str | None
    circuit_id: str
    protocol: str
    mode: str
    state: JobState
    priority: int
    turn: int  # unfinished jobs of the tenant when this one was accepted
    attempt: int
    max_attempts: int
    not_before: float
    deadline: float
    lease: str | None
    lease_until: float | None
    worker: str | None
    idempotency: bytes | None
    request_digest: bytes | None
    sealed_input: bytes | None
    sealing_key: str | None
    sealing_aad: bytes | None
    expected: dict[str, str] | None
    result_key: bytes | None
    public_signals: list[str] | None
    proof: dict[str, Any] | None
    sealed_result: bytes | None
    statement_id: bytes | None
    zkey_digest: str | None
    vkey_digest: str | None
    error_code: str | None
    queued_at: float
    started_at: float | None
    finished_at: float | None
    expires_at: float | None  # the end of the result
    removed_at: float | None  # the result was removed

    def __repr__(self) -> str:
        """Show no value that a caller sent."""
        return f"Job({self.id}, {self.circuit_id}, {self.state}, attempt {self.attempt})"

    @property
    def is_finished(self) -> bool:
        """True if the state is terminal."""
        return self.state in FINISHED


@record(repr=False)
class JobResult:
    """The verified proof of a job: clear, or sealed to the caller's key (then `proof` and signals are None)."""

    statement_id: bytes
    zkey_digest: str
    vkey_digest: str
    public_signals: Sequence[str] | None = None
    proof: Mapping[str, Any] | None = None
    sealed_result: bytes | None = None


@record
class Accepted:
    """A job after `enqueue_all`: new, or an earlier one with the same idempotency key and request."""

    job: Job
    replayed: bool


@record
class QueueLimits:
    """The largest numbers of unfinished jobs of a tenant, and of queued jobs of a circuit and in all."""

    jobs_per_tenant: int = 16
    queued_per_circuit: int = 100
    queued: int = 1000


@record
class Retention:
    """Times in seconds after which the reaper acts."""

    idempotency_s: float = 24 * 3600  # an idempotency key is forgotten
    rows_s: float = 30 * 24 * 3600  # a finished row is deleted
    audit_s: float = 400 * 24 * 3600  # a row of the audit log is deleted
    challenges_s: float = 24 * 3600  # a challenge is deleted, after its end
    unserved_s: float = 60  # a queued job fails if no worker has its circuit


@record
class ReapedJob:
    """A job that the reaper ended; `request_id` is that of the request that made it."""

    id: str
    circuit_id: str
    request_id: str | None


@record
class Reaped:
    """The jobs that a run of the reaper made terminal, and the numbers of rows it cleaned."""

    crashed: Sequence[ReapedJob] = ()  # failed: the last attempt lost its lease
    expired: Sequence[ReapedJob] = ()  # the deadline is over
    unserved: Sequence[ReapedJob] = ()  # failed: no worker has the circuit
    results_removed: int = 0
    rows_deleted: int = 0


@record
class QueueCounts:
    """The queue at one moment."""

    queued: Mapping[str, int]  # by circuit id
    running: int
    oldest_s: float  # age of the oldest queued job, 0 if none waits


class JobRefused(LimitError):
    """A job is not accepted.  `slug` is the problem of the HTTP API."""

    slug = "queue-full"


class TooManyJobs(JobRefused):
    """The tenant has as many unfinished jobs as it may have."""

    slug = "too-many-jobs"


class QueueFull(JobRefused):
    """The queue of the circuit, or the whole queue, has no place."""

    slug = "queue-full"


class IdempotencyKeyReused(JobRefused):
    """The idempotency key belongs to another request."""

    slug = "idempotency-key-reused"


class JobStore(Protocol):
    """The queue and its results; one object for each process.  All methods raise StoreUnavailable.

    A worker keeps the Job that `claim` returned: its lease is the proof of ownership in each later call,
    and False says that another worker has the job, or that it is finished: stop, and forget the result.
    """

    async def enqueue_all(self, new: Sequence[NewJob], limits: QueueLimits) -> list[Accepted]:
        """Commit all jobs or none.  Raises: JobRefused."""

    async def claim(
        self, circuits: Collection[str], worker: str, lease_s: float = LEASE_S, most: int = 1
    ) -> list[Job]:
        """Take the next job of these circuits, and up to `most` - 1 further ones of the same circuit."""

    async def heartbeat(self, job: Job, lease_s: float = LEASE_S) -> bool:
        """Extend the lease from now."""

    async def finish(self, job: Job, result: JobResult, ttl_s: float = RESULT_TTL_S) -> bool:
        """Store the result and remove the input."""

    async def fail(self, job: Job, code: str, retry: bool) -> bool:
        """Queue the job again if `retry` and an attempt is left, else fail it with this code."""

    async def release(self, job: Job) -> bool:
        """Queue the job again and do not count the attempt."""

    async def abandon(self, worker: str) -> int:
        """End the leases of a worker that died; the attempts count.  Returns the number of jobs."""

    async def cancel(self, job_id: str, tenant: str) -> Job | None:
        """Cancel an unfinished job, remove the result of a finished one.  Returns None if it does not exist."""

    async def get(self, job_id: str, tenant: str) -> Job | None:
        """Return a job of this tenant."""

    async def position(self, job: Job) -> int:
        """Return the number of queued jobs of the circuit that come before this one."""

    async def note_served(self, circuits: Collection[str]) -> None:
        """Note that a worker has these circuits now; workers repeat it each few seconds."""

    async def reap(self, retention: Retention) -> Reaped:
        """Make exhausted and overdue jobs terminal and remove what is too old; one process at a time."""

    async def counts(self) -> QueueCounts:
        """Return the depth and age of the queue."""

    async def wait(self, job_id: str, tenant: str, timeout_s: float) -> Job | None:
        """Return the job when it is finished, or as it is after `timeout_s`."""

    async def wait_for_work(self, timeout_s: float) -> None:
        """Return when a job may have been queued, at the latest after `timeout_s`."""


def new_job_id() -> str:
    """Return a new UUID of version 7: 48 bits of milliseconds, then 74 random bits (RFC 9562, 5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    number = (milliseconds << 80) | int.from_bytes(os.urandom(10), "big")
    number = number & ~(0xF << 76) | 0x7 << 76
    return str(UUID(int=number & ~(0x3 << 62) | 0x2 << 62))
