"""GET /v1/zkp/sealing-keys: the keys of workers that clients seal inputs to."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from zkctl.service.proving.openapi import operation
from zkctl.service.proving.routes.dependencies import CurrentService

router = APIRouter()


@router.get(
    "/v1/zkp/sealing-keys",
    **operation("List the sealing keys", answers={200: "application/json"}),
)
async def sealing_keys(service: CurrentService) -> Response:
    """Return the keys with the service's signatures, the one to use first."""
    sealing = service.sealing
    keys = [] if sealing is None else sealing.documents()
    signed_by = "" if sealing is None else sealing.signed_by
    return JSONResponse({"keys": keys, "signedBy": signed_by})
