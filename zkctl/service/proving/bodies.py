"""Bodies of requests: strict JSON of any usual content type, then the shape of a model.

curl -d announces a form, so the body is JSON whatever the type says; no message quotes a value of the body.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from zkctl.errors import FormatError, LimitError
from zkctl.formats.json.strict import Json, load_json
from zkctl.service.http.errors import HttpRefusal
from zkctl.service.http.limits import receive_body
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.service import Service

FORM = "application/x-www-form-urlencoded"
_JSON_TYPE = re.compile(r"application/([a-z0-9.!#$&^_-]+\+)?json")
_REFUSED = {408: "slow-body", 413: "body-too-large"}

Model = TypeVar("Model", bound=BaseModel)


async def read_json(
    request: Request, service: Service, *, is_batch: bool = False
) -> dict[str, Json]:
    """Return the object of a body.  Raises: Problem media-type, body-too-large, slow-body, malformed-json, duplicate-member."""
    raw = await read_raw(request, service, is_batch=is_batch)
    # a batch takes 50 ms to parse: in a thread, other requests wait 5 ms at most
    return (
        await asyncio.to_thread(parse_object, raw, service)
        if is_batch
        else parse_object(raw, service)
    )


def parse_object(raw: bytes, service: Service) -> dict[str, Json]:
    """Return the object of a body that was read.  Raises: Problem malformed-json, duplicate-member, body-too-large."""
    value = _parsed(raw, service)
    if not isinstance(value, dict):
        raise Problem("malformed-json", "the body is not a JSON object")
    return value


async def read_raw(request: Request, service: Service, *, is_batch: bool = False) -> bytes:
    """Return the bytes of a body.  Raises: Problem media-type, body-too-large, slow-body."""
    settings = service.settings
    check_media_type(request)
    limit = settings.max_batch_body_bytes if is_batch else settings.max_body_bytes
    try:
        return await receive_body(request, limit, settings.body_timeout_s)
    except HttpRefusal as refusal:
        slug = _REFUSED.get(refusal.status, "malformed-json")
        raise Problem(slug, refusal.error.message) from None


def check_media_type(request: Request) -> None:
    """Check content type and encoding.  Raises: Problem media-type."""
    types = request.headers.getlist("content-type")
    if len(types) > 1:
        raise Problem("media-type", "expected one header Content-Type")
    found = "".join(types).partition(";")[0].strip().lower()
    if found and found != FORM and not _JSON_TYPE.fullmatch(found):
        raise Problem("media-type", "expected a body of type application/json")
    if "content-encoding" in request.headers:
        raise Problem("media-type", "expected a body without Content-Encoding")


def _parsed(raw: bytes, service: Service) -> Json:
    settings = service.settings
    try:
        return load_json(
            raw,
            max_bytes=len(raw),
            max_depth=settings.max_json_depth,
            max_digits=settings.max_number_digits,
        )
    except FormatError as problem:
        if "twice" in problem.message or "duplicate" in problem.message:
            raise Problem("duplicate-member") from None
        raise Problem("malformed-json", _without_values(problem)) from None
    except LimitError:
        raise Problem("body-too-large") from None


def _without_values(problem: FormatError) -> str:
    """Return the place of a syntax error, or the general fault: the parser's message may quote a name of the body."""
    place = re.search(r"line [0-9]+ column [0-9]+", problem.message)
    depth = re.fullmatch(r"nested [0-9]+ levels deep, the limit is [0-9]+", problem.message)
    if place or depth:
        return f"the body is not strict JSON: {(place or depth)[0]}"  # type: ignore[index]
    return "the body is not strict JSON: expected UTF-8, integers, and no name twice"


def shaped(model: type[Model], value: Any, slug: str, pointer: str = "") -> Model:
    """Return a value in the shape of a model.  Raises: Problem `slug` with the JSON pointer, never with the value."""
    try:
        return model.model_validate(value)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_context=False, include_input=False)[0]
        steps = [str(step) for step in first["loc"]]
        if first["type"] == "extra_forbidden":
            steps = steps[:-1]  # an unknown name is of the body
            names = ", ".join(_names(model)) if not steps else "the documented ones"
            raise Problem(
                slug, f"unknown member: expected {names}", pointer=_pointer(pointer, steps)
            ) from None
        message = first["msg"].removeprefix("Value error, ")
        detail = message[:1].lower() + message[1:]
        raise Problem(slug, detail, pointer=_pointer(pointer, steps)) from None


def _names(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _pointer(start: str, steps: list[str]) -> str:
    return start + "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in steps)
