"""The admin listener: metrics, and reading the circuits again; it is bound to loopback by default and needs no key there."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from zkctl.errors import EnvironmentProblem, ZkctlError
from zkctl.service.proving.openapi import operation
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.routes.dependencies import OF_THIS_MACHINE, CurrentService, check_no_page
from zkctl.service.proving.series import CONTENT_TYPE

router = APIRouter(dependencies=OF_THIS_MACHINE)


@router.get("/metrics", **operation("Metrics", "not-ready", answers={200: "text/plain"}))
async def metrics(service: CurrentService) -> Response:
    """Return the metrics of all processes in the text format of Prometheus."""
    try:
        text = await service.parent.metrics_text()
    except EnvironmentProblem:
        raise Problem("not-ready", "the parent process does not answer") from None
    return Response(text, media_type=CONTENT_TYPE)


@router.post(
    "/admin/reload",
    **operation(
        "Read the circuits again", "circuit-unavailable", answers={200: "application/json"}
    ),
)
async def reload(request: Request, service: CurrentService) -> Response:
    """Read lock, service.yaml and files again; the workers do so after their job.  On an error the circuits stay as they are."""
    check_no_page(request)
    try:
        await asyncio.to_thread(service.registry.reload, service.settings, service.service_file)
    except ZkctlError:
        raise Problem("circuit-unavailable", "lock or service.yaml cannot be read") from None
    ids = [each.id for each in service.registry]
    service.metrics.set_circuits(ids)
    service.log.set_circuits(ids)
    if service.parent is not None:
        service.parent.reload_workers()
    states = {each.id: {"state": each.state, "reason": each.reason} for each in service.registry}
    return JSONResponse({"circuits": states})
