"""Contribution records: exact round trips of names and beacons, refusal of other encodings."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.binary_files import Container, container, le, u32
from zkctl.ceremony.contribution import ContributorKind, Origin, Phase2Contribution
from zkctl.curve import BN254, G1Array, G2Array
from zkctl.errors import EncodingError, FormatError
from zkctl.formats.binary import contributions as records
from zkctl.formats.binary.ptau.file import read_ptau
from zkctl.formats.binary.sections import ContainerKind, Section, read_sections

GENERATORS = G1Array.generator(BN254.g1), G2Array.generator(BN254.g2)
PHASE2_POINTS = 3 * 64 + 128


def section(payload: bytes) -> Section:
    return Section(memoryview(payload), 10, "a.zkey")


def phase2(origin: Origin) -> Phase2Contribution:
    g1, g2 = GENERATORS
    return Phase2Contribution(g1, g1, g1, g2, b"t" * 64, origin)


ORIGINS = [
    Origin(ContributorKind.PARTICIPANT),
    Origin(ContributorKind.PARTICIPANT, "1st Contributor Name"),
    Origin(ContributorKind.PARTICIPANT, "Ünïcödé \x1b[31m\n\u202e"),
    Origin(ContributorKind.PARTICIPANT, b"\xff\xfe".decode("utf-8", "surrogateescape")),
    Origin(ContributorKind.PARTICIPANT, "x" * 255),
    Origin(ContributorKind.BEACON, "", bytes(range(1, 32)), 10),
    Origin(ContributorKind.BEACON, "final", b"\x12\x34\x56\x78\x90", 10),
    Origin(ContributorKind.BEACON, "", b"\x00" * 255, 63),
]


@pytest.mark.parametrize("origin", ORIGINS, ids=lambda o: f"{o.kind.name}-{len(o.name)}")
def test_origins_are_written_as_read(origin: Origin) -> None:
    payload = records.phase2_bytes(b"c" * 64, [phase2(origin)] * 3)
    circuit_hash, found = records.read_phase2(section(payload), BN254)
    assert [record.origin for record in found] == [origin] * 3
    assert circuit_hash == b"c" * 64
    assert records.phase2_bytes(circuit_hash, found) == payload


def test_the_layout_of_parameters() -> None:
    payload = records.phase2_bytes(
        b"", [phase2(Origin(ContributorKind.BEACON, "me", b"\xab\xcd", 10))]
    )
    assert payload.endswith(u32(1, 10) + b"\x01\x02me\x02\x0a\x03\x02\xab\xcd")


def raw(kind: int, parameters: bytes, length: int | None = None) -> bytes:
    points = GENERATORS[0].data.tobytes() * 3 + GENERATORS[1].data.tobytes()
    tail = u32(kind, len(parameters) if length is None else length) + parameters
    return bytes(64) + u32(1) + points + bytes(64) + tail


MALFORMED = {
    "type 2": (raw(2, b""), "contribution 1 has type 2, expected 0 (participant) or 1 (beacon)"),
    "empty name": (raw(0, b"\x01\x00"), "contribution 1 has malformed parameters 0100"),
    "name cut": (raw(0, b"\x01\x05me"), "contribution 1 has malformed parameters 01056d65"),
    "one byte": (raw(0, b"\x01"), "contribution 1 has malformed parameters 01"),
    "unknown tag": (raw(0, b"\x09\x01x"), "contribution 1 has malformed parameters 090178"),
    "two names": (raw(0, b"\x01\x01a\x01\x01b"), "has malformed parameters 010161010162"),
    "descending": (raw(1, b"\x03\x01x\x02\x0a"), "has malformed parameters 030178020a"),
    "beacon without bytes": (raw(1, b"\x02\x0a"), "has malformed parameters 020a"),
    "beacon without iterations": (raw(1, b"\x03\x01x"), "has malformed parameters 030178"),
    "beacon bare": (raw(1, b""), "contribution 1 has malformed parameters"),
    "participant with beacon": (raw(0, b"\x02\x0a\x03\x01x"), "malformed parameters 020a030178"),
    "length": (
        raw(0, b"", 2**32 - 1),
        "the parameters of contribution 1 needs 4294967295 bytes, 0",
    ),
    "trailing": (raw(0, b"") + b"!", "the section has 461 bytes, 460 expected"),
    "count": (
        bytes(64) + u32(2**32 - 1) + bytes(400),
        "4294967295 contributions need at least 1683627179640",
    ),
    "no count": (bytes(64), "the number of contributions needs 4 bytes, 0 remain"),
    "no hash": (bytes(63), "the hash of the circuit needs 64 bytes, 63 remain"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_malformed_records(case: str) -> None:
    payload, message = MALFORMED[case]
    with pytest.raises(FormatError) as caught:
        records.read_phase2(section(payload), BN254)
    assert message in caught.value.message
    assert caught.value.where == "a.zkey, section 10"


def test_records_are_canonical() -> None:
    payload = raw(0, b"")
    wrong = payload[:68] + le(2**256 - 1) + payload[100:]
    message = "contribution 1: point 0 has a coordinate that is not below"
    with pytest.raises(EncodingError, match=message):
        records.read_phase2(section(wrong), BN254)


@pytest.mark.parametrize(
    ("origin", "message"),
    [
        (
            Origin(ContributorKind.PARTICIPANT, "é" * 128),
            "a contribution's name of 256 bytes, at most 255 fit",
        ),
        (
            Origin(ContributorKind.BEACON, "", bytes(256), 10),
            "a contribution's beacon of 256 bytes, at most 255 fit",
        ),
    ],
)
def test_what_does_not_fit_is_not_written(origin: Origin, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        records.phase2_bytes(b"", [phase2(origin)])


def test_phase_1_records_are_written_as_read(data: Path) -> None:
    path = data / "p0tion/powersOfTau28_hez_final_02.ptau"
    found = read_ptau(path).contributions
    assert [c.origin.kind for c in found] == [ContributorKind.PARTICIPANT] * 54 + [
        ContributorKind.BEACON
    ]
    assert records.phase1_bytes(found) == Container.read(path)[7]


def test_phase_1_points_are_checked(data: Path, tmp_path: Path) -> None:
    path = data / "golden_bn128/pot6_beacon.ptau"
    good = Container.read(path)[7]
    kind = ContainerKind(b"ptau", (1,), 1, (7,))
    cases = {
        4: (bytes(64), "contributions in g1: point 0 is at infinity"),
        4 + 64: (bytes(128), "contributions in g2: point 0 is at infinity"),
        4 + 64 * 3 + 256: (le(1) + bytes(32), "contributions in g1: point 3 is not on the curve"),
    }
    for offset, (point, message) in cases.items():
        wrong = good[:offset] + point + good[offset + len(point) :]
        file = container(b"ptau", 1, {7: wrong}).write(tmp_path / "a")
        found = records.read_phase1(read_sections(file, kind).section(7), BN254)
        with pytest.raises(EncodingError, match=message) as caught:
            records.check_phase1_points(found, "a.ptau, section 7")
        assert caught.value.where == "a.ptau, section 7"


def test_phase_1_records_end_with_the_section(data: Path, tmp_path: Path) -> None:
    good = Container.read(data / "golden_bn128/pot6_beacon.ptau")[7]
    file = container(b"ptau", 1, {7: good + b"\0"}).write(tmp_path / "a")
    section = read_sections(file, ContainerKind(b"ptau", (1,), 1, (7,))).section(7)
    with pytest.raises(FormatError, match="the section has 1559 bytes, 1558 expected"):
        records.read_phase1(section, BN254)
