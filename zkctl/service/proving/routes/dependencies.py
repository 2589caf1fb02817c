"""What routes take from a request: the service, and the caller with the right scope."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request

from zkctl.service.proving.access import Caller, RequestRates, Scope, caller_of
from zkctl.service.proving.service import Service


def service_of(request: Request) -> Service:
    """Return the service."""
    found: Service = request.app.state.service
    return found


def rates_of(request: Request) -> RequestRates:
    """Return the allowances."""
    found: RequestRates = request.app.state.rates
    return found


CurrentService = Annotated[Service, Depends(service_of)]
Rates = Annotated[RequestRates, Depends(rates_of)]


def needs(scope: Scope) -> Callable[[Request], Awaitable[Caller]]:
    """Return a dependency: the caller, whose key must have the scope."""

    async def caller(request: Request) -> Caller:
        return await caller_of(request, service_of(request), scope)

    return caller


Verifying = Annotated[Caller, Depends(needs(Scope.VERIFY))]
Proving = Annotated[Caller, Depends(needs(Scope.PROVE))]
Registering = Annotated[Caller, Depends(needs(Scope.REGISTRY))]
