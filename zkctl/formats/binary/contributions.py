"""Contribution records of ptau files (section 7) and groth16 zkeys (section 10).

Both end with u32 kind, u32 length and parameters in ascending order: 1, length, name; 2, iterations;
3, length, beacon.  Snarkjs writes a name only if there is one, and both beacon parameters for a
beacon; other encodings are refused, so that what is read is written back byte for byte.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

import numpy as np

from zkctl.ceremony.contribution import (
    ContributorKind,
    Origin,
    Phase1Contribution,
    Phase1PublicKey,
    Phase2Contribution,
)
from zkctl.curve import Curve, G1Array, G2Array, PointArray
from zkctl.errors import FormatError
from zkctl.formats.binary.elements import check_points, read_g1, read_g2
from zkctl.formats.binary.sections import Section

_NAME, _ITERATIONS, _BEACON = 1, 2, 3
_PARTIAL_HASH_BYTES = 216
HASH_BYTES = 64


def read_phase1(section: Section, curve: Curve) -> list[Phase1Contribution]:
    """Return all of section 7 of a ptau file."""
    g1, g2 = curve.g1.point_bytes, curve.g2.point_bytes
    smallest = 9 * g1 + 5 * g2 + _PARTIAL_HASH_BYTES + HASH_BYTES + 8
    count = _read_count(section, smallest)
    records = [_read_phase1_record(section, curve, f"contribution {k + 1}") for k in range(count)]
    section.finish()
    return records


def _read_phase1_record(section: Section, curve: Curve, name: str) -> Phase1Contribution:
    tau_g1 = read_g1(section, curve, 1, name)
    tau_g2 = read_g2(section, curve, 1, name)
    alpha_beta = read_g1(section, curve, 2, name)
    beta_g2 = read_g2(section, curve, 1, name)
    proofs_g1 = read_g1(section, curve, 6, name)  # g1_s, g1_sx of tau, alpha, beta in turn
    proofs_g2 = read_g2(section, curve, 3, name)
    return Phase1Contribution(
        tau_g1=tau_g1[0],
        tau_g2=tau_g2[0],
        alpha_g1=alpha_beta[0],
        beta_g1=alpha_beta[1],
        beta_g2=beta_g2[0],
        public_key=Phase1PublicKey(proofs_g1[0::2], proofs_g1[1::2], proofs_g2),
        partial_hash=bytes(section.take(_PARTIAL_HASH_BYTES, name)),
        next_challenge=bytes(section.take(HASH_BYTES, name)),
        origin=_read_origin(section, name),
    )


def phase1_bytes(contributions: Iterable[Phase1Contribution]) -> bytes:
    """Return the payload of section 7."""
    records = [_phase1_record(record) for record in contributions]
    return len(records).to_bytes(4, "little") + b"".join(records)


def _phase1_record(record: Phase1Contribution) -> bytes:
    key = record.public_key
    proofs = np.stack([key.g1_s.data, key.g1_sx.data], axis=1)  # s, sx of tau, alpha, beta in turn
    return b"".join(
        [
            *_points(record.tau_g1, record.tau_g2, record.alpha_g1, record.beta_g1, record.beta_g2),
            proofs.tobytes(),
            *_points(key.g2_spx),
            record.partial_hash,
            record.next_challenge,
            _origin_bytes(record.origin),
        ]
    )


def check_phase1_points(contributions: Iterable[Phase1Contribution], where: str) -> None:
    """Check that all points of the records lie in their groups and none is at infinity."""
    records = list(contributions)
    if not records:
        return
    g1 = [p for r in records for p in (r.tau_g1, r.alpha_g1, r.beta_g1, *_proofs_g1(r))]
    g2 = [p for r in records for p in (r.tau_g2, r.beta_g2, r.public_key.g2_spx)]
    check_points(G1Array.concatenate(g1), "contributions in g1", where)
    check_points(G2Array.concatenate(g2), "contributions in g2", where)


def _proofs_g1(record: Phase1Contribution) -> tuple[G1Array, G1Array]:
    return record.public_key.g1_s, record.public_key.g1_sx


def read_phase2(section: Section, curve: Curve) -> tuple[bytes, list[Phase2Contribution]]:
    """Return the circuit's hash and the records of section 10 of a groth16 zkey."""
    circuit_hash = bytes(section.take(HASH_BYTES, "the hash of the circuit"))
    count = _read_count(section, 3 * curve.g1.point_bytes + curve.g2.point_bytes + HASH_BYTES + 8)
    records = [_read_phase2_record(section, curve, f"contribution {k + 1}") for k in range(count)]
    section.finish()
    return circuit_hash, records


def _read_phase2_record(section: Section, curve: Curve, name: str) -> Phase2Contribution:
    g1 = read_g1(section, curve, 3, name)
    return Phase2Contribution(
        delta_after=g1[0],
        g1_s=g1[1],
        g1_sx=g1[2],
        g2_spx=read_g2(section, curve, 1, name)[0],
        contribution_challenge=bytes(section.take(HASH_BYTES, name)),
        origin=_read_origin(section, name),
    )


def phase2_bytes(circuit_hash: bytes, contributions: Iterable[Phase2Contribution]) -> bytes:
    """Return the payload of section 10."""
    records = [
        b"".join(
            [
                *_points(record.delta_after, record.g1_s, record.g1_sx, record.g2_spx),
                record.contribution_challenge,
                _origin_bytes(record.origin),
            ]
        )
        for record in contributions
    ]
    return circuit_hash + len(records).to_bytes(4, "little") + b"".join(records)


def check_phase2_points(contributions: Iterable[Phase2Contribution], where: str) -> None:
    """Check that all points of the records lie in their groups and none is at infinity."""
    records = list(contributions)
    if not records:
        return
    g1 = [p for r in records for p in (r.delta_after, r.g1_s, r.g1_sx)]
    check_points(G1Array.concatenate(g1), "contributions in g1", where)
    check_points(G2Array.concatenate([r.g2_spx for r in records]), "contributions in g2", where)


def _points(*arrays: PointArray) -> Iterator[bytes]:
    return (array.data.tobytes() for array in arrays)


def _read_count(section: Section, smallest: int) -> int:
    count = section.u32("the number of contributions")
    if count * smallest > section.remaining:
        raise section.fail(
            f"{count} contributions need at least {count * smallest} bytes,"
            f" {section.remaining} remain"
        )
    return count


def _read_origin(section: Section, name: str) -> Origin:
    kind = section.u32(f"the type of {name}")
    if kind not in tuple(ContributorKind):
        raise section.fail(f"{name} has type {kind}, expected 0 (participant) or 1 (beacon)")
    length = section.u32(f"the length of the parameters of {name}")
    raw = bytes(section.take(length, f"the parameters of {name}"))
    origin = _parse_parameters(ContributorKind(kind), raw)
    if origin is None or _parameter_bytes(origin) != raw:
        raise section.fail(f"{name} has malformed parameters {raw[:32].hex()}")
    return origin


def _parse_parameters(kind: ContributorKind, raw: bytes) -> Origin | None:
    found: dict[int, bytes] = {}
    position = 0
    while position + 1 < len(raw):
        tag, byte = raw[position], raw[position + 1]
        length = 1 if tag == _ITERATIONS else byte
        position += 1 if tag == _ITERATIONS else 2
        found[tag] = raw[position : position + length]
        position += length
    if (kind is ContributorKind.BEACON) != (_BEACON in found and _ITERATIONS in found):
        return None
    return Origin(
        kind,
        found.get(_NAME, b"").decode("utf-8", "surrogateescape"),
        found.get(_BEACON, b""),
        int.from_bytes(found.get(_ITERATIONS, b""), "little"),
    )


def _origin_bytes(origin: Origin) -> bytes:
    parameters = _parameter_bytes(origin)
    return struct.pack("<II", origin.kind, len(parameters)) + parameters


def _parameter_bytes(origin: Origin) -> bytes:
    """Return the parameters as snarkjs writes them."""
    name = origin.name.encode("utf-8", "surrogateescape")
    for what, value in (("name", name), ("beacon", origin.beacon)):
        if len(value) > 255:
            raise FormatError(f"a contribution's {what} of {len(value)} bytes, at most 255 fit")
    parts = [bytes([_NAME, len(name)]), name] if name else []
    if origin.kind is ContributorKind.BEACON:
        parts += [
            bytes([_ITERATIONS, origin.iterations, _BEACON, len(origin.beacon)]),
            origin.beacon,
        ]
    return b"".join(parts)
