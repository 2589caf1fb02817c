"""GET /v1/zkp/sealing-keys: the keys of workers that clients seal inputs to."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from zkctl.service.proving.access import Scope, caller_of
from zkctl.service.proving.openapi import operation
from zkctl.service.proving.routes.dependencies import CurrentService

router = APIRouter()


@router.get(
    "/v1/zkp/sealing-keys",
    **operation(
        "List the sealing keys",
        "key-invalid",
        "scope-missing",
        "database-unavailable",
        answers={200: "application/json"},
    ),
)
async def sealing_keys(request: Request, service: CurrentService) -> Response:
    """Return the keys with the service's signatures, the one to use first; with a key also its tenant, which inputs are sealed for."""
    sealing = service.sealing
    made = {
        "keys": [] if sealing is None else sealing.documents(),
        "signedBy": "" if sealing is None else sealing.signed_by,
    }
    if "authorization" in request.headers or service.settings.no_auth:
        made["tenant"] = (await caller_of(request, service, Scope.PROVE)).tenant
    return JSONResponse(made)
