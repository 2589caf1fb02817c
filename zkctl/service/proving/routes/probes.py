"""GET /health, /health/live and /health/ready; no key is needed."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from zkctl.service.proving import health as states
from zkctl.service.proving.health import Circuits, Parts
from zkctl.service.proving.openapi import operation
from zkctl.service.proving.routes.dependencies import CurrentService
from zkctl.service.proving.schemas import HealthAnswer
from zkctl.service.proving.service import Service

router = APIRouter()


@router.get("/health", **operation("Health", answers={200: HealthAnswer, 503: HealthAnswer}))
async def health(service: CurrentService) -> Response:
    """Return status, circuits and database, in this order; 503 if unhealthy."""
    status, body = states.health(await parts_of(service))
    return JSONResponse(body, status)


@router.get("/health/live", **operation("Liveness", answers={200: "application/json"}))
async def live() -> Response:
    """Return 200: the process answers."""
    status, body = states.liveness()
    return JSONResponse(body, status)


@router.get("/health/ready", **operation("Readiness", answers={200: "application/json"}))
async def ready(service: CurrentService) -> Response:
    """Return 200 if new requests are welcome, else 503 with the failed parts by name."""
    status, body = states.readiness(await parts_of(service))
    return JSONResponse(body, status)


async def parts_of(service: Service) -> Parts:
    """Return the states of the parts."""
    if service.parts is not None:
        found: Parts = await service.parts()
        return found
    return Parts(circuits=Circuits(service.registry.state), database=states.Database.CONNECTED)
