"""GET and DELETE /v1/zkp/jobs/{id}; a job of another tenant does not exist."""

from __future__ import annotations

import time
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from zkctl.service.proving.answers import (
    POLL_S,
    Waiting,
    job_document,
    prefer_of,
    release,
    wait_seconds,
)
from zkctl.service.proving.jobs import Job
from zkctl.service.proving.openapi import operation
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.routes.dependencies import CurrentService, Proving
from zkctl.service.proving.schemas import JobAnswer
from zkctl.service.proving.service import Service
from zkctl.service.proving.states import JobState

router = APIRouter()
_PATH = "/v1/zkp/jobs/{job_id}"


@router.get(
    _PATH,
    **operation(
        "Return a job", "unknown-job", "job-expired", answers={200: JobAnswer}, scope="prove"
    ),
)
async def job(job_id: str, request: Request, service: CurrentService, caller: Proving) -> Response:
    """Return the state of a job, and its proof when it is done."""
    begun = time.monotonic()
    seconds = wait_seconds(prefer_of(request), default=0)
    found = await _job(service, job_id, caller.tenant)
    was_finished = found.is_finished
    found = await Waiting(request.app, service).for_job(found, seconds)
    _check_kept(found)
    if found.is_finished:
        if not was_finished:
            await release(service, begun)
        return JSONResponse(job_document(service, found))
    position = await service.store.position(found)
    headers = {"Retry-After": str(POLL_S)}
    return JSONResponse(job_document(service, found, position), headers=headers)


@router.delete(
    _PATH, **operation("Cancel a job", "unknown-job", answers={200: JobAnswer}, scope="prove")
)
async def cancel(job_id: str, service: CurrentService, caller: Proving) -> Response:
    """Cancel an unfinished job, or remove the result of a finished one."""
    await _job(service, job_id, caller.tenant)
    found = await service.store.cancel(_canonical(job_id), caller.tenant)
    if found is None:
        raise Problem("unknown-job")
    return JSONResponse(
        {"jobId": found.id, "state": found.state.value, "circuitId": found.circuit_id}
    )


async def _job(service: Service, job_id: str, tenant: str) -> Job:
    found: Job | None = await service.store.get(_canonical(job_id), tenant)
    if found is None:
        raise Problem("unknown-job")
    return found


def _canonical(job_id: str) -> str:
    try:
        text = str(UUID(job_id))
    except ValueError:
        text = ""
    if text != job_id:
        raise Problem("unknown-job")
    return text


def _check_kept(job: Job) -> None:
    if job.state is JobState.DONE and job.removed_at is not None:
        raise Problem("job-expired")
