"""GET /openapi.json and /docs: one page made here, without scripts and without other servers."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from zkctl.service.proving.openapi import describe

router = APIRouter()
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a }
code { background: #f2f2f2; padding: 0 .2em } th, td { text-align: left; padding: .2rem 1rem .2rem 0; vertical-align: top }
h2 { margin-top: 2rem; border-top: 1px solid #ccc; padding-top: 1rem }
"""


@router.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> Response:
    """Return the OpenAPI 3.1 document."""
    return JSONResponse(describe(request.app))


@router.get("/docs", include_in_schema=False)
async def docs(request: Request) -> Response:
    """Return the same as a page for people."""
    headers = {"Content-Security-Policy": _POLICY}
    return HTMLResponse(page(describe(request.app)), headers=headers)


def page(described: dict[str, Any]) -> str:
    """Return the page of an OpenAPI document."""
    title = escape(described["info"]["title"])
    parts = [
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><style>{_STYLE}</style>",
        f"<h1>{title}</h1><p>Version {escape(described['info']['version'])};"
        " the same for programs: <a href=/openapi.json>openapi.json</a></p>",
    ]
    for path, methods in described["paths"].items():
        parts += [_operation(path, method, each) for method, each in methods.items()]
    schemas = described["components"]["schemas"]
    parts += ["<h1>Shapes</h1>", *(_schema(name, each) for name, each in schemas.items())]
    return "".join(parts) + "</html>"


def _operation(path: str, method: str, described: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(status)}</code><td>{_text(answer.get('description', ''))}"
        for status, answer in sorted(described["responses"].items())
    )
    body = described.get("requestBody", {}).get("content", {}).get("application/json", {})
    reference = body.get("schema", {}).get("$ref", "").rpartition("/")[2]
    takes = f"<p>Body: <a href='#{reference}'>{reference}</a></p>" if reference else ""
    return (
        f"<h2><code>{method.upper()} {escape(path)}</code></h2><p>{_text(described['summary'])}."
        f" {_text(described.get('description', ''))}</p>{takes}<table>{rows}</table>"
    )


def _schema(name: str, described: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(member)}</code><td>{escape(_kind(each))}"
        for member, each in described.get("properties", {}).items()
    )
    text = _text(described.get("description", ""))
    return f"<h2 id='{escape(name)}'>{escape(name)}</h2><p>{text}</p><table>{rows}</table>"


def _text(text: str) -> str:
    """Return a description as HTML: names in backquotes are code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _kind(described: dict[str, Any]) -> str:
    options = described.get("anyOf", [described])
    kinds = (each.get("type") or each.get("$ref", "").rpartition("/")[2] for each in options)
    return " or ".join(kind for kind in kinds if kind)
