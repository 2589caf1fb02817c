"""Jobs as answers: wait for one within the limits, and write its state or its proof."""

from __future__ import annotations

import asyncio
import base64
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from zkctl.formats.json.bundle import bundle_text
from zkctl.service.proving.jobs import Job
from zkctl.service.proving.problems import JOB_PROBLEMS, Problem
from zkctl.service.proving.service import Service
from zkctl.service.proving.states import JobState
from zkctl.service.proving.verify import timestamp

MAX_WAIT_S, DEFAULT_WAIT_S = 55, 25
POLL_S = 1  # Retry-After of an unfinished job
_WAIT = re.compile(r"wait=([0-9]{1,2})")


@dataclass(frozen=True)
class Waiting:
    """The place in which requests wait: the application counts them."""

    app: FastAPI
    service: Service

    async def for_job(self, job: Job, seconds: float) -> Job:
        """Return the job when it is finished, at the latest after some seconds; at once if too many requests wait or the process stops."""
        state = self.app.state
        is_full = state.waiters >= self.service.settings.max_waiters
        if job.is_finished or seconds <= 0 or is_full:
            return job
        state.waiters += 1
        try:
            return await self._wait(job, seconds)
        finally:
            state.waiters -= 1

    async def _wait(self, job: Job, seconds: float) -> Job:
        waiting = asyncio.ensure_future(self.service.store.wait(job.id, job.tenant, seconds))
        stopping = asyncio.ensure_future(self.service.lifecycle.stopping())
        tasks: set[asyncio.Future[Any]] = {waiting, stopping}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            return (waiting.result() if waiting.done() else None) or job
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError, Exception):
                    await task


def prefer_of(request: Request) -> str:
    """Return the preferences of a request, in one line or several."""
    return ",".join(request.headers.getlist("prefer"))


def wait_seconds(prefer: str, default: int = DEFAULT_WAIT_S) -> int:
    """Return the seconds of a header Prefer: wait=N or respond-async; other preferences do not count.  Raises: Problem bad-header."""
    found = default
    for part in prefer.lower().split(","):
        text = part.strip()
        if text == "respond-async":
            return 0
        if text.startswith("wait"):
            match = _WAIT.fullmatch(text)
            if match is None or int(match[1]) > MAX_WAIT_S:
                raise Problem("bad-header", f"expected Prefer: wait=0 to wait={MAX_WAIT_S}")
            found = int(match[1])
    return found


async def release(service: Service, begun: float) -> None:
    """Wait until a multiple of the quantum after `begun` (monotonic seconds), so that the time of an answer says little about a proof."""
    quantum = service.settings.response_quantum_ms / 1000
    if quantum:
        elapsed = time.monotonic() - begun
        await asyncio.sleep(quantum - elapsed % quantum)


def job_document(service: Service, job: Job, position: int | None = None) -> dict[str, Any]:
    """Return the state of a job, with its proof if it is done."""
    made: dict[str, Any] = {
        "jobId": job.id,
        "state": job.state.value,
        "circuitId": job.circuit_id,
    }
    if job.state is JobState.DONE:
        made |= _proof_members(service, job)
    else:
        made["queuedAt"] = timestamp(job.queued_at)
    if position is not None and job.state is JobState.QUEUED:
        made["position"] = position
    if job.state is JobState.FAILED:
        made["error"] = problem_of_job(job).slug
    return marked(service, made)


def marked(service: Service, document: dict[str, Any]) -> dict[str, Any]:
    """Return an answer; one of the demo says so, because its holder is generated."""
    return document | {"demo": True} if service.settings.demo else document


def _proof_members(service: Service, job: Job) -> dict[str, Any]:
    circuit = service.registry.get(job.circuit_id)
    proof = job.proof or {}
    curve = str(proof.get("curve") or (circuit.curve if circuit else ""))
    made: dict[str, Any] = {"protocol": job.protocol, "curve": curve}
    if job.sealed_result is not None:
        made["sealedResult"] = base64.urlsafe_b64encode(job.sealed_result).decode().rstrip("=")
    else:
        signals = list(job.public_signals or [])
        made["proof"] = bundle_text(job.circuit_id, curve, job.protocol, proof, signals)
        made["publicSignals"] = signals
    made["statementId"] = (job.statement_id or b"").hex()
    made["expiresAt"] = timestamp(job.expires_at or 0)
    return made


def problem_of_job(job: Job) -> Problem:
    """Return the problem of a job without a proof; the place of a broken constraint comes after "@"."""
    headers = {"Location": f"/v1/zkp/jobs/{job.id}"}
    if job.state is JobState.EXPIRED:
        return Problem("not-ready", "the job was not finished by its deadline", headers=headers)
    if job.state is JobState.CANCELLED:
        return Problem("unknown-job", "the job was cancelled", headers=headers)
    code, _, place = (job.error_code or "internal").partition("@")
    if code == "sealing-key-gone":
        detail = "the sealing key does not exist any more: fetch the sealing keys and seal again"
        return Problem("invalid-input", detail, pointer="/sealedInputs", headers=headers)
    if code not in JOB_PROBLEMS:
        return Problem("internal", headers=headers)
    detail = f"a constraint is not satisfied: {place}" if place else ""
    return Problem(code, detail, headers=headers)


def unfinished(
    service: Service, job: Job, position: int | None, headers: Mapping[str, str]
) -> Response:
    """Return the answer 202: where the job is, and when to ask again."""
    more = {"Location": f"/v1/zkp/jobs/{job.id}", "Retry-After": str(POLL_S)} | dict(headers)
    return JSONResponse(job_document(service, job, position), 202, more)
