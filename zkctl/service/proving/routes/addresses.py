"""POST /v1/addresses and /v1/revocations: the provider's system adds and revokes leaves.  Bodies hold commitments, never a PID."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from zkctl.errors import InputError, UsageError
from zkctl.service.proving.audit import AuditAction
from zkctl.service.proving.bodies import read_json, shaped
from zkctl.service.proving.data.address_table import NewLeaf, UnknownLeaf, add_leaf
from zkctl.service.proving.data.revocation_table import Reason, revoke_leaf
from zkctl.service.proving.openapi import operation
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.routes.dependencies import CurrentService, Registering
from zkctl.service.proving.schemas import (
    AddressAnswer,
    AddressShape,
    RevocationAnswer,
    RevocationShape,
)

router = APIRouter()
_INVALID = "invalid-input"


@router.post(
    "/v1/addresses",
    **operation(
        "Add a leaf",
        _INVALID,
        answers={200: AddressAnswer, 201: AddressAnswer},
        body=AddressShape,
        scope="registry",
    ),
)
async def add(request: Request, service: CurrentService, caller: Registering) -> Response:
    """Add a leaf at the next place; the same leaf again is answered 200 with its place."""
    body = shaped(AddressShape, await read_json(request, service), _INVALID)
    new = NewLeaf(
        int(body.pid_commitment), int(body.fields_commitment), int(body.holder_key), body.version
    )
    depth = service.settings.registry_depth
    try:
        added = await add_leaf(
            service.store.database, caller.tenant, body.registry, new, depth=depth
        )
    except (InputError, UsageError) as problem:
        raise Problem(_INVALID, problem.message) from None
    if added.is_new:
        await service.audit.record(
            AuditAction.ADDRESS_ADDED,
            tenant=caller.tenant,
            subject=caller.subject,
            about=f"{body.registry}/{added.leaf_index}",
        )
    document = {
        "registry": body.registry,
        "leaf": str(added.leaf),
        "leafIndex": added.leaf_index,
    }
    return JSONResponse(document, 201 if added.is_new else 200)


@router.post(
    "/v1/revocations",
    **operation(
        "Revoke a leaf",
        _INVALID,
        "not-found",
        answers={200: RevocationAnswer, 201: RevocationAnswer},
        body=RevocationShape,
        scope="registry",
    ),
)
async def revoke(request: Request, service: CurrentService, caller: Registering) -> Response:
    """Revoke a leaf: proofs under an earlier revocation root are refused from now on."""
    body = shaped(RevocationShape, await read_json(request, service), _INVALID)
    new_leaf = None if body.new_leaf is None else int(body.new_leaf)
    numbers = (int(body.leaf), *([] if new_leaf is None else [new_leaf]))
    if any(number >> 256 for number in numbers):
        raise Problem(_INVALID, "expected leaves below the modulus", pointer="/leaf")
    try:
        revoked = await revoke_leaf(
            service.store.database,
            caller.tenant,
            body.registry,
            numbers[0],
            Reason(body.reason),
            new_leaf=new_leaf,
        )
    except UnknownLeaf as problem:
        raise Problem("not-found", problem.message) from None
    except InputError as problem:
        raise Problem(_INVALID, problem.message) from None
    if revoked.is_new:
        await service.audit.record(
            AuditAction.LEAF_REVOKED,
            tenant=caller.tenant,
            subject=caller.subject,
            about=f"{body.registry}/{revoked.list_version}",
        )
    document = {
        "registry": body.registry,
        "leaf": body.leaf,
        "listVersion": revoked.list_version,
        "revokedAt": int(revoked.revoked_at),
    }
    return JSONResponse(document, 201 if revoked.is_new else 200)
