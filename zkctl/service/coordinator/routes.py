"""The routes of the coordinator: authentication, parsing, and the coordinator's answer.

GET  /  /status.json  /health  /files/NAME      public; files with ranges
POST /api/challenge  /api/join                  enter the queue: a challenge, signed with Ed25519
POST /api/heartbeat  /api/leave                 with the token
POST /api/upload   GET /api/upload   PUT /api/upload (headers Upload-Offset, Upload-Digest: SHA-256)
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response
from pydantic import ValidationError

from zkctl.ceremony.record.signing import QueueEntry
from zkctl.errors import CheckFailed, InputError, LimitError, ZkctlError
from zkctl.formats.json.strict import load_json
from zkctl.runtime.printable import printable
from zkctl.service.coordinator.queue import Coordinator, RequestSource
from zkctl.service.coordinator.schemas import Body, JoinRequest, UploadRequest
from zkctl.service.coordinator.status import PAGE_POLICY, public_status, status_page
from zkctl.service.coordinator.store import Participant
from zkctl.service.coordinator.upload_service import UploadService
from zkctl.service.http.errors import HttpRefusal
from zkctl.service.http.limits import JSON, OCTETS, Rates, network, read_body
from zkctl.toolchain.ceremony.folder import LEDGER, RULES, VIEWER

VIEWER_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_DIGITS, _DEPTH, _OFFSET_DIGITS = 20, 8, 15

B = TypeVar("B", bound=Body)

public, api = APIRouter(), APIRouter(prefix="/api")


def upload_service_of(request: Request) -> UploadService:
    """Return the service that receives keys."""
    upload_service: UploadService = request.app.state.upload_service
    return upload_service


def coordinator_of(request: Request) -> Coordinator:
    """Return the coordinator."""
    return upload_service_of(request).coordinator


def participant_of(request: Request) -> Participant:
    """Return the participant of the request's token."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise HttpRefusal(401, CheckFailed("a token is needed", hint="enter the queue first"))
    coordinator = coordinator_of(request)
    try:
        found = coordinator.identify(token)
    except CheckFailed as problem:
        raise HttpRefusal(401, problem) from None
    coordinator.note_address(found, network(_address(request)))
    return found


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


CurrentUploads = Annotated[UploadService, Depends(upload_service_of)]
CurrentCoordinator = Annotated[Coordinator, Depends(coordinator_of)]
CurrentParticipant = Annotated[Participant, Depends(participant_of)]


async def _body(request: Request, kind: type[B]) -> B:
    settings = coordinator_of(request).settings
    raw = await read_body(request, JSON, settings.json_bytes, settings.body_seconds)
    value = load_json(
        raw, where="body", max_bytes=settings.json_bytes, max_digits=_DIGITS, max_depth=_DEPTH
    )
    try:
        return kind.model_validate(value)
    except ValidationError as problem:
        first = problem.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the body"
        raise InputError(
            f"not as expected: {printable(place, 60)}: {first['msg'].lower()}"
        ) from None


async def entrance(request: Request) -> JoinRequest:
    """Return the body of a request to enter; people enter more seldom than they ask."""
    _check_rate(request, request.app.state.joins)
    return await _body(request, JoinRequest)


async def newcomer(request: Request) -> None:
    """One address alone must not use up the challenges."""
    _check_rate(request, request.app.state.challenges)


def _check_rate(request: Request, rates: Rates) -> None:
    rates.check(_address(request))


async def announcement(request: Request, _participant: CurrentParticipant) -> UploadRequest:
    """Return the body of an announced upload; read only for those with a token."""
    return await _body(request, UploadRequest)


async def piece(request: Request, participant: CurrentParticipant) -> bytes:
    """Return a piece of a key; read only for the holder of the slot."""
    coordinator = coordinator_of(request)
    coordinator.slots.check_active(participant)
    settings, pieces = coordinator.settings, request.app.state.pieces
    with pieces.one_more(participant.id):
        return await read_body(request, OCTETS, settings.chunk, settings.body_seconds)


# -- public requests


@public.api_route("/", methods=["GET", "HEAD"])
def page(coordinator: CurrentCoordinator) -> Response:
    """Return the status page."""
    return HTMLResponse(
        status_page(public_status(coordinator)), headers={"Content-Security-Policy": PAGE_POLICY}
    )


@public.get("/status.json")
def status(coordinator: CurrentCoordinator) -> Response:
    """Return the state of the ceremony."""
    return JSONResponse(public_status(coordinator))


@public.get("/health")
def health(request: Request, coordinator: CurrentCoordinator) -> Response:
    """Return the health: 200, or 503."""
    problem = request.app.state.worker.problem
    ok = coordinator.is_healthy() and not problem
    return JSONResponse({"status": "ok" if ok else "degraded"}, 200 if ok else 503)


@public.api_route("/files/{name}", methods=["GET", "HEAD"])
def file(name: str, coordinator: CurrentCoordinator) -> Response:
    """Return a file of the ceremony; the name is looked up, never used as a path."""
    found = coordinator.published.files().get(name)
    if found is None:
        raise HttpRefusal(404, InputError(f"there is no file {printable(name, 60)!r}"))
    ledger = coordinator.published.ceremony().ledger
    if name == LEDGER:  # replaced while it is sent: all of it from one reading
        body = b"".join(line + b"\n" for line in ledger.lines)
        return Response(body, media_type="text/plain; charset=utf-8")
    headers = {"Cache-Control": "no-cache"}
    if found.digest:
        headers["ETag"] = f'"{found.digest[:40]}"'
    if name == VIEWER:
        headers["Content-Security-Policy"] = VIEWER_POLICY
        return FileResponse(found.path, media_type="text/html", headers=headers)
    media = "text/plain; charset=utf-8" if name == RULES else OCTETS
    return FileResponse(found.path, media_type=media, headers=headers)


# -- for participants


@api.post("/challenge", dependencies=[Depends(newcomer)])
def challenge(coordinator: CurrentCoordinator) -> Any:
    """Return a text to sign."""
    try:
        return {"challenge": coordinator.challenge(), "coordinator": coordinator.id}
    except LimitError as problem:
        raise HttpRefusal(429, problem, 60) from None


def _signed(coordinator: Coordinator, body: JoinRequest) -> QueueEntry:
    ceremony = coordinator.published.ceremony().ceremony_id
    return QueueEntry(ceremony, body.address, body.coordinator, body.challenge, body.name)


@api.post("/join")
def join(
    request: Request,
    coordinator: CurrentCoordinator,
    body: Annotated[JoinRequest, Depends(entrance)],
) -> Any:
    """Enter the queue."""
    try:
        origin = RequestSource(_address(request), body.invitation)
        token = coordinator.enter(
            body.public_key, _signed(coordinator, body), body.signature, origin
        )
    except ZkctlError as problem:
        is_full = problem.kind == "limit"
        raise HttpRefusal(429 if is_full else 0, problem, 60 if is_full else 0) from None
    return {"token": token}


@api.post("/heartbeat")
def heartbeat(coordinator: CurrentCoordinator, participant: CurrentParticipant) -> Any:
    """Renew the lease and return the contributor's view."""
    return coordinator.view(participant)


@api.post("/leave")
def leave(coordinator: CurrentCoordinator, participant: CurrentParticipant) -> Any:
    """Leave the queue."""
    coordinator.leave(participant)
    return {}


@api.post("/upload")
def begin_upload(
    uploads: CurrentUploads,
    participant: CurrentParticipant,
    body: Annotated[UploadRequest, Depends(announcement)],
) -> Any:
    """Announce a key."""
    return {"offset": uploads.begin(participant, body.n_bytes, body.receipt)}


@api.get("/upload")
def upload_offset(uploads: CurrentUploads, participant: CurrentParticipant) -> Any:
    """Return the offset of the upload."""
    return {"offset": uploads.offset(participant)}


@api.put("/upload")
def upload(
    request: Request,
    uploads: CurrentUploads,
    participant: CurrentParticipant,
    data: Annotated[bytes, Depends(piece)],
) -> Any:
    """Return the next piece."""
    offset = request.headers.get("upload-offset", "")
    if not (offset.isascii() and offset.isdecimal() and len(offset) <= _OFFSET_DIGITS):
        raise InputError("the header Upload-Offset is not a number")
    digest = request.headers.get("upload-digest", "")
    return {"offset": uploads.append(participant, int(offset), digest, data)}
