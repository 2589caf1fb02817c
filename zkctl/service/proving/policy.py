"""The checks around a proof: the state of its circuit, its roots, its context, and the use that it asks for.

They cost nothing and run before the pairing; those whose answer can change run again after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from zkctl.address.requests import context_value
from zkctl.errors import ZkctlError
from zkctl.service.proving.circuits import CircuitState
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.served_members import SignalRole
from zkctl.service.proving.service import Service
from zkctl.service.proving.statement import ReadStatement

CHECKS = ("equation", "root", "revocationRoot", "context", "nullifier")


class CheckResult(StrEnum):
    """The result of one check."""

    OK = "ok"
    FAILED = "failed"
    NOT_REQUESTED = "not-requested"


class Reason(StrEnum):
    """The reasons for which a proof is not accepted."""

    EQUATION = "equation"
    ROOT_UNKNOWN = "root-unknown"
    ROOT_STALE = "root-stale"
    REVOCATION_ROOT_STALE = "revocation-root-stale"
    CONTEXT_MISMATCH = "context-mismatch"
    CONTEXT_EXPIRED = "context-expired"
    NULLIFIER_USED = "nullifier-used"
    CIRCUIT_RETIRED = "circuit-retired"


@dataclass(frozen=True)
class Expectation:
    """What the request expects; None: not requested.  `context` is the value, `expiry` in seconds since 1970."""

    context: int | None = None
    nonce: int | None = None
    expiry: int | None = None
    scope: int | None = None
    max_root_age_s: int | None = None
    consume_nullifier: bool = False
    verifier: str | None = None


@dataclass(frozen=True)
class Checked:
    """The results of checks by name, and the first reason to refuse, if any."""

    results: Mapping[str, CheckResult] = field(default_factory=dict)
    reason: Reason | None = None


class RootState(Protocol):
    """A published root; `issued_at` in seconds since 1970."""

    @property
    def revocation_root(self) -> int:
        """The revocation root of the same epoch."""

    @property
    def issued_at(self) -> float:
        """The time of its publication."""

    @property
    def is_newest(self) -> bool:
        """True if no later one is published."""

    @property
    def withdrawn(self) -> bool:
        """True if the registry withdrew it."""

    @property
    def has_newer_revocations(self) -> bool:
        """True if a leaf was revoked since: a proof under this revocation root may be of that leaf."""


def expectation_of(given: Mapping[str, Any]) -> Expectation:
    """Return the expectation of the member `expect`, whose shape is checked.  Raises: Problem invalid-input."""
    context, verifier = given.get("context"), given.get("verifierId")
    value = nonce = expiry = None
    if context is not None:
        nonce, expiry = int(context["nonce"]), context["expiry"]
        verifier = verifier or context["verifierId"]
        if verifier != context["verifierId"]:
            raise Problem("invalid-input", "the two verifiers differ", pointer="/expect/verifierId")
        value = context_number(context, "/expect/context")
    scope = given.get("scope")
    return Expectation(
        context=value,
        nonce=nonce,
        expiry=expiry,
        scope=None if scope is None else int(scope),
        max_root_age_s=given.get("maxRootAgeS"),
        consume_nullifier=bool(given.get("consumeNullifier", False)),
        verifier=verifier,
    )


def context_number(context: Mapping[str, Any], pointer: str) -> int:
    """Return the context of a verifier, a nonce and an expiry.  Raises: Problem invalid-input."""
    try:
        return context_value(context["verifierId"], int(context["nonce"]), context["expiry"])
    except ZkctlError:
        detail = "expected a verifier's name, a nonce below the modulus and an expiry"
        raise Problem("invalid-input", detail, pointer=pointer) from None


async def check_policy(service: Service, statement: ReadStatement, expect: Expectation) -> Checked:
    """Check everything but the equation and the use.

    Raises: Problem database-unavailable where roots or time cannot be known.
    """
    results: dict[str, CheckResult] = {}
    reasons = [
        Reason.CIRCUIT_RETIRED if statement.circuit.state is CircuitState.RETIRED else None,
        await _check_roots(service, statement, expect, results),
        await _check_context(service, statement, expect, results),
    ]
    return Checked(results, next((reason for reason in reasons if reason), None))


async def _check_roots(
    service: Service,
    statement: ReadStatement,
    expect: Expectation,
    results: dict[str, CheckResult],
) -> Reason | None:
    """Check the root against those of the registry, always, if the circuit has one."""
    root = statement.number(SignalRole.ROOT)
    revocation_root = statement.number(SignalRole.REVOCATION_ROOT)
    if root is None and revocation_root is None:
        return None
    registry = statement.circuit.registry
    if root is None:
        state = await service.roots.newest(registry)
    else:
        state = await service.roots.find(registry, root)
    if state is None or state.withdrawn:
        results["root" if root is not None else "revocationRoot"] = CheckResult.FAILED
        return Reason.ROOT_UNKNOWN
    is_stale = await _is_stale(service, state, expect)
    if root is not None:
        results["root"] = CheckResult.FAILED if is_stale else CheckResult.OK
    is_other = revocation_root is not None and (
        revocation_root != state.revocation_root or state.has_newer_revocations
    )
    if revocation_root is not None:
        results["revocationRoot"] = CheckResult.FAILED if is_other else CheckResult.OK
    if is_stale:
        return Reason.ROOT_STALE
    return Reason.REVOCATION_ROOT_STALE if is_other else None


async def _is_stale(service: Service, state: RootState, expect: Expectation) -> bool:
    """Return whether a root is too old: the newest one never is, unless the request names an age."""
    if expect.max_root_age_s is None and state.is_newest:
        return False
    limit = expect.max_root_age_s
    limit = service.settings.max_root_age_s if limit is None else limit
    return await service.now() - state.issued_at > limit


async def _check_context(
    service: Service,
    statement: ReadStatement,
    expect: Expectation,
    results: dict[str, CheckResult],
) -> Reason | None:
    """Check context, scope and expiry."""
    if expect.context is None and expect.scope is None:
        return None
    pairs = ((SignalRole.CONTEXT, expect.context), (SignalRole.SCOPE, expect.scope))
    is_equal = all(wanted is None or statement.number(role) == wanted for role, wanted in pairs)
    is_late = expect.expiry is not None and await service.now() > expect.expiry
    results["context"] = CheckResult.OK if is_equal and not is_late else CheckResult.FAILED
    if not is_equal:
        return Reason.CONTEXT_MISMATCH
    return Reason.CONTEXT_EXPIRED if is_late else None
