"""GET /v1/zkp/circuits: the circuits, their public signals and their keys; no key is needed."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from zkctl.errors import ZkctlError
from zkctl.runtime.digests import blake2b
from zkctl.service.proving.circuits import MAX_VKEY_BYTES, CircuitState, ServedCircuit
from zkctl.service.proving.openapi import operation
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.routes.dependencies import CurrentService
from zkctl.service.proving.service import Service
from zkctl.storage.mapped import read_bytes

router = APIRouter()
_JSON = "application/json"
VISIBLE = {
    "inputs": "Your inputs reach this server's API and worker: whoever controls it can read them.",
    "sealed": "Only a worker process can open your inputs: whoever controls its host can read them.",
    "custodial": "The provider keeps your record and can read it at any time.",
}
NOT_PROVED_HERE = "Proofs are made where the holder's secret is; this service sees no witness."


@router.get("/v1/zkp/circuits", **operation("List the circuits", answers={200: _JSON}))
async def circuits(service: CurrentService) -> Response:
    """Return all circuits, and who can read a witness."""
    return JSONResponse(
        {
            "circuits": [document(each) for each in service.registry],
            "proveModes": list(modes_of(service)),
            "witnessVisible": {mode: VISIBLE[mode] for mode in modes_of(service)}
            or {"none": NOT_PROVED_HERE},
        }
    )


@router.get(
    "/v1/zkp/circuits/{circuit_id}",
    **operation("Describe a circuit", "unknown-circuit", answers={200: _JSON}),
)
async def circuit(circuit_id: str, service: CurrentService) -> Response:
    """Return one circuit."""
    found = _circuit(service, circuit_id)
    return JSONResponse(document(found), headers=_headers(found))


@router.get(
    "/v1/zkp/circuits/{circuit_id}/verification-key",
    **operation(
        "Return a verification key", "unknown-circuit", "circuit-unavailable", answers={200: _JSON}
    ),
)
async def verification_key(circuit_id: str, service: CurrentService) -> Response:
    """Return the verification key as its file is, if it still has the digest of the lock."""
    found = _circuit(service, circuit_id)
    raw = await _vkey(service, found)
    digest = found.digests["vkey"]
    headers = _headers(found) | {"Cache-Control": "no-cache", "ETag": f'"{digest[:40]}"'}
    return Response(raw, media_type=_JSON, headers=headers)


def modes_of(service: Service) -> tuple[str, ...]:
    """Return the forms of generate that are on."""
    return service.settings.accepted_modes if service.can_prove else ()


def document(circuit: ServedCircuit) -> dict[str, Any]:
    """Return what the API says about a circuit."""
    made: dict[str, Any] = {
        "circuitId": circuit.id,
        "pattern": circuit.pattern,
        "state": circuit.state.value,
        "protocol": circuit.protocol,
        "curve": circuit.curve,
        "publicSignals": [{"name": each.name, "role": each.role} for each in circuit.signals],
        "inputs": [
            {"name": each.name, "role": each.role.name.lower(), "shape": list(each.shape)}
            for each in circuit.interface
        ],
        "digests": dict(circuit.digests),
        "canProve": circuit.can_prove,
    }
    if circuit.sunset:
        made["sunset"] = circuit.sunset
    return made


def _circuit(service: Service, circuit_id: str) -> ServedCircuit:
    found = service.registry.get(circuit_id)
    if found is None:
        raise Problem("unknown-circuit")
    return found


def _headers(circuit: ServedCircuit) -> dict[str, str]:
    return {"Sunset": http_date(circuit.sunset)} if circuit.sunset and _is_ending(circuit) else {}


def _is_ending(circuit: ServedCircuit) -> bool:
    return circuit.state in (CircuitState.RETIRING, CircuitState.RETIRED)


def http_date(stamp: str) -> str:
    """Return a time like 2027-01-31T00:00:00Z as HTTP writes it (RFC 8594, RFC 9110)."""
    from datetime import datetime
    from email.utils import format_datetime

    return format_datetime(datetime.fromisoformat(stamp), usegmt=True)


async def _vkey(service: Service, circuit: ServedCircuit) -> bytes:
    """Return the key of the lock, from its file or, where that is gone, from the cache that machines share."""
    raw: bytes | None = None
    if circuit.files.vkey is not None:
        try:
            raw = read_bytes(circuit.files.vkey, MAX_VKEY_BYTES)
        except ZkctlError:
            raw = await service.cache.get_key(circuit.vkey_sha256)
    if raw is None or blake2b(raw, digest_size=32).hexdigest() != circuit.digests["vkey"]:
        raise Problem("circuit-unavailable")
    return raw
