"""A worker: claims jobs of the circuits that it has open, proves them one at a time, and stores the results.

The proof runs in a thread, the heartbeats beside it in the event loop.  A lease that is lost makes the worker forget the proof.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zkctl.errors import InputError, LimitError, UnsatisfiedError, ZkctlError
from zkctl.formats.json.bundle import bundle_text
from zkctl.formats.json.strict import load_json
from zkctl.runtime.records import record
from zkctl.service.proving.jobs import JobResult
from zkctl.service.proving.prover import CircuitProver, ProvedStatement, WrongStatement
from zkctl.service.proving.sealed import (
    SealedFor,
    SealingKeyGone,
    SealingPrivateKeys,
    seal_result,
)

if TYPE_CHECKING:
    from zkctl.service.proving.jobs import Job, JobStore
    from zkctl.service.proving.logs import Log
    from zkctl.service.proving.metrics import Metrics
    from zkctl.service.proving.recycling import Recycling
    from zkctl.service.proving.settings import ServiceSettings

NOTE_S = 10.0  # between two notes of the circuits that this worker has
RETRY_S = 1.0  # after an error of the store
_MAX_PLACE = 200  # characters of the place of a constraint
_MAX_PLAINTEXT = 4 << 20


@record
class JobFailure:
    """The end of a job without a proof: its code, the reason of the metric, and whether another attempt may help."""

    code: str
    reason: str
    retry: bool = False


def failure_of(problem: Exception) -> JobFailure:
    """Return the failure that an exception stands for; no value of it is kept."""
    if isinstance(problem, UnsatisfiedError):
        place = problem.public_where.partition("\n")[0][:_MAX_PLACE]
        return JobFailure(f"unsatisfied@{place}" if place else "unsatisfied", "unsatisfied")
    if isinstance(problem, SealingKeyGone):
        return JobFailure("sealing-key-gone", "key")
    if isinstance(problem, WrongStatement):
        return JobFailure("wrong-statement", "internal")
    if isinstance(problem, InputError | LimitError):
        return JobFailure("invalid-input", "invalid-input")
    return JobFailure("internal", "internal", retry=True)


@dataclass
class Reports:
    """The reports of a worker to its parent: begin and end of each job, so that the parent can end a worker that takes too long."""

    began: Callable[[str], None] = lambda _circuit: None
    ended: Callable[[], None] = lambda: None


@dataclass
class Worker:
    """One worker; `private` are the sealing keys, which the parent replaces each day."""

    name: str
    settings: ServiceSettings
    store: JobStore
    provers: Mapping[str, CircuitProver]
    private: SealingPrivateKeys
    metrics: Metrics
    log: Log
    recycling: Recycling
    reports: Reports

    def __post_init__(self) -> None:
        """Begin without a job."""
        self.stopping = asyncio.Event()
        self.is_outdated = False  # the circuits on disk may have changed
        self._held: list[Job] = []
        self._noted = -NOTE_S

    async def run(self) -> str:
        """Work until `stopping` is set or the worker should be replaced; return the reason to be replaced, or nothing."""
        while not self.stopping.is_set():
            reason = "reload" if self.is_outdated else self.recycling.reason()
            if reason:
                return reason
            try:
                await self._step()
            except ZkctlError:  # the store is unavailable
                await self._pause(RETRY_S)
        return ""

    async def release(self) -> None:
        """Put all jobs back without counting their attempts; for a worker that must end before its proof does."""
        for job in self._held:
            await self.store.release(job)

    async def _step(self) -> None:
        circuits, most = list(self.provers), self.settings.witness_batch
        if time.monotonic() - self._noted > NOTE_S:
            await self.store.note_served(circuits)
            self._noted = time.monotonic()
        self._held = await self.store.claim(circuits, self.name, self.settings.lease_s, most)
        if not self._held:
            await self._first(self.store.wait_for_work(self.settings.poll_s))
            return
        beating = asyncio.create_task(self._beat())
        try:
            while self._held and not self.stopping.is_set():
                await self._work(self._held[0])
                del self._held[0]
            await self.release()
        finally:
            beating.cancel()
            self._held = []

    async def _work(self, job: Job) -> None:
        """Prove one job and store its result or failure."""
        begun = time.monotonic()
        self.reports.began(job.circuit_id)
        if job.attempt > 1:
            self.log.event(
                "job_retried",
                circuit_id=job.circuit_id,
                user_id=job.subject,
                request_id=job.request_id,
            )
        if job.started_at is not None:
            self.metrics.job_waited(job.started_at - job.queued_at)
        try:
            statement = await asyncio.to_thread(self._prove, job)
            result = self._result(job, statement)
            stored = await self._persist(
                lambda: self.store.finish(job, result, self.settings.result_ttl_s)
            )
            if stored:
                self._note_generated(job, time.monotonic() - begun)
        except Exception as problem:
            await self._fail(job, failure_of(problem), type(problem).__name__)
        finally:
            self.recycling.count_job()
            self.reports.ended()

    def _prove(self, job: Job) -> ProvedStatement:
        sealed_for = SealedFor(job.circuit_id, job.tenant, job.sealing_aad or b"")
        plaintext = self.private.open(job.sealed_input or b"", sealed_for)
        members = load_json(plaintext, where="inputs", max_bytes=_MAX_PLAINTEXT)
        inputs = members.get("inputs") if isinstance(members, dict) else None
        if not isinstance(inputs, dict):
            raise InputError('the sealed inputs are malformed: expected {"inputs": {...}}')
        return self.provers[job.circuit_id].prove(inputs, job.expected or {})

    def _result(self, job: Job, statement: ProvedStatement) -> JobResult:
        circuit = self.provers[job.circuit_id].circuit
        facts: dict[str, Any] = {
            "statement_id": statement.statement_id,
            "zkey_digest": circuit.digests["zkey"],
            "vkey_digest": circuit.digests["vkey"],
        }
        proof, signals = statement.proof, statement.public_signals
        if job.result_key is None:
            return JobResult(**facts, proof=proof, public_signals=signals)
        text = bundle_text(circuit.id, circuit.curve, circuit.protocol, proof, signals)
        message = seal_result(text.encode(), result_key=job.result_key, job_id=job.id)
        return JobResult(**facts, sealed_result=message)

    async def _fail(self, job: Job, failure: JobFailure, kind: str) -> None:
        if await self._persist(lambda: self.store.fail(job, failure.code, failure.retry)):
            self.metrics.proof_failed(job.circuit_id, failure.reason)
            self.log.event(
                "proof_generation_failed",
                level="warning",
                circuit_id=job.circuit_id,
                user_id=job.subject,
                request_id=job.request_id,
                code=failure.code.partition("@")[0],
                reason=kind,
            )

    async def _persist(self, change: Callable[[], Awaitable[bool]]) -> bool:
        """Store the end of a job; while the database is away the proof stays in memory, until the lease is over."""
        until = time.monotonic() + self.settings.lease_s
        while True:
            try:
                return await change()
            except ZkctlError:
                if time.monotonic() > until:
                    return False
                await asyncio.sleep(RETRY_S)

    def _note_generated(self, job: Job, seconds: float) -> None:
        self.metrics.proof_generated(job.circuit_id, seconds)
        self.log.event(
            "proof_generated",
            circuit_id=job.circuit_id,
            duration_ms=1000 * seconds,
            user_id=job.subject,
            request_id=job.request_id,
        )

    async def _beat(self) -> None:
        """Extend the leases until the jobs end; a lost lease shows when the result is stored."""
        while True:
            await asyncio.sleep(self.settings.heartbeat_s)
            for job in list(self._held):
                with suppress(ZkctlError):  # the next heartbeat may reach the store
                    await self.store.heartbeat(job, self.settings.lease_s)

    async def _pause(self, seconds: float) -> None:
        await self._first(asyncio.sleep(seconds))

    async def _first(self, waiting: Awaitable[Any]) -> None:
        """Wait for something, or for the order to stop."""
        tasks = [asyncio.ensure_future(waiting), asyncio.ensure_future(self.stopping.wait())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
        for task in tasks:
            if task.done() and not task.cancelled() and task.exception() is not None:
                raise task.exception()  # type: ignore[misc]
