"""The requests of a load, and the judgement of their answers."""

from __future__ import annotations

import asyncio
import secrets
import time
from typing import Any

from zkctl.errors import CheckFailed, FormatError, NetworkError
from zkctl.formats.json.strict import load_json
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.toolchain.bench.service.connections import HttpReply, InvalidReply, LoadConnections
from zkctl.toolchain.bench.service.outcomes import AnswerVerdict
from zkctl.toolchain.bench.service.plan import Arrival, LoadKind

REQUEST_SECONDS = 30.0  # for one answer
PROOF_SECONDS = 120.0  # for a proof, waits and questions included
WAIT_SECONDS = 25  # that the service may hold one request
_MALFORMED = (
    b'{"proof":"zkp1.',
    b'{"proof":1,"circuitId":"membership-v1"}',
    b'{"proof":"zkp1.AAAA","circuitId":"membership-v1"}',
    b"[" * 40,
    b'{"proof":"","proof":"","circuitId":""}',
)


@record
class JudgedAnswer:
    """A verdict, its cause, and the proof of a generate request."""

    verdict: AnswerVerdict
    cause: str
    proof: str = ""


class Requests:
    """The requests of one load to one service."""

    def __init__(self, connections: LoadConnections, key: str, generate_body: bytes) -> None:
        self.connections, self.generate_body = connections, generate_body
        self.headers = {"User-Agent": "zkctl-bench", "Content-Type": "application/json"}
        if key:
            self.headers["Authorization"] = f"Bearer {key}"
        self.verify_bodies: list[bytes] = []
        self.run_id = secrets.token_hex(8)  # idempotency keys of two loads differ

    async def send(self, arrival: Arrival) -> JudgedAnswer:
        """Send the request of an arrival and judge the answer; a failed connection is an error too."""
        seconds = PROOF_SECONDS if arrival.kind is LoadKind.GENERATE else REQUEST_SECONDS
        try:
            async with asyncio.timeout(seconds):
                return await self._send(arrival)
        except TimeoutError:
            return JudgedAnswer(AnswerVerdict.ERROR, "timeout")
        except (OSError, InvalidReply, FormatError, asyncio.IncompleteReadError) as problem:
            return JudgedAnswer(AnswerVerdict.ERROR, type(problem).__name__)

    async def _send(self, arrival: Arrival) -> JudgedAnswer:
        match arrival.kind:
            case LoadKind.VERIFY:
                body = self.verify_bodies[arrival.number % len(self.verify_bodies)]
                reply = await self._post("/v1/zkp/verify", body)
                return judged(reply, 200, is_expected=_member(reply, "valid") is True)
            case LoadKind.MALFORMED:
                body = _MALFORMED[arrival.number % len(_MALFORMED)]
                reply = await self._post("/v1/zkp/verify", body)
                return judged(reply, 400, 413, 422)
            case LoadKind.HEALTH:
                return judged(await self.connections.send("GET", "/health", self.headers), 200)
            case LoadKind.GENERATE:
                return await self.generate(f"{self.run_id}-{arrival.number}")

    async def _post(
        self, path: str, body: bytes, headers: dict[str, str] | None = None
    ) -> HttpReply:
        return await self.connections.send("POST", path, {**self.headers, **(headers or {})}, body)

    async def generate(self, idempotency_key: str) -> JudgedAnswer:
        """Ask for a proof and wait until it is there; polls as the answers say."""
        waiting = {"Prefer": f"wait={WAIT_SECONDS}"}
        headers = {**waiting, "Idempotency-Key": idempotency_key}
        reply = await self._post("/v1/zkp/generate", self.generate_body, headers)
        location = ""
        while reply.status == 202:
            location = _path(reply.headers.get("location") or location)
            asked = time.monotonic()
            reply = await self.connections.send("GET", location, {**self.headers, **waiting})
            if reply.status == 200 and _member(reply, "state") in ("queued", "running"):
                reply = HttpReply(202, reply.headers, reply.body)
            if reply.status == 202 and time.monotonic() - asked < 1:  # it did not wait
                await asyncio.sleep(_seconds(reply.headers.get("retry-after", "1")))
        proof = _member(reply, "proof")
        is_done = _member(reply, "state") == "done" and isinstance(proof, str)
        found = judged(reply, 200, is_expected=is_done)
        return JudgedAnswer(found.verdict, found.cause, proof if is_done else "")

    async def first_proof(self) -> str:
        """Return a proof that the service makes now.  Raises: NetworkError, CheckFailed."""
        found = await self.send(Arrival(0.0, LoadKind.GENERATE, -1))
        if found.proof:
            return found.proof
        if found.verdict is AnswerVerdict.ERROR and not found.cause[:1].isdecimal():
            raise NetworkError(
                f"the service does not answer: {found.cause}",
                hint="check the address and the service",
            )
        raise CheckFailed(
            f"the service made no proof for the load: expected 200, got {found.cause}",
            hint="pass `request` with a body that it accepts, or `bundle` with a proof to verify",
        )


def judged(reply: HttpReply, *expected: int, is_expected: bool = True) -> JudgedAnswer:
    """Return the verdict of an answer; a refusal under load must say when to come back."""
    cause = str(reply.status)
    if reply.status in expected:
        if is_expected:
            return JudgedAnswer(AnswerVerdict.SERVED, cause)
        return JudgedAnswer(AnswerVerdict.ERROR, f"{cause} with another result")
    if reply.status in (429, 503):
        if reply.headers.get("retry-after"):
            return JudgedAnswer(AnswerVerdict.REFUSED, cause)
        return JudgedAnswer(AnswerVerdict.ERROR, f"{cause} without Retry-After")
    return JudgedAnswer(AnswerVerdict.ERROR, cause)


def _member(reply: HttpReply, name: str) -> Any:
    value = load_json(reply.body, where="the answer") if reply.body[:1] == b"{" else None
    return value.get(name) if isinstance(value, dict) else None


def _path(location: str) -> str:
    """Return the path of a Location, which may be absolute.  Raises: InvalidReply for another one."""
    if location.startswith(("http://", "https://")):
        location = "/" + location.partition("://")[2].partition("/")[2]
    if not location.startswith("/") or printable(location) != location:
        raise InvalidReply("the location of a job is no path")
    return location


def _seconds(text: str) -> float:
    return min(float(text), 10.0) if text.isdecimal() else 1.0
