"""The job store on a database: each method is one statement or one transaction."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any, Self
from uuid import uuid4

from zkctl.runtime.records import names_of
from zkctl.service.proving.jobs import (
    LEASE_S,
    RESULT_TTL_S,
    Accepted,
    IdempotencyKeyReused,
    Job,
    JobRefused,
    JobResult,
    NewJob,
    QueueCounts,
    QueueFull,
    QueueLimits,
    Reaped,
    ReapedJob,
    Retention,
    TooManyJobs,
    new_job_id,
)
from zkctl.service.proving.states import JobState
from zkctl.service.proving.store.database import (
    FINISHED,
    QUEUED,
    Database,
    DatabaseSession,
    Row,
    Subscription,
)
from zkctl.service.proving.store.finished_jobs import FinishedJobs
from zkctl.service.proving.store.shared_work import SharedWork
from zkctl.service.proving.store.statements import json_value

_JSON = ("expected", "public_signals", "proof")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FIRST_PAUSE_S = 1.0  # before the second attempt; doubles


class JobQueue:
    """The queue in a database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._finished = FinishedJobs(database)
        self._open_subscriptions = AsyncExitStack()
        self._work: Subscription | None = None
        self._enqueuing: SharedWork[list[Accepted]] = SharedWork()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the database."""
        await self._finished.close()
        await self._open_subscriptions.aclose()
        await self.database.close()

    # -- the API's side

    async def enqueue_all(self, new: Sequence[NewJob], limits: QueueLimits) -> list[Accepted]:
        """Commit all jobs or none.  Raises: JobRefused."""
        name = tuple((each.tenant, each.idempotency, each.request_digest) for each in new)
        if any(each.idempotency is None for each in new):
            return await self._insert_all(new, limits)
        # equal requests that arrive together take one turn and one connection, not one each
        is_equal = self._enqueuing.is_running(name)
        found = await self._enqueuing.result(name, lambda: self._insert_all(new, limits))
        return [Accepted(each.job, each.replayed or is_equal) for each in found]

    async def _insert_all(self, new: Sequence[NewJob], limits: QueueLimits) -> list[Accepted]:
        async with self.database.transaction(serial=True) as session:
            return [await _insert(session, each, limits) for each in new]

    async def get(self, job_id: str, tenant: str) -> Job | None:
        """Return a job of this tenant."""
        if not _ID.fullmatch(job_id):
            return None
        return _first(await self.database.run("jobs.get", id=job_id, tenant=tenant))

    async def cancel(self, job_id: str, tenant: str) -> Job | None:
        """Cancel an unfinished job, remove the result of a finished one.  Returns None if it does not exist."""
        if not _ID.fullmatch(job_id):
            return None
        async with self.database.transaction() as session:
            rows = await session.run("jobs.cancel", id=job_id, tenant=tenant)
            await _notify(session, FINISHED, rows)
            rows = rows or await session.run("jobs.remove_result", id=job_id, tenant=tenant)
            return _first(rows or await session.run("jobs.get", id=job_id, tenant=tenant))

    async def position(self, job: Job) -> int:
        """Return the number of queued jobs of the circuit that come before this one."""
        values = {name: getattr(job, name) for name in ("id", "circuit_id", "priority", "turn")}
        (row,) = await self.database.run("jobs.position", **values)
        return int(row["before"])

    async def wait(self, job_id: str, tenant: str, timeout_s: float) -> Job | None:
        """Return the job when it is finished, or as it is after `timeout_s`."""
        async with self._finished.expect(job_id) as finished:
            job = await self.get(job_id, tenant)
            if job is None or job.is_finished:
                return job
            await asyncio.wait({finished}, timeout=timeout_s)
        return await self.get(job_id, tenant)

    async def counts(self) -> QueueCounts:
        """Return the depth and age of the queue."""
        rows = await self.database.run("jobs.counts")
        return QueueCounts(
            queued={row["circuit_id"]: row["queued"] for row in rows if row["queued"]},
            running=sum(row["running"] for row in rows),
            oldest_s=max((float(row["oldest_s"]) for row in rows), default=0.0),
        )

    # -- the worker's side

    async def claim(
        self, circuits: Collection[str], worker: str, lease_s: float = LEASE_S, most: int = 1
    ) -> list[Job]:
        """Take the next job of these circuits, and up to `most` - 1 further ones of the same circuit."""
        taken = await self._claim(circuits, worker, lease_s, 1)
        if taken and most > 1:
            taken += await self._claim([taken[0].circuit_id], worker, lease_s, most - 1)
        return taken

    async def _claim(
        self, circuits: Collection[str], worker: str, lease_s: float, most: int
    ) -> list[Job]:
        rows = await self.database.run(
            "jobs.claim",
            circuits=self._list(circuits),
            worker=worker,
            lease=str(uuid4()),
            lease_s=lease_s,
            most=most,
        )
        return sorted(map(_job, rows), key=lambda job: (-job.priority, job.turn, job.id))

    async def heartbeat(self, job: Job, lease_s: float = LEASE_S) -> bool:
        """Extend the lease from now."""
        values = {"id": job.id, "lease": job.lease, "lease_s": lease_s}
        return bool(await self.database.run("jobs.heartbeat", **values))

    async def finish(self, job: Job, result: JobResult, ttl_s: float = RESULT_TTL_S) -> bool:
        """Store the result and remove the input."""
        values = {
            "public_signals": _json(result.public_signals),
            "proof": _json(result.proof),
            "sealed_result": result.sealed_result,
            "statement_id": result.statement_id,
            "zkey_digest": result.zkey_digest,
            "vkey_digest": result.vkey_digest,
        }
        return await self._end("jobs.finish", FINISHED, job, ttl_s=ttl_s, **values)

    async def fail(self, job: Job, code: str, retry: bool) -> bool:
        """Queue the job again if `retry` and an attempt is left, else fail it with this code."""
        pause_s = _FIRST_PAUSE_S * 2 ** (job.attempt - 1)
        if retry and await self._end("jobs.retry", QUEUED, job, code=code, pause_s=pause_s):
            return True
        return await self._end("jobs.fail", FINISHED, job, code=code)

    async def release(self, job: Job) -> bool:
        """Queue the job again and do not count the attempt."""
        return await self._end("jobs.release", QUEUED, job)

    async def _end(self, statement: str, channel: str, job: Job, **values: Any) -> bool:
        """End the lease of a job by a statement; the lease in its condition is the fence."""
        async with self.database.transaction() as session:
            rows = await session.run(statement, id=job.id, lease=job.lease, **values)
            await _notify(session, channel, rows)
        return bool(rows)

    async def abandon(self, worker: str) -> int:
        """End the leases of a worker that died; the attempts count.  Returns the number of jobs."""
        async with self.database.transaction() as session:
            exhausted = await session.run("jobs.abandon_exhausted", worker=worker)
            queued = await session.run("jobs.abandon", worker=worker)
            await _notify(session, FINISHED, exhausted)
            await _notify(session, QUEUED, queued)
        return len(exhausted) + len(queued)

    async def note_served(self, circuits: Collection[str]) -> None:
        """Note that a worker has these circuits now; workers repeat it each few seconds."""
        await self.database.run("jobs.note_served", circuits=self._list(circuits))

    async def wait_for_work(self, timeout_s: float) -> None:
        """Return when a job may have been queued, at the latest after `timeout_s`."""
        if self._work is None:
            subscription = self.database.subscribe(QUEUED)
            self._work = await self._open_subscriptions.enter_async_context(subscription)
        if await self._work.next(timeout_s) is not None:
            while await self._work.next(0) is not None:  # one look at the table serves all
                pass

    # -- the reaper

    async def reap(self, retention: Retention) -> Reaped:
        """Make exhausted and overdue jobs terminal and remove what is too old; one process at a time."""
        async with self.database.transaction() as session:
            (lock,) = await session.run("jobs.reaper_lock")
            if not lock["is_mine"]:
                return Reaped()
            expired = await session.run("jobs.reap_expired")
            crashed = await session.run("jobs.reap_crashed")
            unserved = await session.run("jobs.reap_unserved", unserved_s=retention.unserved_s)
            await _notify(session, FINISHED, [*expired, *crashed, *unserved])
            removed = await session.run("jobs.remove_results")
            await session.run("jobs.forget_keys", idempotency_s=retention.idempotency_s)
            deleted = await session.run("jobs.delete_rows", rows_s=retention.rows_s)
            await session.run("challenges.delete", challenges_s=retention.challenges_s)
            await session.run("audit.delete", audit_s=retention.audit_s)
        return Reaped(
            crashed=_reaped(crashed),
            expired=_reaped(expired),
            unserved=_reaped(unserved),
            results_removed=len(removed),
            rows_deleted=len(deleted),
        )

    def _list(self, names: Collection[str]) -> list[str] | str:
        """Return a list as a parameter: an array, or JSON for SQLite."""
        return list(names) if self.database.kind == "postgresql" else json.dumps(list(names))


async def _insert(session: DatabaseSession, new: NewJob, limits: QueueLimits) -> Accepted:
    values = {name: getattr(new, name) for name in names_of(new) or ()}
    values |= {"id": new_job_id(), "expected": _json(new.expected)}
    rows = await session.run(
        "jobs.insert",
        **values,
        jobs_per_tenant=limits.jobs_per_tenant,
        queued_per_circuit=limits.queued_per_circuit,
        queued_in_all=limits.queued,
    )
    await _notify(session, QUEUED, rows)
    if rows:
        return Accepted(_job(rows[0]), replayed=False)
    return await _replay(session, new, limits)


async def _replay(session: DatabaseSession, new: NewJob, limits: QueueLimits) -> Accepted:
    """Return the earlier job with the idempotency key.  Raises: JobRefused if there is none."""
    if new.idempotency is not None:
        values = {"tenant": new.tenant, "idempotency": new.idempotency}
        earlier = _first(await session.run("jobs.with_key", **values))
        if earlier is not None and earlier.request_digest != new.request_digest:
            raise IdempotencyKeyReused("the idempotency key belongs to another request")
        if earlier is not None:
            return Accepted(earlier, replayed=True)
    values = {"tenant": new.tenant, "circuit_id": new.circuit_id}
    (load,) = await session.run("jobs.load", **values)
    raise _refusal(load, limits)


def _refusal(load: Row, limits: QueueLimits) -> JobRefused:
    if load["of_tenant"] >= limits.jobs_per_tenant:
        return TooManyJobs(
            f"the tenant has {load['of_tenant']} unfinished jobs: expected fewer than {limits.jobs_per_tenant}"
        )
    if load["of_circuit"] >= limits.queued_per_circuit:
        return QueueFull(
            f"{load['of_circuit']} jobs of the circuit wait: expected fewer than {limits.queued_per_circuit}"
        )
    return QueueFull(f"{load['queued']} jobs wait: expected fewer than {limits.queued}")


async def _notify(session: DatabaseSession, channel: str, rows: Sequence[Row]) -> None:
    for row in rows:
        await session.notify(channel, row["id"])


def _job(row: Row) -> Job:
    values: Mapping[str, Any] = {name: row[name] for name in Job.__match_args__}
    decoded = {name: json_value(values[name]) for name in _JSON}
    return Job(**{**values, **decoded, "state": JobState(values["state"])})


def _first(rows: Sequence[Row]) -> Job | None:
    return _job(rows[0]) if rows else None


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, separators=(",", ":"))


def _reaped(rows: Sequence[Row]) -> tuple[ReapedJob, ...]:
    return tuple(ReapedJob(row["id"], row["circuit_id"], row["request_id"]) for row in rows)
