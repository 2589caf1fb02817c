"""Prove and verify by a service with files: `zkctl prove --service` and `zkctl verify --service`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from zkctl.client.service_client import ServiceClient
from zkctl.errors import FormatError, UsageError
from zkctl.formats.json.bundle import Bundle, read_bundle
from zkctl.formats.json.layout import text_of
from zkctl.formats.json.snarkjs import load_node
from zkctl.formats.json.strict import Json
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.storage.atomic import atomic_output
from zkctl.storage.mapped import read_input
from zkctl.toolchain.circuit.inputs import read_inputs


@record
class ServiceAccess:
    """The address of a service, and the API key."""

    url: str
    key: str

    def client(self) -> ServiceClient:
        """Return a client.  Raises: UsageError."""
        return ServiceClient(self.url, self.key)


@record
class ProofTerms:
    """The circuit by id or pattern; whether inputs and result are sealed; the service's public key in hexadecimal, "" for its own word."""

    circuit: str
    seal_inputs: bool = False
    signed_by: str = ""


@record
class ProofOutputs:
    """The files to write."""

    proof: Path
    public: Path
    force: bool = False


@record
class ServiceVerifySummary:
    """The verdict of a service; `reason` is empty for a valid proof."""

    valid: bool
    circuit: str
    statement: str
    reason: str
    checks: dict[str, str]


@record
class ServiceProveSummary:
    """The files of a proof that a service made; it is not verified again here."""

    proof: str
    public: str
    circuit: str
    job: str


def verify_bundle_by_service(access: ServiceAccess, bundle: Path) -> ServiceVerifySummary:
    """Return the verdict of a service on a bundle.  Raises: as ServiceClient; FormatError for the file."""
    read_bundle(bundle)  # a malformed one is refused here
    text = read_input(bundle, 1 << 20).decode().strip()
    return _summary(access.client().verify(text))


def verify_by_service(
    access: ServiceAccess, public: Path, proof: Path, *, circuit: str
) -> ServiceVerifySummary:
    """Return the verdict of a service on a proof of snarkjs.  Raises: as ServiceClient; FormatError for the files."""
    signals, document = load_node(public), load_node(proof)
    if not isinstance(document.value, dict):
        raise document.fail("expected a proof as snarkjs writes it")
    texts = [each.text() for each in signals.elements()]
    found = access.client().verify(document.value, public_signals=texts, circuit_id=circuit)
    return _summary(found)


def prove_by_service(
    access: ServiceAccess,
    inputs: Path,
    terms: ProofTerms,
    outputs: ProofOutputs,
    progress: Progress = silent,
) -> ServiceProveSummary:
    """Let a service prove for a file of inputs, and write proof and public signals.

    Raises: CheckFailed if the inputs do not satisfy the circuit; as ServiceClient; EnvironmentProblem for the files.
    """
    if terms.signed_by and not terms.seal_inputs:
        raise UsageError("a signing key without sealing", hint="pass `seal_inputs` too")
    values = read_inputs(inputs)
    progress("proving at the service", None)
    made = access.client().prove(
        values,
        circuit=terms.circuit,
        seal_inputs=terms.seal_inputs,
        signed_by=terms.signed_by,
    )
    with (
        atomic_output(outputs.proof, force=outputs.force) as proof,
        atomic_output(outputs.public, force=outputs.force) as public,
    ):
        proof.write(_text(made.parts, made.parts.proof.value))
        public.write(_text(made.parts, made.parts.public.value))
    return ServiceProveSummary(
        str(outputs.proof), str(outputs.public), made.circuit_id, made.job_id
    )


def _text(bundle: Bundle, value: Any) -> bytes:
    """Return JSON in the layout of snarkjs, whose order of members a bundle does not keep."""
    if isinstance(value, dict):
        names = [name for name in value if name not in ("protocol", "curve")]
        value = {name: value[name] for name in (*names, "protocol", "curve") if name in value}
    elif not isinstance(value, list):
        raise FormatError("the answer of the service has no proof", where=bundle.circuit_id)
    made: Json = value
    return text_of(made).encode()


def _summary(found: dict[str, Any]) -> ServiceVerifySummary:
    return ServiceVerifySummary(
        valid=found["valid"] is True,
        circuit=str(found["circuitId"]),
        statement=str(found["statementId"]),
        reason=str(found.get("reason", "")),
        checks={str(name): str(value) for name, value in found["checks"].items()},
    )
