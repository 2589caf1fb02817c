"""docs/reference/service-api.md, made of the OpenAPI documents: `python -m tests.support.service_reference` writes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.conftest import ROOT
from zkctl.service.proving.app import admin_application, application
from zkctl.service.proving.circuits import Registry
from zkctl.service.proving.openapi import describe
from zkctl.service.proving.service import Service
from zkctl.service.proving.settings import ServiceSettings

PAGE = ROOT / "docs" / "reference" / "service-api.md"
_HEAD = """# The HTTP API of the service

This page is made of the OpenAPI 3.1 document that a running service has at `/openapi.json`; `/docs` shows the same.
How the requests belong together: [from laptop to production](../guides/from-laptop-to-production.md).
Who can read a witness: [privacy of the service](../concepts/privacy-of-the-service.md).

A body is one JSON object, whatever the content type says; unknown members are refused. Every refusal is one of the
[problems](problems.md), and its answer never repeats a value of the request. `X-Request-Id` is echoed if it has 1 to 64 letters,
digits, `_` or `-`, else it is made. Answers have `Cache-Control: no-store`; those about registries may be kept for 30 seconds.
"""
_ADMIN = """
# The admin listener

These requests are answered by `ZKCTL_ADMIN_LISTEN` only, by default 127.0.0.1:9464. For people there is the operator's page at
`/ops`, and a form for the feature flag at `/ops/flag`; both work without scripts.
"""


def documents() -> tuple[dict[str, Any], dict[str, Any]]:
    """The documents of API and admin listener."""
    parts: Any = dict.fromkeys(("store", "keys", "cache", "metrics", "log"))
    service = Service(settings=ServiceSettings(), registry=Registry(()), **parts)
    return describe(application(service)), describe(admin_application(service))


def reference() -> str:
    """The text of the page."""
    api, admin = documents()
    shapes = api["components"]["schemas"] | admin["components"]["schemas"]
    lines = [_HEAD, *_operations(api), _ADMIN, *_operations(admin), "\n# Shapes\n"]
    for name in sorted(shapes):
        lines += _shape(name, shapes[name])
    return "\n".join(lines).rstrip() + "\n"


def _operations(document: dict[str, Any]) -> Iterator[str]:
    for path, methods in document["paths"].items():
        for method, each in methods.items():
            yield f"## {method.upper()} {path}\n"
            yield f"{each['summary']}. {each.get('description', '')}".strip() + "\n"
            body = each.get("requestBody", {}).get("content", {}).get("application/json")
            if body:
                yield f"Body: {_kind(body['schema'])}.\n"
            yield "| status | answer |\n|---|---|"
            for status, answer in sorted(each["responses"].items()):
                yield f"| {status} | {_answer(answer)} |"
            yield ""


def _answer(answer: dict[str, Any]) -> str:
    """A status may have a usual answer, problems, or both."""
    content = answer.get("content", {})
    kinds = [
        _kind(each["schema"]) if each.get("schema") else f"`{media}`"
        for media, each in content.items()
        if media != "application/problem+json"
    ]
    _, _, slugs = answer["description"].partition("Problems: ")
    if slugs:
        kinds.append(", ".join(f"[{slug}](problems.md#{slug})" for slug in slugs.split(", ")))
    return "; ".join(kinds)


def _shape(name: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f"## {name}\n"
    yield schema.get("description", "").strip() + "\n"
    required = schema.get("required", [])
    yield "| member | type | needed |\n|---|---|---|"
    for member, each in schema.get("properties", {}).items():
        yield f"| `{member}` | {_kind(each)} | {'yes' if member in required else ''} |"
    yield ""


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_kind(each) for each in schema["anyOf"] if each.get("type") != "null")
    kind = str(schema.get("type", "any"))
    if kind == "array":
        return f"list of {_kind(schema.get('items', {}))}{_range(schema, 'Items', 'elements')}"
    if kind == "string":
        return f"string{_range(schema, 'Length', 'characters')}"
    if kind == "integer":
        low, high = schema.get("minimum"), schema.get("maximum")
        if high is not None:
            return f"{kind}, {low or 0} to {high}"
        return kind if low is None else f"{kind} from {low}"
    return kind


def _range(schema: dict[str, Any], what: str, unit: str) -> str:
    low, high = schema.get(f"min{what}"), schema.get(f"max{what}")
    if high is not None:
        return f", {low or 0} to {high} {unit}"
    return "" if low is None else f", at least {low} {unit}"


if __name__ == "__main__":
    PAGE.write_text(reference())
