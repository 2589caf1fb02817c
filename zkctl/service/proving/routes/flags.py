"""GET and POST /feature-flags on the admin listener."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from zkctl.errors import FormatError
from zkctl.service.proving.access import Scope, caller_of
from zkctl.service.proving.bodies import read_raw
from zkctl.service.proving.flag_table import change_flag, read_flag
from zkctl.service.proving.flags import MEMBERS, parse_changes
from zkctl.service.proving.openapi import operation
from zkctl.service.proving.problems import Problem, pointer_of
from zkctl.service.proving.routes.dependencies import OF_THIS_MACHINE, CurrentService, check_no_page
from zkctl.service.proving.schemas import FlagAnswer, FlagShape
from zkctl.service.proving.service import Service
from zkctl.service.proving.settings import host_and_port, is_loopback

router = APIRouter(dependencies=OF_THIS_MACHINE)
_PATH = "/feature-flags"
_BY_LISTENER = "admin listener"


@router.get(
    _PATH, **operation("Return the flag", "database-unavailable", answers={200: FlagAnswer})
)
async def flag(request: Request, service: CurrentService) -> Response:
    """Return the flag as the database has it."""
    await _actor(request, service)
    return JSONResponse((await read_flag(service.store.database)).document())


@router.post(
    _PATH,
    **operation(
        "Change the flag",
        "invalid-input",
        "database-unavailable",
        answers={200: FlagAnswer},
        body=FlagShape,
    ),
)
async def change(request: Request, service: CurrentService) -> Response:
    """Change the members that are given; every process has the flag within five seconds."""
    actor = await _actor(request, service)
    raw = await read_raw(request, service, is_batch=True)
    try:
        changes = parse_changes(raw)
    except FormatError as problem:
        raise _refusal(problem) from None
    made = await change_flag(service.store.database, changes, changed_by=actor, audit=service.audit)
    service.log.event("flag_changed", user_id=actor)
    return JSONResponse(made.document())


async def _actor(request: Request, service: Service) -> str:
    """Return who asks.

    On loopback no key is needed, so a page in a browser of this machine must not be able to ask: requests with Origin are refused.
    Raises: Problem bad-header; Problem key-invalid and scope-missing on another address.
    """
    check_no_page(request)
    if is_loopback(host_and_port(service.settings.admin_listen)[0]):
        return _BY_LISTENER
    return (await caller_of(request, service, Scope.ADMIN)).subject


def _refusal(problem: FormatError) -> Problem:
    """Return the answer without a name of the body that is not ours."""
    place = pointer_of(problem.where)
    if problem.message.startswith("duplicate key"):
        return Problem("duplicate-member")
    if place.strip("/") and place.split("/")[1] in MEMBERS:
        return Problem("invalid-input", problem.message, pointer=place)
    if problem.where.startswith("$"):
        return Problem("invalid-input", f"expected an object with members of {', '.join(MEMBERS)}")
    return Problem("malformed-json")
