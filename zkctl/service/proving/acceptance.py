"""From the body of generate to a job: form, circuit, inputs, sealing and digests, all before a row is written."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zkctl.address.pid import parse_pid
from zkctl.constraints.signals import Role, SignalGroup, flatten_inputs
from zkctl.errors import InputError, ZkctlError
from zkctl.service.proving.access import Caller
from zkctl.service.proving.circuits import CircuitState, ServedCircuit
from zkctl.service.proving.jobs import NewJob
from zkctl.service.proving.policy import context_number
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.schemas import GenerateShape
from zkctl.service.proving.sealed import SealedFor, check_result_key, key_id_of
from zkctl.service.proving.served_members import SignalRole
from zkctl.service.proving.service import Service
from zkctl.toolchain.circuit.inputs import InputReader

INVALID = "invalid-input"
_FORMS = {"pid": "custodial", "inputs": "inputs", "sealedInputs": "sealed"}
_LOCALLY = "prove where the secret is: zkctl fullprove NAME.zkey NAME.wprog INPUT.json"


@dataclass(frozen=True, repr=False)
class ProofRequest:
    """One request as it is accepted: `idempotency` is the header, "" for none; `pointer` is its place in the body."""

    service: Service
    caller: Caller
    body: GenerateShape
    raw: Mapping[str, Any]
    endpoint: str
    idempotency: str = ""
    pointer: str = ""

    @property
    def mode(self) -> str:
        """The form of the request.  Raises: Problem invalid-input for none or several."""
        given = [mode for name, mode in _FORMS.items() if name in self.raw]
        if len(given) != 1:
            raise self.refusal("expected exactly one of pid, inputs and sealedInputs")
        return given[0]

    def refusal(self, detail: str, place: str = "", slug: str = INVALID) -> Problem:
        """Return a problem with a place in this request."""
        return Problem(slug, detail, pointer=f"{self.pointer}{place}")

    def digest(self, label: str, *parts: bytes) -> bytes:
        """Return a keyed digest: a plain one of a PID could be found by trying all PIDs."""
        mac = hmac.new(self.service.pepper, label.encode(), "sha256")
        for part in (self.caller.tenant.encode(), self.endpoint.encode(), *parts):
            mac.update(len(part).to_bytes(8, "big") + part)
        return mac.digest()


async def new_job(request: ProofRequest) -> NewJob:
    """Return the job of a request.

    Raises: Problem mode-disabled, unknown-circuit, circuit-unavailable, invalid-input, invalid-pid, unknown-pid.
    """
    service, mode = request.service, request.mode
    if mode not in service.settings.accepted_modes:
        raise Problem("mode-disabled", f"the form {mode} is off on this server", hint=_LOCALLY)
    circuit = _circuit(request)
    expected = _implied(request, circuit)
    result_key = _result_key(request)
    sealed = await _sealed(request, circuit, expected)
    canonical = json.dumps(request.raw, sort_keys=True, separators=(",", ":")).encode()
    key = request.idempotency.encode()
    return NewJob(
        tenant=request.caller.tenant,
        subject=request.caller.subject,
        request_id=request.caller.request_id or None,
        circuit_id=circuit.id,
        protocol=circuit.protocol,
        mode=mode,
        sealed_input=sealed,
        sealing_key=key_id_of(sealed),
        sealing_aad=key,
        expected=expected,
        result_key=result_key,
        idempotency=request.digest("zkctl idempotency 1", key) if key else None,
        request_digest=request.digest("zkctl request 1", canonical),
        deadline_s=service.settings.job_deadline_s,
        max_attempts=service.settings.max_attempts,
    )


def _circuit(request: ProofRequest) -> ServedCircuit:
    body = request.body
    if (body.pattern is None) == (body.circuit_id is None):
        raise request.refusal("expected exactly one of pattern and circuitId")
    found = request.service.registry.find(body.pattern or body.circuit_id or "")
    is_open = found.state in (CircuitState.ACTIVE, CircuitState.RETIRING)
    if not is_open or not found.can_prove:
        raise Problem("circuit-unavailable")
    return found


def _implied(request: ProofRequest, circuit: ServedCircuit) -> dict[str, str]:
    """Return the public signals that context and scope of the request imply, by name."""
    body, found = request.body, {}
    if body.context is not None:
        value = context_number(body.context.model_dump(by_alias=True), f"{request.pointer}/context")
        found[_signal(request, circuit, SignalRole.CONTEXT)] = str(value)
    if body.scope is not None:
        found[_signal(request, circuit, SignalRole.SCOPE)] = body.scope
    return found


def _signal(request: ProofRequest, circuit: ServedCircuit, role: SignalRole) -> str:
    position = circuit.position(role)
    if position is None:
        raise request.refusal(f"the circuit has no {role.value}", f"/{role.value}")
    return circuit.signals[position].name


def _result_key(request: ProofRequest) -> bytes | None:
    if request.body.result_key is None:
        return None
    try:
        raw = decoded(request.body.result_key)
        check_result_key(raw)
    except (InputError, ValueError):
        raise request.refusal("expected an X25519 public key in base64url", "/resultKey") from None
    return raw


async def _sealed(request: ProofRequest, circuit: ServedCircuit, expected: dict[str, str]) -> bytes:
    """Return the inputs sealed to a worker; `expected` gains the public inputs that they hold."""
    service, body = request.service, request.body
    if body.sealed_inputs is not None:
        return _as_received(request, body.sealed_inputs)
    if body.pid is not None:
        given = dict(await _of_pid(request, circuit, expected))
    else:
        given = dict(body.inputs or {})
        _fill(request, circuit, given, expected)
    expected |= _public_inputs(request, circuit, given)
    sealed_for = SealedFor(circuit.id, request.caller.tenant, request.idempotency.encode())
    plain = json.dumps({"inputs": given}, sort_keys=True, separators=(",", ":")).encode()
    return bytes(service.sealing.seal(plain, sealed_for))


def _as_received(request: ProofRequest, text: str) -> bytes:
    try:
        message = decoded(text)
        key_id = key_id_of(message)
    except (InputError, ValueError):
        raise request.refusal("not a sealed message", "/sealedInputs") from None
    if not request.service.sealing.is_known(key_id):
        detail = "the sealing key does not exist any more: fetch the sealing keys again"
        raise request.refusal(detail, "/sealedInputs")
    return message


async def _of_pid(
    request: ProofRequest, circuit: ServedCircuit, expected: Mapping[str, str]
) -> Mapping[str, Any]:
    """Return the inputs of the holder of a PID, from the custodian of its record."""
    pid = request.body.pid or ""
    try:
        parse_pid(pid)
    except InputError as problem:
        raise request.refusal(problem.message, "/pid", "invalid-pid") from None
    body = request.body
    asked = {
        "context": _number(expected, circuit, SignalRole.CONTEXT),
        "scope": _number(expected, circuit, SignalRole.SCOPE),
        "reveal": body.reveal or [],
        "allowed": body.allowed or [],
        "prohibited": body.prohibited or [],
    }
    if request.service.custodian is None:
        raise Problem("unknown-pid", pointer=f"{request.pointer}/pid")
    found: Mapping[str, Any] = await request.service.custodian.inputs(
        request.caller.tenant, pid, circuit, asked
    )
    return found


def _number(expected: Mapping[str, str], circuit: ServedCircuit, role: SignalRole) -> int | None:
    """Return the value of a role that the request implies."""
    position = circuit.position(role)
    value = None if position is None else expected.get(circuit.signals[position].name)
    return None if value is None else int(value)


def _fill(
    request: ProofRequest,
    circuit: ServedCircuit,
    given: dict[str, Any],
    implied: Mapping[str, str],
) -> None:
    """Add the public inputs that context and scope imply; one that is given must be equal."""
    names = {group.name for group in circuit.interface}
    for name, value in implied.items():
        if name in names and str(given.setdefault(name, value)) != value:
            raise request.refusal(f"the input {name} is not the one of the request", "/inputs")


def _public_inputs(
    request: ProofRequest, circuit: ServedCircuit, given: Mapping[str, Any]
) -> dict[str, str]:
    """Return the public inputs as decimal strings by the names of their signals; names, shapes and ranges of all inputs are checked.

    Raises: Problem invalid-input that names an input of the circuit, never a value.
    """
    groups = circuit.interface
    unknown = set(given) - {group.name for group in groups}
    if unknown:
        names = ", ".join(group.name for group in groups)
        raise request.refusal(f"unknown input: the circuit's inputs are {names}", "/inputs")
    reader = InputReader(circuit.ready_key().curve.scalar_field, False, "")
    try:
        values = flatten_inputs(groups, given, reader, reader.usual_numbers)
    except ZkctlError as problem:
        raise request.refusal(_without_names(problem), _input_pointer(groups, problem)) from None
    public: dict[str, str] = {}
    start = 0
    for group in groups:
        if group.role is Role.PUBLIC:
            ours = values[start : start + group.size]
            public |= dict(zip(group.element_names(), map(str, ours), strict=True))
        start += group.size
    return public


def _without_names(problem: ZkctlError) -> str:
    """Return a reader's message; one about unknown fields would quote their names."""
    return "unknown field of an input" if "unknown input" in problem.message else problem.message


def _input_pointer(groups: tuple[SignalGroup, ...], problem: ZkctlError) -> str:
    """Return the pointer of the input that a message names; that of all where some are missing."""
    if problem.message.startswith("no value"):
        return "/inputs"
    words = problem.message.replace("[", " ").replace(".", " ").split()
    places = problem.where.replace("[", " ").replace(".", " ").split()
    for group in groups:
        if group.name in words or group.name in places:
            return f"/inputs/{group.name}"
    return "/inputs"


def decoded(text: str) -> bytes:
    """Return the bytes of base64url without padding.  Raises: ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
