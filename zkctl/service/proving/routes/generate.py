"""POST /v1/zkp/generate and /v1/zkp/generate/batch."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from zkctl.service.proving.acceptance import INVALID, ProofRequest, new_job
from zkctl.service.proving.access import Caller, Scope, check_flag
from zkctl.service.proving.answers import (
    Waiting,
    job_document,
    prefer_of,
    problem_of_job,
    release,
    unfinished,
    wait_seconds,
)
from zkctl.service.proving.bodies import read_json, shaped
from zkctl.service.proving.jobs import Accepted, JobRefused, NewJob, TooManyJobs
from zkctl.service.proving.openapi import operation
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.routes.dependencies import call_of
from zkctl.service.proving.schemas import (
    GenerateBatchShape,
    GenerateShape,
    JobAnswer,
    JobsAnswer,
    ProofAnswer,
)
from zkctl.service.proving.service import Service
from zkctl.service.proving.states import JobState
from zkctl.service.proving.store.open import queue_limits
from zkctl.service.proving.tracing import TraceStep

router = APIRouter()
_IDEMPOTENCY = re.compile(r"[\x21-\x7e]{1,128}")
_PATH = "/v1/zkp/generate"
_PROBLEMS = (
    *(INVALID, "invalid-pid", "unknown-pid", "unsatisfied", "idempotency-key-reused"),
    *("unknown-circuit", "mode-disabled", "circuit-unavailable", "worker-crashed", "zkp-disabled"),
    *("rate-limited", "too-many-jobs", "queue-full"),
)


@router.post(
    _PATH,
    **operation(
        "Make a proof, or a job that makes it",
        *_PROBLEMS,
        answers={200: ProofAnswer, 202: JobAnswer},
        body=GenerateShape,
        scope="prove",
    ),
)
async def generate(request: Request) -> Response:
    """Accept a job, wait for it as long as the caller likes, and return its proof or where it is."""
    call = await call_of(request, Scope.PROVE)
    service, caller = call.service, call.caller
    begun = time.monotonic()
    seconds = wait_seconds(prefer_of(request))
    call.rates.check(Scope.PROVE, caller)
    check_flag(service, caller)
    with service.tracing.step(TraceStep.PARSE):
        raw = await read_json(request, service)
        body = shaped(GenerateShape, raw, INVALID)
        asked = ProofRequest(service, caller, body, raw, _PATH, _idempotency(request))
        job = await new_job(asked)
    queued_ns = service.tracing.now_ns()
    accepted = (await _enqueue(service, caller, [job]))[0]
    headers = _headers(service, accepted, job.mode)
    found = await Waiting(request.app, service).for_job(accepted.job, seconds)
    service.tracing.job(accepted, found, queued_ns)
    if not found.is_finished:
        position = await service.store.position(found)
        return unfinished(service, found, position, headers)
    await release(service, begun)
    if found.state is JobState.DONE:
        return JSONResponse(job_document(service, found), 200, headers)
    problem = problem_of_job(found)
    problem.more_headers |= headers
    raise problem


@router.post(
    f"{_PATH}/batch",
    **operation(
        "Make many proofs",
        *_PROBLEMS,
        answers={202: JobsAnswer},
        body=GenerateBatchShape,
        scope="prove",
    ),
)
async def generate_batch(request: Request) -> Response:
    """Accept all requests, each as a job, or none."""
    call = await call_of(request, Scope.PROVE)
    service, caller = call.service, call.caller
    check_flag(service, caller)
    with service.tracing.step(TraceStep.PARSE):
        raw: Any = await read_json(request, service, is_batch=True)
    body = shaped(GenerateBatchShape, raw, INVALID)
    n_requests, settings = len(body.requests), service.settings
    limit = min(settings.max_generate_batch, settings.max_unfinished_per_tenant)
    if n_requests > limit:  # more than the tenant's unfinished jobs would be refused each time
        detail = f"too many requests: expected at most {limit}, got {n_requests}"
        raise Problem(INVALID, detail, pointer="/requests")
    call.rates.check(Scope.PROVE, caller, n_requests)
    key, path = _idempotency(request), f"{_PATH}/batch"
    jobs = []
    for k, (each, given) in enumerate(zip(body.requests, raw["requests"], strict=True)):
        own_key = f"{key}#{k}" if key else ""
        asked = ProofRequest(service, caller, each, given, path, own_key, f"/requests/{k}")
        jobs.append(await new_job(asked))
    with service.tracing.step(TraceStep.QUEUE):
        accepted = await _enqueue(service, caller, jobs)
    documents = [job_document(service, each.job) for each in accepted]
    headers = _headers(service, accepted[0], jobs[0].mode)
    return JSONResponse({"jobs": documents}, 202, headers | {"Retry-After": "1"})


def _idempotency(request: Request) -> str:
    keys = request.headers.getlist("idempotency-key")
    if len(keys) > 1:
        raise Problem("bad-header", "expected one header Idempotency-Key")
    key = keys[0] if keys else None
    if key is not None and not _IDEMPOTENCY.fullmatch(key):
        raise Problem("bad-header", "expected an Idempotency-Key of 1 to 128 visible characters")
    return key or ""


async def _enqueue(service: Service, caller: Caller, jobs: Sequence[NewJob]) -> list[Accepted]:
    """Commit the jobs before the answer.  Raises: Problem queue-full, too-many-jobs, idempotency-key-reused."""
    limits = queue_limits(service.settings)
    try:
        accepted: list[Accepted] = await service.store.enqueue_all(jobs, limits)
    except TooManyJobs as refusal:
        detail = f"too many unfinished jobs: expected at most {limits.jobs_per_tenant} of a tenant"
        raise Problem(refusal.slug, detail) from None
    except JobRefused as refusal:
        raise Problem(refusal.slug) from None
    for each in accepted:
        service.tracing.note(circuit_id=each.job.circuit_id, user_id=caller.subject)
        service.log.event(
            "job_queued",
            circuit_id=each.job.circuit_id,
            user_id=caller.subject,
            request_id=caller.request_id,
        )
    return accepted


def _headers(service: Service, accepted: Accepted, mode: str) -> dict[str, str]:
    """Return who can read the witness, and whether an earlier job answers."""
    is_own = mode == "inputs" and service.settings.is_loopback
    visible = "provider" if mode == "custodial" else "holder-host" if is_own else "worker"
    replayed = {"Idempotency-Replayed": "true"} if accepted.replayed else {}
    return {"Zkp-Witness-Visible": visible} | replayed
