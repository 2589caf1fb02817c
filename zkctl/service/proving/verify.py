"""Verify statements in the order of the specification, section 2.2.

Decode, circuit, strict signals, checks that cost nothing, cache, pairing, and then again the checks that can have changed; a hit of
the cache skips the pairing only.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from zkctl.errors import ZkctlError
from zkctl.service.proving.access import Caller
from zkctl.service.proving.cache import key_of_tenant
from zkctl.service.proving.policy import (
    CHECKS,
    Checked,
    CheckResult,
    Expectation,
    Reason,
    policy_results,
)
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.served_members import SignalRole
from zkctl.service.proving.service import Service
from zkctl.service.proving.statement import ReadStatement
from zkctl.service.proving.tracing import TraceStep

T = TypeVar("T")

# one verification of these takes less than 2 ms and runs in the event loop; all others run beside it
_QUICK = {("groth16", "bn254")}
_SMALL_BATCH = 1
_TURN = 8  # statements of a batch after which other requests have their turn: 2 ms


@dataclass(frozen=True)
class VerifyOutcome:
    """The verdict on one statement."""

    statement: ReadStatement
    checks: dict[str, CheckResult]
    reason: Reason | None
    cached: bool
    verified_at: float

    def document(self) -> dict[str, Any]:
        """Return the answer."""
        made: dict[str, Any] = {
            "valid": self.reason is None,
            "circuitId": self.statement.circuit.id,
            "statementId": self.statement.id,
        }
        if self.reason is not None:
            made["reason"] = self.reason.value
        made["checks"] = {name: str(self.checks[name]) for name in CHECKS}
        made["verifiedAt"] = timestamp(self.verified_at)
        made["cached"] = self.cached
        return made


@dataclass(frozen=True)
class _Verdict:
    """The verdict of the equation, and whether the cache had it."""

    holds: bool
    cached: bool


def timestamp(seconds: float) -> str:
    """Return a time as 2026-01-31T12:00:00.000Z."""
    stamp = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return stamp.replace("+00:00", "Z")


async def verify_statements(
    service: Service, caller: Caller, statements: Sequence[ReadStatement], expect: Expectation
) -> list[VerifyOutcome]:
    """Return the verdict on each statement of one circuit, in order.

    Raises: Problem database-unavailable or clock where a check cannot be answered.
    """
    begun = time.monotonic()
    tracing = service.tracing
    with tracing.step(TraceStep.POLICY):
        before = [
            await policy_results(service, each, expect) async for each in _in_turns(statements)
        ]
    wanted = [each for each, found in zip(statements, before, strict=True) if not found.reason]
    verdicts = dict(
        zip(map(id, wanted), await _equations(service, caller.tenant, wanted), strict=True)
    )
    made = []
    with tracing.step(TraceStep.POLICY):
        async for statement, checked in _in_turns(zip(statements, before, strict=True)):
            verdict = verdicts.get(id(statement))
            outcome = await _outcome(service, caller, _Pair(statement, checked, verdict), expect)
            made.append(outcome)
    seconds = (time.monotonic() - begun) / max(len(made), 1)
    async for outcome in _in_turns(made):
        _report(service, caller, outcome, seconds)
    return made


async def _in_turns(items: Iterable[T]) -> AsyncIterator[T]:
    """Yield the items, and let other requests run now and then."""
    for k, item in enumerate(items, 1):
        yield item
        if k % _TURN == 0:
            await asyncio.sleep(0)


async def would_accept(service: Service, statement: ReadStatement, expect: Expectation) -> bool:
    """Return whether a statement holds now; no use is recorded or looked up, and nothing is counted.

    Raises: Problem database-unavailable or clock where a check cannot be answered.
    """
    if (await policy_results(service, statement, expect)).reason:
        return False
    (verdict,) = await _equations(service, "", [statement])  # no answer shows it
    return verdict.holds


@dataclass(frozen=True)
class _Pair:
    """A statement with its checks before the pairing, and the verdict if it was computed."""

    statement: ReadStatement
    before: Checked
    verdict: _Verdict | None


async def _outcome(
    service: Service, caller: Caller, found: _Pair, expect: Expectation
) -> VerifyOutcome:
    """Repeat what can have changed, and record the use with the verdict."""
    results = dict.fromkeys(CHECKS, CheckResult.NOT_REQUESTED) | dict(found.before.results)
    reason, verdict = found.before.reason, found.verdict
    if verdict is not None:
        results["equation"] = CheckResult.OK if verdict.holds else CheckResult.FAILED
        if verdict.holds:
            after = await policy_results(service, found.statement, expect)
            results |= dict(after.results)
            reason = after.reason or await _use(service, caller, found.statement, expect)
            if expect.consume_nullifier and after.reason is None:
                is_used = reason is Reason.NULLIFIER_USED
                results["nullifier"] = CheckResult.FAILED if is_used else CheckResult.OK
            if reason is Reason.CONTEXT_EXPIRED:  # the challenge was used, maybe just now
                results["context"] = CheckResult.FAILED
        else:
            reason = Reason.EQUATION
    cached = verdict is not None and verdict.cached
    return VerifyOutcome(found.statement, results, reason, cached, service.clock())


async def _use(
    service: Service, caller: Caller, statement: ReadStatement, expect: Expectation
) -> Reason | None:
    """Record the use of the nullifier and of the challenge in one transaction; the first request wins."""
    if not expect.consume_nullifier and expect.context is None:
        return None
    nullifier = None
    if expect.consume_nullifier:
        nullifier = statement.number(SignalRole.NULLIFIER)
        if nullifier is None:
            raise Problem(
                "invalid-input",
                "the circuit has no nullifier",
                pointer="/expect/consumeNullifier",
            )
    refused: Reason | None = await service.uses.record(caller.tenant, statement, nullifier, expect)
    return refused


async def _equations(
    service: Service, tenant: str, statements: Sequence[ReadStatement]
) -> list[_Verdict]:
    """Return the verdicts of the equations, from the cache where it has them of this tenant."""
    keys = {id(each): key_of_tenant(each.cache_key, tenant) for each in statements}
    with service.tracing.step(TraceStep.CACHE):
        known = [await service.cache.get(keys[id(each)]) async for each in _in_turns(statements)]
    missing = [each for each, verdict in zip(statements, known, strict=True) if verdict is None]
    if not missing:
        return [_Verdict(verdict, cached=True) for verdict in known if verdict is not None]
    with service.tracing.step(TraceStep.PAIRING):
        computed = iter(await _compute(missing))
    found = []
    with service.tracing.step(TraceStep.CACHE):
        async for statement, verdict in _in_turns(zip(statements, known, strict=True)):
            if verdict is not None:
                found.append(_Verdict(verdict, cached=True))
                continue
            holds = next(computed)
            await service.cache.put(keys[id(statement)], holds)
            found.append(_Verdict(holds, cached=False))
    return found


async def _compute(statements: Sequence[ReadStatement]) -> list[bool]:
    key = statements[0].key
    is_quick = (key.system.name, key.curve.name) in _QUICK and len(statements) <= _SMALL_BATCH
    return equations(statements) if is_quick else await asyncio.to_thread(equations, statements)


def equations(statements: Sequence[ReadStatement]) -> list[bool]:
    """Return whether each proof holds; one without points holds for nothing."""
    key = statements[0].key
    if len(statements) == 1:
        return [_holds(statements[0])]
    whole = [each for each in statements if each.proof is not None]
    try:
        holding = iter(
            key.system.verify_batch(key.vkey, [(each.signals, each.proof) for each in whole])
        )
        return [each.proof is not None and next(holding) for each in statements]
    except ZkctlError:  # a statement that the batch refuses: each for itself
        return [_holds(each) for each in statements]


def _holds(statement: ReadStatement) -> bool:
    if statement.proof is None:
        return False
    try:
        return statement.key.prepared.verify(statement.signals, statement.proof)
    except ZkctlError:  # a point outside its group, found with the pairing
        return False


def _report(service: Service, caller: Caller, outcome: VerifyOutcome, seconds: float) -> None:
    circuit_id, reason = outcome.statement.circuit.id, outcome.reason
    if reason is None:
        service.metrics.proof_verified(circuit_id, seconds)
    else:
        service.metrics.proof_rejected(
            circuit_id, reason.value, seconds=seconds, key_id=caller.key_id
        )
    service.tracing.note(circuit_id=circuit_id, user_id=caller.subject, reason=reason)
    service.log.event(
        "proof_rejected" if reason else "proof_verified",
        circuit_id=circuit_id,
        duration_ms=seconds * 1000,
        user_id=caller.subject,
        request_id=caller.request_id,
        reason=reason,
    )
