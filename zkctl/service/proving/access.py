"""Who calls: the API key of a request, its scopes and its rates.

One answer for a missing, unknown, wrong, expired or revoked key, and for one of another environment.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum

from starlette.requests import Request

from zkctl.service.http.errors import HttpRefusal
from zkctl.service.http.limits import Rates
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.service import Service
from zkctl.service.proving.settings import ServiceSettings

_SCHEME = "bearer "
_MAX_KEY = 200  # characters


class Scope(StrEnum):
    """What a key allows."""

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
    request_id: str = ""


class RequestRates:
    """The allowances of keys in this process: verify by the second, generate by the minute."""

    def __init__(self, settings: ServiceSettings) -> None:
        per_minute = settings.generate_per_minute
        self._rates = {
            Scope.VERIFY: Rates(settings.verify_per_s, settings.verify_burst, time.monotonic),
            Scope.PROVE: Rates(per_minute / 60, max(per_minute, 1), time.monotonic),
        }

    def check(self, scope: Scope, caller: Caller, n: int = 1) -> None:
        """Take n from the allowance of a caller's key.  Raises: Problem rate-limited."""
        rates = self._rates.get(scope)
        if rates is None:
            return
        try:
            rates.check(caller.key_id or caller.tenant, n)
        except HttpRefusal as refusal:
            raise Problem("rate-limited", retry_after=refusal.retry_after) from None


async def caller_of(request: Request, service: Service, scope: Scope) -> Caller:
    """Return the caller of a request that needs a scope.  Raises: Problem key-invalid, scope-missing, database-unavailable."""
    request_id = str(request.state.request_id)
    if service.settings.no_auth:
        everything = frozenset(each.value for each in Scope)
        return Caller("local", "local", everything, "local", request_id)
    header = request.headers.get("authorization", "")
    if not header.lower().startswith(_SCHEME) or len(header) > _MAX_KEY:
        raise Problem("key-invalid")
    key = await service.keys.authenticate(header[len(_SCHEME) :].strip())
    if key is None:
        raise Problem("key-invalid")
    found = Caller(key.tenant, key.subject, frozenset(key.scopes), key.id, request_id)
    if scope.value not in found.scopes:
        raise Problem("scope-missing", f"this needs a key with the scope {scope.value}")
    return found


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
