"""The caller of a request: its API key or client certificate, scopes and rates.

One answer for a missing, unknown, wrong, expired or revoked key, and for one of another environment.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass
from enum import StrEnum

from starlette.requests import Request

from zkctl.service.http.errors import HttpRefusal
from zkctl.service.http.limits import Rates
from zkctl.service.proving.api_keys import ApiKey
from zkctl.service.proving.client_certificates import identity_of
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.rate_classes import STANDARD, factors_of
from zkctl.service.proving.service import Service
from zkctl.service.proving.settings import ServiceSettings

_SCHEME = "bearer "
_MAX_KEY = 200  # characters
LONGEST_PAUSE_MS = 8


class Scope(StrEnum):
    """The right that a key has."""

    PROVE = "prove"
    VERIFY = "verify"
    REGISTRY = "registry"
    ADMIN = "admin"


@dataclass(frozen=True)
class Caller:
    """The owner of a request's key."""

    tenant: str
    subject: str
    scopes: frozenset[str]
    key_id: str = ""
    rate_class: str = STANDARD
    request_id: str = ""


class RequestRates:
    """The allowances of keys in this process: verify by the second, generate by the minute."""

    def __init__(self, settings: ServiceSettings) -> None:
        per_minute = settings.generate_per_minute
        self._rates = {}
        for name, factor in factors_of(settings.rate_classes).items():
            for scope, per_s, burst in (
                (Scope.VERIFY, settings.verify_per_s, settings.verify_burst),
                (Scope.PROVE, per_minute / 60, per_minute),
            ):
                rates = Rates(per_s * factor, max(burst * factor, 1), time.monotonic)
                self._rates[scope, name] = rates

    def check(self, scope: Scope, caller: Caller, n: int = 1) -> None:
        """Take n from the allowance of a caller's key.  Raises: Problem rate-limited."""
        if (scope, STANDARD) not in self._rates:
            return
        rates = self._rates.get((scope, caller.rate_class), self._rates[scope, STANDARD])
        try:
            rates.check(caller.key_id or caller.tenant, n)
        except HttpRefusal as refusal:
            raise Problem("rate-limited", retry_after=refusal.retry_after) from None


async def caller_of(request: Request, service: Service, scope: Scope) -> Caller:
    """Return the caller of a request that needs a scope.  Raises: Problem key-invalid, scope-missing, database-unavailable."""
    request_id = str(request.state.request_id)
    if service.settings.no_auth:
        everything = frozenset(each.value for each in Scope)
        return Caller("local", "local", everything, "local", request_id=request_id)
    key = await _key_of(request, service)
    if key is None:
        await _pause()
        raise Problem("key-invalid")
    found = Caller(
        key.tenant, key.subject, frozenset(key.scopes), key.id, key.rate_class, request_id
    )
    if scope.value not in found.scopes:
        raise Problem("scope-missing", f"this needs a key with the scope {scope.value}")
    return found


async def _pause() -> None:
    """Wait a random time, so that the microseconds by which refusals of keys still differ are not to be seen."""
    await asyncio.sleep(secrets.randbelow(1000 * LONGEST_PAUSE_MS) / 1e6)


async def _key_of(request: Request, service: Service) -> ApiKey | None:
    """Return the key of the header Authorization; without that header, the key of the client's certificate."""
    headers = request.headers.getlist("authorization")
    if not headers:
        identity = identity_of(request, service.settings.trusted_proxies)
        return None if identity is None else await service.keys.of_certificate(identity)
    header = headers[0]
    is_one = len(headers) == 1  # a proxy may have read the other one
    if not is_one or not header.lower().startswith(_SCHEME) or len(header) > _MAX_KEY:
        return None
    return await service.keys.authenticate(header[len(_SCHEME) :].strip())


def check_flag(service: Service, caller: Caller) -> None:
    """Check that the flag lets this subject in.  Raises: Problem zkp-disabled, which sends a proxy to the legacy system."""
    if service.flags is None:
        return
    if service.flags.current().includes(caller.subject, caller.tenant):
        return
    headers = {"Zkp-Route": "legacy"}
    if service.settings.legacy_accel:
        headers["X-Accel-Redirect"] = "@legacy"
    raise Problem("zkp-disabled", headers=headers)
