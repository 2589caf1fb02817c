"""The API as a web application."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from inspect import signature
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from zkctl import __version__
from zkctl.service.proving.access import RequestRates
from zkctl.service.proving.guard import Guard, problem_response
from zkctl.service.proving.openapi import describe
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.routes import admin_routers, api_routers
from zkctl.service.proving.service import Service
from zkctl.service.proving.shadow import Shadow

_SLUGS = {404: "not-found", 405: "method"}


class Api(FastAPI):
    """An application that calls its direct routes itself, without FastAPI's layers, which cost 0.4 ms.

    `direct` are these routes by method and path; `guard` is the layer around them.
    """

    direct: Mapping[tuple[str, str], APIRoute]
    guard: Guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        is_http = scope["type"] == "http"
        route = self.direct.get((scope["method"], scope["path"])) if is_http else None
        if route is None:
            await super().__call__(scope, receive, send)
        else:
            scope["app"], scope["route"] = self, route
            await self.guard(scope, receive, send)


async def _call_route(scope: Scope, receive: Receive, send: Send) -> None:
    response = await scope["route"].endpoint(Request(scope, receive, send))
    await response(scope, receive, send)


def application(service: Service, *, explain: Callable[[Exception], None] | None = None) -> Api:
    """Return the API; `explain` receives unforeseen exceptions."""
    return _application(service, api_routers(service), explain)


def admin_application(
    service: Service, *, explain: Callable[[Exception], None] | None = None
) -> Api:
    """Return the application of the admin listener: metrics, flags, reload."""
    return _application(service, admin_routers(), explain)


def _application(
    service: Service, routers: Sequence[APIRouter], explain: Callable[[Exception], None] | None
) -> Api:
    app = Api(
        title="zkctl proving and verifying service",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # newer versions of FastAPI trace by themselves: paths, exceptions and their texts
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.service, app.state.rates = service, RequestRates(service.settings)
    app.state.waiters, app.state.shadow = 0, Shadow(service)
    for router in routers:
        app.include_router(router)
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_middleware(Guard, service=service, explain=explain)
    app.direct, app.guard = _direct(routers), Guard(_call_route, service, explain)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
    return app


def _direct(routers: Sequence[APIRouter]) -> dict[tuple[str, str], APIRoute]:
    """Return the routes with a fixed path whose function takes the request alone, by method and path."""
    routes = [each for router in routers for each in router.routes if isinstance(each, APIRoute)]
    return {
        (method, route.path): route
        for route in routes
        if "{" not in route.path and list(signature(route.endpoint).parameters) == ["request"]
        for method in route.methods or ()
    }


async def _on_problem(request: Request, problem: Any) -> Response:
    request.app.state.service.tracing.note(code=problem.kind.code)
    return problem_response(problem, request.state.request_id)


async def _on_validation(request: Request, _problem: Any) -> Response:
    """Answer a malformed parameter of the path; FastAPI's own answer repeats the value."""
    return await _on_problem(request, Problem("not-found"))


async def _on_http(request: Request, problem: Any) -> Response:
    slug = _SLUGS.get(problem.status_code, "internal")
    return await _on_problem(request, Problem(slug, headers=problem.headers))
