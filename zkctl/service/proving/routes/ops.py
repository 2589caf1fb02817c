"""GET /ops and the form GET, POST /ops/flag of the admin listener.

A browser sends no bearer key by itself, so the form has a field for it: a page of another origin cannot change the flag.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import parse_qsl

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from zkctl.errors import FormatError, ZkctlError
from zkctl.service.http.errors import HttpRefusal
from zkctl.service.http.limits import receive_body
from zkctl.service.proving import health as states
from zkctl.service.proving.access import Scope
from zkctl.service.proving.flag_table import change_flag
from zkctl.service.proving.flags import parse_assignments
from zkctl.service.proving.ops.page import OPS_POLICY, flag_page, ops_page
from zkctl.service.proving.ops.samples import SAMPLE_SECONDS, OpsHistory, read_exposition
from zkctl.service.proving.ops.view import ops_view
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.routes.dependencies import OF_THIS_MACHINE, CurrentService
from zkctl.service.proving.routes.probes import parts_of
from zkctl.service.proving.service import Service

MAX_FORM_BYTES = 4096
_FIELDS = ("version", "zkp_enabled", "rollout_percentage", "shadow", "key")


@asynccontextmanager
async def sampling(app: FastAPI) -> AsyncIterator[None]:
    """Take a sample every SAMPLE_SECONDS while the admin application runs, whether or not the page is open."""

    async def repeat() -> None:
        while True:
            await sampled(app, app.state.service)
            await asyncio.sleep(SAMPLE_SECONDS)

    task = asyncio.create_task(repeat())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def sampled(app: FastAPI, service: Service) -> OpsHistory:
    """Return the history of the admin application with a sample of now."""
    state = app.state
    if not hasattr(state, "ops_history"):
        state.ops_history = OpsHistory()
    history: OpsHistory = state.ops_history
    if service.parent is not None:
        try:
            text = await service.parent.metrics_text()
        except ZkctlError:  # the page shows the last sample
            return history
        history.add(time.monotonic(), read_exposition(text))
    return history


router = APIRouter(lifespan=sampling, dependencies=OF_THIS_MACHINE)


@router.get("/ops", include_in_schema=False)
async def ops(request: Request, service: CurrentService) -> Response:
    """Return the operator's page."""
    history = await sampled(request.app, service)
    _, health = states.health(await parts_of(service))
    return _page(ops_page(ops_view(service, history, health)))


@router.get("/ops/flag", include_in_schema=False)
async def flag_form(service: CurrentService) -> Response:
    """Return the form of the feature flag."""
    if service.flags is None:
        raise Problem("not-found")
    return _page(flag_page(service.flags.current(), needs_key=not service.settings.no_auth))


@router.post("/ops/flag", include_in_schema=False)
async def change(request: Request, service: CurrentService) -> Response:
    """Change the flag, then return to the page; a refused change returns the form with the reason."""
    if service.flags is None:
        raise Problem("not-found")
    flag = service.flags.current()
    fields = await _fields(request, service)
    is_open = service.settings.no_auth
    subject = "local" if is_open else await _subject(service, fields.get("key", ""))
    if subject is None:
        return _refused(service, "The key is unknown, or does not have the scope admin.", 401)
    if fields.get("version") != str(flag.version):
        return _refused(service, "The flag was changed meanwhile: these are its new values.", 409)
    words = [
        f"zkp_enabled={fields.get('zkp_enabled', '')}",
        f"rollout_percentage={fields.get('rollout_percentage', '')}",
        f"shadow={'true' if fields.get('shadow') == 'true' else 'false'}",
    ]
    try:
        changes = parse_assignments(words)
    except FormatError as problem:
        return _refused(service, f"{problem.where}: {problem.message}", 422)
    await change_flag(service.store.database, changes, changed_by=subject, audit=service.audit)
    service.log.event("flag_changed", user_id=subject)
    await service.flags.look()
    return RedirectResponse("/ops", status_code=303)


async def _subject(service: Service, key: str) -> str | None:
    """Return the subject of a key with the scope admin, None for any other key."""
    found = await service.keys.authenticate(key) if key else None
    return found.subject if found is not None and Scope.ADMIN in found.scopes else None


async def _fields(request: Request, service: Service) -> dict[str, str]:
    """Return the fields of the form.  Raises: Problem body-too-large, slow-body, malformed-json."""
    try:
        raw = await receive_body(request, MAX_FORM_BYTES, service.settings.body_timeout_s)
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, max_num_fields=len(_FIELDS))
    except HttpRefusal as refusal:
        raise Problem("slow-body" if refusal.status == 408 else "body-too-large") from None
    except ValueError:
        raise Problem("malformed-json", "the body is not the form of /ops/flag") from None
    fields = dict(pairs)
    if len(fields) != len(pairs) or not set(fields) <= set(_FIELDS):
        raise Problem("malformed-json", "the body is not the form of /ops/flag")
    return fields


def _refused(service: Service, message: str, status: int) -> Response:
    form = flag_page(
        service.flags.current(), message=message, needs_key=not service.settings.no_auth
    )
    return _page(form, status)


def _page(text: str, status: int = 200) -> Response:
    return HTMLResponse(text, status, {"Content-Security-Policy": OPS_POLICY})
