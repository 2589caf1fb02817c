"""The dependencies of routes: the service, and the caller with the right scope.

A route that is asked often takes the request alone and calls `call_of`, so that it runs without FastAPI's layers.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from zkctl.service.proving.access import Caller, RequestRates, Scope, caller_of
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.service import Service


async def service_of(request: Request) -> Service:
    """Return the service.  A coroutine, because FastAPI runs a plain function in a thread."""
    found: Service = request.app.state.service
    return found


_LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")

CurrentService = Annotated[Service, Depends(service_of)]


async def check_host(request: Request, service: CurrentService) -> None:
    """Check that an admin listener on loopback is asked by a loopback name: a name of others may resolve to 127.0.0.1.

    Raises: Problem not-found.
    """
    listen = service.settings.admin_listen.rpartition(":")[0]
    host = request.headers.get("host", "")
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    if listen in _LOOPBACK and name not in _LOOPBACK:
        raise Problem("not-found")


OF_THIS_MACHINE = [Depends(check_host)]


def check_no_page(request: Request) -> None:
    """Check that no web page asks, where no key is needed.  Raises: Problem bad-header."""
    if "origin" in request.headers:
        raise Problem("bad-header", "requests of web pages are not accepted here")


def needs(scope: Scope) -> Callable[[Request], Awaitable[Caller]]:
    """Return a dependency: the caller, whose key must have the scope."""

    async def caller(request: Request) -> Caller:
        return await caller_of(request, await service_of(request), scope)

    return caller


@dataclass(frozen=True)
class ScopedCall:
    """The service, and the caller of one request with its allowances."""

    service: Service
    rates: RequestRates
    caller: Caller


async def call_of(request: Request, scope: Scope) -> ScopedCall:
    """Return the call of a request that needs a scope.  Raises: as `caller_of`."""
    service = await service_of(request)
    return ScopedCall(service, request.app.state.rates, await caller_of(request, service, scope))


Proving = Annotated[Caller, Depends(needs(Scope.PROVE))]
Registering = Annotated[Caller, Depends(needs(Scope.REGISTRY))]
