"""The calls of the service: verify, prove, jobs, circuits, challenges."""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any

from zkctl.client.requests import Patience, ServiceAnswer, ServiceRequests
from zkctl.errors import CheckFailed, NetworkError
from zkctl.formats.json.bundle import Bundle, parse_bundle
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.service.proving.sealed import (
    SealedFor,
    new_private_key,
    open_result,
    public_of,
    seal,
)
from zkctl.service.proving.sealing_keys import SUITE_NAMES, check_sealing_key, parse_sealing_key

WAIT_S = 25
_PATH = "/v1/zkp"
_UNFINISHED = ("queued", "running")


@record(repr=False)
class Proved:
    """A proof of the service: the job, the bundle, and its parts."""

    job_id: str
    circuit_id: str
    bundle: str
    parts: Bundle


class ServiceClient:
    """A service at an address; `key` is the API key.

    All methods raise UsageError, InputError, LimitError or NetworkError with the service's own words.
    """

    def __init__(
        self,
        url: str,
        key: str = "",
        *,
        patience: Patience = Patience(),  # noqa: B008  (frozen)
        requests: ServiceRequests | None = None,
    ) -> None:
        self._patience = patience
        self._requests = requests or ServiceRequests(url, key, patience)

    def verify(
        self,
        proof: str | Mapping[str, Any],
        *,
        public_signals: Sequence[str] | None = None,
        circuit_id: str | None = None,
        expect: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return the verdict on a bundle, or on a proof of snarkjs with its public signals and circuit."""
        members = {
            "proof": proof,
            "publicSignals": public_signals,
            "circuitId": circuit_id,
            "expect": expect,
        }
        body = {name: value for name, value in members.items() if value is not None}
        # a repeated request that consumes a nullifier would be refused by its own first try
        may_repeat = not (expect and (expect.get("consumeNullifier") or expect.get("context")))
        answer = self._requests.send("POST", f"{_PATH}/verify", body, may_repeat=may_repeat)
        return _object(answer)

    def prove(
        self,
        inputs: Mapping[str, Any],
        *,
        circuit: str,
        seal_inputs: bool = False,
        signed_by: str = "",
        context: Mapping[str, Any] | None = None,
        scope: str | None = None,
    ) -> Proved:
        """Return a proof for inputs by name; `circuit` is an id or a pattern.

        `seal_inputs` seals the inputs to a worker and the result to a fresh key of ours; `signed_by` is the public key in
        hexadecimal with which the service must have signed its sealing keys.
        Raises: CheckFailed if the inputs do not satisfy the circuit; NetworkError if the job does not end in time.
        """
        circuit_id = self._circuit_id(circuit)
        more = {"context": context, "scope": scope, "circuitId": circuit_id}
        body = {name: value for name, value in more.items() if value is not None}
        idempotency, private = secrets.token_urlsafe(24), b""
        if seal_inputs:
            private = new_private_key()
            sealed = self._sealed(inputs, circuit_id, idempotency, signed_by)
            body |= {"sealedInputs": sealed, "resultKey": _text(public_of(private))}
        else:
            body["inputs"] = dict(inputs)
        answer = self._requests.send(
            "POST",
            f"{_PATH}/generate",
            body,
            headers={"Idempotency-Key": idempotency},
            may_repeat=True,
            wait_s=WAIT_S,
        )
        return _proved(self._finished(_object(answer)), private)

    def job(self, job_id: str, *, wait_s: int = 0) -> dict[str, Any]:
        """Return the state of a job, after at most `wait_s` seconds on the server."""
        path = f"{_PATH}/jobs/{job_id}"
        return _object(self._requests.send("GET", path, may_repeat=True, wait_s=wait_s))

    def cancel(self, job_id: str) -> dict[str, Any]:
        """Cancel a job, or remove its result."""
        return _object(self._requests.send("DELETE", f"{_PATH}/jobs/{job_id}", may_repeat=True))

    def circuits(self) -> list[dict[str, Any]]:
        """Return the circuits that the service offers."""
        found = _object(self._requests.send("GET", f"{_PATH}/circuits", may_repeat=True))
        return list(found["circuits"])

    def challenge(self, verifier: str, *, ttl_s: int = 300) -> dict[str, Any]:
        """Return a fresh nonce with its expiry and context."""
        body = {"verifierId": verifier, "ttl_s": ttl_s}
        return _object(self._requests.send("POST", f"{_PATH}/challenges", body))

    def _circuit_id(self, circuit: str) -> str:
        """Return the id of a circuit that is named by its pattern: inputs are sealed for an id."""
        found = [
            each for each in self.circuits() if circuit in (each["circuitId"], each["pattern"])
        ]
        exact = [each for each in found if each["circuitId"] == circuit]
        active = [each for each in found if each["state"] == "active"]
        chosen = exact or active[-1:]
        return str(chosen[0]["circuitId"]) if chosen else circuit

    def _sealed(
        self, inputs: Mapping[str, Any], circuit_id: str, idempotency: str, signed_by: str
    ) -> str:
        answer = _object(self._requests.send("GET", f"{_PATH}/sealing-keys", may_repeat=True))
        known = [each for each in answer["keys"] if each.get("suite") in SUITE_NAMES]
        if not known:
            raise NetworkError("the service has no sealing key", hint="try again later")
        # the newest suite: a recorded message stays closed even if X25519 is broken later
        key = max(map(parse_sealing_key, known), key=lambda each: each.suite.number)
        check_sealing_key(key, signed_by or str(answer["signedBy"]))
        sealed_for = SealedFor(circuit_id, str(answer.get("tenant", "")), idempotency.encode())
        plain = json.dumps({"inputs": dict(inputs)}, sort_keys=True, separators=(",", ":"))
        return _text(seal(plain.encode(), public=key.public, request=sealed_for))

    def _finished(self, job: dict[str, Any]) -> dict[str, Any]:
        """Return a job when it is finished."""
        end = time.monotonic() + self._patience.seconds
        while job["state"] in _UNFINISHED:
            if time.monotonic() > end:
                raise NetworkError(
                    f"the proof is not ready after {self._patience.seconds:.0f} seconds",
                    where=f"job {printable(str(job['jobId']), 64)}",
                )
            job = self.job(str(job["jobId"]), wait_s=WAIT_S)
        return job


def _proved(job: dict[str, Any], private: bytes) -> Proved:
    """Return the proof of a finished job.  Raises: CheckFailed if it has none."""
    job_id = str(job["jobId"])
    if job["state"] != "done":
        reason = printable(str(job.get("error", job["state"])), 60)
        raise CheckFailed(f"the service made no proof: {reason}", where=f"job {job_id[:64]}")
    text = job.get("proof")
    if private:
        sealed = str(job.get("sealedResult", ""))
        raw = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        text = open_result(raw, private=private, job_id=job_id).decode("ascii", "replace")
    parts = parse_bundle(str(text), "the answer")
    return Proved(job_id, str(job["circuitId"]), str(text), parts)


def _object(answer: ServiceAnswer) -> dict[str, Any]:
    if not isinstance(answer.value, dict):
        raise NetworkError("the answer of the service is no JSON object")
    return answer.value


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
