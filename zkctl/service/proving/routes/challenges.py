"""POST /v1/zkp/challenges: a nonce that a proof must answer, once."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from zkctl.errors import InputError
from zkctl.service.proving.access import Scope
from zkctl.service.proving.bodies import read_json, shaped
from zkctl.service.proving.openapi import operation
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.routes.dependencies import call_of
from zkctl.service.proving.schemas import ChallengeAnswer, ChallengeShape

router = APIRouter()


@router.post(
    "/v1/zkp/challenges",
    **operation(
        "Make a challenge",
        "invalid-input",
        "rate-limited",
        answers={200: ChallengeAnswer},
        body=ChallengeShape,
        scope="verify",
    ),
)
async def challenge(request: Request) -> Response:
    """Store a fresh nonce, and return it with the context that a proof must have."""
    call = await call_of(request, Scope.VERIFY)
    service, caller = call.service, call.caller
    call.rates.check(Scope.VERIFY, caller)
    body = shaped(ChallengeShape, await read_json(request, service), "invalid-input")
    longest = service.settings.max_challenge_ttl_s
    if body.ttl_s > longest:
        raise Problem("invalid-input", f"expected at most {longest} seconds", pointer="/ttl_s")
    try:
        made = await service.uses.challenges.issue(
            caller.tenant, body.verifier_id, body.scope, body.ttl_s
        )
    except InputError:
        detail = "expected a verifier's name in printable characters"
        raise Problem("invalid-input", detail, pointer="/verifierId") from None
    return JSONResponse(
        {"nonce": str(made.nonce), "expiry": made.expiry, "context": str(made.context)}
    )
