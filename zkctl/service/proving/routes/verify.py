"""POST /v1/zkp/verify and /v1/zkp/verify/batch."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from zkctl.service.proving.access import Scope, check_flag
from zkctl.service.proving.answers import marked
from zkctl.service.proving.bodies import parse_object, read_json, read_raw, shaped
from zkctl.service.proving.openapi import operation
from zkctl.service.proving.policy import Expectation, expectation_of
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.routes.dependencies import ScopedCall, call_of
from zkctl.service.proving.schemas import (
    ExpectShape,
    VerifyAnswer,
    VerifyBatchAnswer,
    VerifyBatchShape,
    VerifyShape,
)
from zkctl.service.proving.service import Service
from zkctl.service.proving.shadow import Shadow
from zkctl.service.proving.statement import read_statements
from zkctl.service.proving.tracing import TraceStep
from zkctl.service.proving.verify import verify_statements, would_accept

router = APIRouter()
MALFORMED = "invalid-proof-structure"
_PROBLEMS = (
    *(MALFORMED, "wrong-signal-count", "not-canonical", "invalid-input", "unknown-circuit"),
    *("circuit-unavailable", "rate-limited", "zkp-disabled", "clock"),
)


@router.post(
    "/v1/zkp/verify",
    **operation(
        "Verify a proof",
        *_PROBLEMS,
        answers={200: VerifyAnswer},
        body=VerifyShape,
        scope="verify",
    ),
)
async def verify(request: Request) -> Response:
    """Return the verdict on one statement; a proof that does not hold is an answer 200 with valid = false."""
    call = await call_of(request, Scope.VERIFY)
    service, caller = call.service, call.caller
    call.rates.check(Scope.VERIFY, caller)
    shadow: Shadow = request.app.state.shadow
    if shadow.has(caller):
        return await shadow.answer(request, caller, partial(_accepts, service))
    check_flag(service, caller)
    with service.tracing.step(TraceStep.PARSE):
        value = await read_json(request, service)
        body = shaped(VerifyShape, value, MALFORMED)
        expect = _expectation(body.expect)
        found = read_statements(service.registry, body.circuit_id, [value], ["$"])
    await service.admission.pairing(request)
    outcomes = await verify_statements(service, caller, found, expect)
    return JSONResponse(marked(service, outcomes[0].document()))


@router.post(
    "/v1/zkp/verify/batch",
    **operation(
        "Verify many proofs of one circuit",
        *_PROBLEMS,
        answers={200: VerifyBatchAnswer},
        body=VerifyBatchShape,
        scope="verify",
    ),
)
async def verify_batch(request: Request) -> Response:
    """Return the verdict on each statement."""
    call = await call_of(request, Scope.VERIFY)
    service, caller = call.service, call.caller
    check_flag(service, caller)
    raw = await read_raw(request, service, is_batch=True)
    with service.admission.batch():
        with service.tracing.step(TraceStep.PARSE):
            value = await asyncio.to_thread(parse_object, raw, service)
        results = await _verify_batch(call, value)
    answer = {"valid": all(each["valid"] for each in results), "results": results}
    return JSONResponse(marked(service, answer))


async def _verify_batch(call: ScopedCall, value: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the answer for each statement.  Raises: Problem."""
    service, caller = call.service, call.caller
    body = shaped(VerifyBatchShape, value, MALFORMED)
    n_statements, limit = len(body.statements), service.settings.max_verify_batch
    if n_statements > limit:
        detail = f"too many statements: expected at most {limit}, got {n_statements}"
        raise Problem(MALFORMED, detail, pointer="/statements")
    call.rates.check(Scope.VERIFY, caller, n_statements)
    expect = _expectation(body.expect)
    items: list[Any] = value["statements"]
    places = [f"$.statements[{k}]" for k in range(n_statements)]
    with service.tracing.step(TraceStep.PARSE):
        found = await asyncio.to_thread(
            read_statements, service.registry, body.circuit_id, items, places
        )
    return [each.document() for each in await verify_statements(service, caller, found, expect)]


async def _accepts(service: Service, raw: bytes) -> bool:
    """Return the verdict on a body without any effect.  Raises: Problem."""
    value = parse_object(raw, service)
    body = shaped(VerifyShape, value, MALFORMED)
    found = read_statements(service.registry, body.circuit_id, [value], ["$"])
    return await would_accept(service, found[0], _expectation(body.expect))


def _expectation(given: ExpectShape | None) -> Expectation:
    if given is None:
        return Expectation()
    return expectation_of(given.model_dump(by_alias=True, exclude_none=True))
