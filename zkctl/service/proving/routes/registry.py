"""GET /v1/registry: signed roots, and the leaves that a holder needs for a path.

No route answers with the path of one leaf: asking for it would name the leaf.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, JSONResponse, Response

from zkctl.service.proving.data.root_lookup import RootState
from zkctl.service.proving.data.tree_files import TreeFile, TreeFiles
from zkctl.service.proving.openapi import operation
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.routes.dependencies import CurrentService
from zkctl.service.proving.schemas import RootsAnswer
from zkctl.service.proving.service import Service

router = APIRouter()
_TAR = "application/x-tar"
_CACHEABLE = "public, max-age=30"
_ENTITY_TAG = re.compile(r'(?:W/)?("[^"]*")')


@router.get(
    "/v1/registry/roots",
    **operation(
        "List the roots",
        "database-unavailable",
        answers={200: RootsAnswer},
    ),
)
async def roots(service: CurrentService) -> Response:
    """Return the last epochs of each registry with their signed records."""
    found = []
    if service.roots is not None:
        for name in await service.roots.registries():
            found += [_document(each) for each in await service.roots.epochs(name)]
    return JSONResponse({"roots": found})


@router.get(
    "/v1/registry/{name}/snapshot",
    **operation(
        "Return all leaves of a registry",
        *("not-found", "database-unavailable", "not-ready"),
        answers={200: _TAR, 206: _TAR, 304: _TAR, 416: "text/plain", 400: "text/plain"},
    ),
)
async def snapshot(name: str, request: Request, service: CurrentService) -> Response:
    """Return the tree file of the newest epoch; ranges and If-None-Match count."""
    tree = await _newest_tree(service, name)
    headers = _headers(tree, "")
    if _is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return FileResponse(tree.path, media_type=_TAR, headers=headers)


@router.get(
    "/v1/registry/{name}/bucket/{number}",
    **operation(
        "Return one bucket of leaves",
        *("not-found", "database-unavailable", "not-ready"),
        answers={200: _TAR, 304: _TAR},
    ),
)
async def bucket(name: str, number: int, request: Request, service: CurrentService) -> Response:
    """Return a tree file with the bucket of places from 4,096 times the number on: at least 1,024 leaves."""
    tree = await _newest_tree(service, name)
    headers = _headers(tree, f"-{number}")
    content = tree.bucket(number)
    if _is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=_TAR, headers=headers)


async def _newest_tree(service: Service, name: str) -> TreeFile:
    if service.roots is None or name not in await service.roots.registries():
        raise Problem("not-found")
    state = await service.roots.newest(name)
    if state is None:
        raise Problem("not-found")
    trees: TreeFiles = service.trees
    return await trees.open(state)


def _headers(tree: TreeFile, suffix: str) -> dict[str, str]:
    tag = f'"{tree.state.tree_digest[:40]}{suffix}"'
    return {"ETag": tag, "Cache-Control": _CACHEABLE, "Zkp-Epoch": str(tree.state.epoch)}


def _is_known(request: Request, tag: str) -> bool:
    given = request.headers.get("if-none-match", "")
    return given.strip() == "*" or tag in _ENTITY_TAG.findall(given)


def _document(state: RootState) -> dict[str, Any]:
    issued_at = datetime.fromtimestamp(state.issued_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    is_withdrawal = not state.tree_digest
    return {
        "registry": state.registry,
        "epoch": state.epoch,
        "root": None if is_withdrawal else str(state.root),
        "revocationRoot": None if is_withdrawal else str(state.revocation_root),
        "validFrom": issued_at,
        "leaves": state.n_leaves,
        "withdrawn": state.withdrawn,
        "record": state.record.decode(),
        "signature": state.signature.hex(),
        "treeDigest": state.tree_digest or None,
    }
