"""The OpenAPI document: the routes as FastAPI describes them, with our bodies and problems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from zkctl.service.proving import schemas
from zkctl.service.proving.problems import MEDIA_TYPE, PROBLEMS

_REFERENCE = "#/components/schemas/{model}"
_SCHEMA_OF_PROBLEM = {"$ref": "#/components/schemas/ProblemAnswer"}
_COMMON = ("bad-header", "url-too-long", "internal", "not-ready", "overloaded")
_OF_KEYS = ("key-invalid", "scope-missing", "database-unavailable")
_OF_BODIES = (
    "malformed-json", "duplicate-member", "slow-body", "body-too-large", "media-type",
)  # fmt: skip


def operation(
    summary: str,
    *slugs: str,
    answers: Mapping[int, type[BaseModel] | str] | None = None,
    body: type[BaseModel] | None = None,
    scope: str = "",
) -> dict[str, Any]:
    """Return the keywords of a route: summary, answers by status (a model or a media type), its body, and its problems."""
    listed = {*slugs, *_COMMON, *(_OF_KEYS if scope else ()), *(_OF_BODIES if body else ())}
    responses: dict[int | str, dict[str, Any]] = {}
    for status, answer in (answers or {}).items():
        if isinstance(answer, str):
            responses[status] = {"description": "The content.", "content": {answer: {}}}
        else:
            responses[status] = {"model": answer, "description": answer.__doc__ or ""}
    for slug in sorted(listed):
        _add_problem(responses, slug)
    extra: dict[str, Any] = {}
    if body is not None:
        schema = {"$ref": _REFERENCE.format(model=body.__name__)}
        content = {"application/json": {"schema": schema}}
        extra["requestBody"] = {"required": True, "content": content}
    if scope:
        extra["security"] = [{"key": []}]
        extra["description"] = f"Needs a key with the scope {scope}."
    return {
        "summary": summary,
        "responses": responses,
        "openapi_extra": extra,
        "response_model": None,
    }


def _add_problem(responses: dict[int | str, dict[str, Any]], slug: str) -> None:
    status = PROBLEMS[slug].status
    found = responses.setdefault(status, {"description": "Problems:"})
    if "Problems:" not in found["description"]:
        found["description"] += " Problems:"
    comma = "" if found["description"].endswith(":") else ","
    found["description"] += f"{comma} {slug}"
    found.setdefault("content", {})[MEDIA_TYPE] = {"schema": _SCHEMA_OF_PROBLEM}


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document of an application, made once."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title, version=app.version, openapi_version="3.1.0", routes=app.routes
        )
        components = made.setdefault("components", {})
        _, shared = models_json_schema(
            [(model, "validation") for model in _models()], ref_template=_REFERENCE
        )
        components.setdefault("schemas", {}).update(shared["$defs"])
        components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        for path in made.get("paths", {}).values():
            for each in path.values():
                each.get("responses", {}).pop("422", None) if _is_fastapis(each) else None
        app.openapi_schema = made
    return app.openapi_schema


def _is_fastapis(found: Mapping[str, Any]) -> bool:
    """Return whether the answer 422 is the one that FastAPI adds for parameters; we answer 404."""
    content = found.get("responses", {}).get("422", {}).get("content", {})
    return "application/json" in content


def _models() -> list[type[BaseModel]]:
    return [
        each
        for each in vars(schemas).values()
        if isinstance(each, type) and issubclass(each, BaseModel) and each.model_fields
    ]
