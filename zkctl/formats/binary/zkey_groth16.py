"""snarkjs' .zkey files for Groth16.

Sections: 1 protocol; 2 header; 3 IC; 4 coefficients of A and B; 5 A; 6 B1; 7 B2; 8 C (our l_query);
9 H; 10 the circuit's hash and the contributions.  Points and q are little-endian Montgomery.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from zkctl.ceremony.contribution import Phase2Contribution
from zkctl.curve import Curve, G1Array, G2Array
from zkctl.errors import EncodingError, FormatError
from zkctl.field import PrimeField
from zkctl.formats.binary.contributions import check_phase2_points, phase2_bytes, read_phase2
from zkctl.formats.binary.elements import (
    check_each,
    check_points,
    read_g1,
    read_g2,
    section_points,
)
from zkctl.formats.binary.field_elements import (
    ROWS_AT_ONCE,
    first_not_canonical,
)
from zkctl.formats.binary.sections import (
    Section,
    SectionFile,
    SizedSection,
    sized,
    write_sections,
)
from zkctl.formats.binary.zkey import (
    GROTH16,
    curve_bytes,
    kind_of_key,
    open_key,
    protocol_section,
    read_curve,
)
from zkctl.groth16.keys import ProvingKey, QapCoefficients, VerifyingKey
from zkctl.runtime.records import made_by, record

GROTH16_KIND = kind_of_key(10)
SETUP_ORDER = (1, 2, 4, 3, 9, 8, 5, 6, 7, 10)  # as `groth16 setup` writes
CONTRIBUTION_ORDER = tuple(range(1, 11))  # as `zkey contribute` and `zkey beacon` write

_LARGEST_LOG_DOMAIN = 28


@record(eq=False)
class ZkeyFile:
    """The contents of a groth16 zkey; the warnings name sections that the format does not define."""

    key: ProvingKey
    circuit_hash: bytes
    contributions: list[Phase2Contribution]
    warnings: list[str] = made_by(list)


@record(eq=False)
class ZkeyHeader:
    """Section 2 of a groth16 zkey."""

    curve: Curve
    n_vars: int
    n_public: int
    domain_size: int
    alpha_g1: G1Array
    beta_g1: G1Array
    beta_g2: G2Array
    gamma_g2: G2Array
    delta_g1: G1Array
    delta_g2: G2Array


def read_zkey(path: Path, *, only_defined: bool = False) -> ZkeyFile:
    """Read a groth16 key; its arrays are views of the file.

    `only_defined`: refuse sections that the format does not define, as a ceremony does.

    Checked here: sizes, counts, canonical numbers, and that the points of the verifying key lie in
    their groups.  The prover's points are checked by `check_key_points`, which takes time.
    Raises: FormatError, EncodingError for what the file breaks, FormatError for other protocols too;
    EnvironmentProblem for unreadable files.
    """
    file = open_key(path, GROTH16_KIND, GROTH16, only_defined=only_defined)
    header = read_zkey_header(file)
    circuit_hash, contributions = read_phase2(file.section(10), header.curve)
    key = _read_key(file, header)
    file.source.check_unchanged()
    return ZkeyFile(key, circuit_hash, contributions, file.warnings_with_sizes)


def read_zkey_header(file: SectionFile) -> ZkeyHeader:
    """Return section 2, its counts in range and its points in their groups."""
    section = file.section(2)
    curve = read_curve(section)
    n_vars, n_public, domain_size = (
        section.u32(f"the number of {what}") for what in ("wires", "public signals", "rows")
    )
    if n_public >= n_vars:
        raise section.fail(f"{n_public} public signals and the constant, but {n_vars} wires")
    log_n = domain_size.bit_length() - 1
    if domain_size != 1 << max(log_n, 0) or not 1 <= log_n <= _LARGEST_LOG_DOMAIN:
        raise section.fail(
            f"domain size {domain_size} is not a power of two from 2 to 2^{_LARGEST_LOG_DOMAIN}"
        )
    points = {
        name: (read_g1 if name.endswith("g1") else read_g2)(section, curve, 1, name)
        for name in ("alpha_g1", "beta_g1", "beta_g2", "gamma_g2", "delta_g1", "delta_g2")
    }
    section.finish()
    check_each([(point, name, section.where) for name, point in points.items()])
    singles: dict[str, Any] = {name: point[0] for name, point in points.items()}
    return ZkeyHeader(curve, n_vars, n_public, domain_size, **singles)


def _read_key(file: SectionFile, header: ZkeyHeader) -> ProvingKey:
    curve, n_vars, n_public = header.curve, header.n_vars, header.n_public
    key = ProvingKey(
        curve=curve,
        domain_size=header.domain_size,
        alpha_g1=header.alpha_g1,
        beta_g1=header.beta_g1,
        beta_g2=header.beta_g2,
        gamma_g2=header.gamma_g2,
        delta_g1=header.delta_g1,
        delta_g2=header.delta_g2,
        gamma_abc_g1=section_points(file.section(3), read_g1, curve, n_public + 1, "IC"),
        a_query=section_points(file.section(5), read_g1, curve, n_vars, "A"),
        b_g1_query=section_points(file.section(6), read_g1, curve, n_vars, "B1"),
        b_g2_query=section_points(file.section(7), read_g2, curve, n_vars, "B2"),
        l_query=section_points(file.section(8), read_g1, curve, n_vars - n_public - 1, "C"),
        h_query=section_points(file.section(9), read_g1, curve, header.domain_size, "H"),
        coefficients=_read_coefficients(file.section(4), header),
    )
    # infinity is a point of the curve; that it leaves a public input unbound is a finding of the policy
    check_points(key.gamma_abc_g1, "IC", f"{file.where}, section 3", infinity=True)
    return key


def read_verifying_key_of_zkey(file: SectionFile, header: ZkeyHeader) -> VerifyingKey:
    """Return the verifier's part of a key, its points in their groups."""
    points = section_points(file.section(3), read_g1, header.curve, header.n_public + 1, "IC")
    check_points(points, "IC", f"{file.where}, section 3", infinity=True)
    return VerifyingKey(
        header.curve, header.alpha_g1, header.beta_g2, header.gamma_g2, header.delta_g2, points
    )


def _coefficient_dtype(field: PrimeField) -> np.dtype[Any]:
    return np.dtype(
        [
            ("matrix", "<u4"),
            ("constraint", "<u4"),
            ("signal", "<u4"),
            ("value", "<u8", (field.n_words,)),
        ]
    )


def _read_coefficients(section: Section, header: ZkeyHeader) -> QapCoefficients:
    field = header.curve.scalar_field
    count = section.u32("the number of coefficients")
    records = section.array(_coefficient_dtype(field), count, f"the list of {count} coefficients")
    section.finish()
    limits = (("matrix", 2), ("constraint", header.domain_size), ("signal", header.n_vars))
    for name, limit in limits:
        outside = np.flatnonzero(records[name] >= limit)
        if len(outside):
            k = int(outside[0])
            raise section.fail(
                f"coefficient {k} has {name} {records[name][k]}, expected less than {limit}"
            )
    bad = first_not_canonical(records["value"], field.modulus)
    if bad is not None:
        raise EncodingError(
            f"coefficient {bad} is not below the modulus of {field.name}", where=section.where
        )
    return QapCoefficients(
        records["matrix"], records["constraint"], records["signal"], records["value"]
    )


def check_key_points(file: ZkeyFile, where: str = "") -> None:
    """Check that every point of a key lies on its curve and in its group.

    Raises: EncodingError naming section and index.
    """
    key = file.key
    queries = (
        (5, "A", key.a_query),
        (6, "B1", key.b_g1_query),
        (7, "B2", key.b_g2_query),
        (8, "C", key.l_query),
        (9, "H", key.h_query),
    )
    prefix = f"{where}, " if where else ""
    for section_id, what, points in queries:
        check_points(points, what, f"{prefix}section {section_id}", infinity=True)
    check_phase2_points(file.contributions, f"{prefix}section 10")


def write_zkey(file: BinaryIO, zkey: ZkeyFile, order: Sequence[int] = SETUP_ORDER) -> None:
    """Write a groth16 key with its sections in the given order."""
    if sorted(order) != list(GROTH16_KIND.mandatory):
        raise FormatError(f"a zkey needs sections 1 to 10 once each, the order names {list(order)}")
    key = zkey.key
    n_coefficients = len(key.coefficients)
    record_size = _coefficient_dtype(key.curve.scalar_field).itemsize
    sections: dict[int, SizedSection] = {
        1: protocol_section(GROTH16),
        2: sized(2, _header_bytes(key)),
        3: sized(3, key.gamma_abc_g1.data),
        4: SizedSection(4, 4 + n_coefficients * record_size, _coefficient_blocks(key)),
        5: sized(5, key.a_query.data),
        6: sized(6, key.b_g1_query.data),
        7: sized(7, key.b_g2_query.data),
        8: sized(8, key.l_query.data),
        9: sized(9, key.h_query.data),
        10: sized(10, phase2_bytes(zkey.circuit_hash, zkey.contributions)),
    }
    write_sections(file, GROTH16_KIND, [sections[k] for k in order])


def _header_bytes(key: ProvingKey) -> bytes:
    points = (key.alpha_g1, key.beta_g1, key.beta_g2, key.gamma_g2, key.delta_g1, key.delta_g2)
    counts = struct.pack("<III", key.n_vars, key.n_public, key.domain_size)
    return curve_bytes(key.curve) + counts + b"".join(point.data.tobytes() for point in points)


def _coefficient_blocks(key: ProvingKey) -> Iterator[bytes | NDArray[Any]]:
    coefficients = key.coefficients
    yield len(coefficients).to_bytes(4, "little")
    dtype = _coefficient_dtype(key.curve.scalar_field)
    for start in range(0, len(coefficients), ROWS_AT_ONCE):
        part = slice(start, min(start + ROWS_AT_ONCE, len(coefficients)))
        records = np.empty(part.stop - part.start, dtype)
        records["matrix"] = coefficients.matrix[part]
        records["constraint"] = coefficients.constraint[part]
        records["signal"] = coefficients.signal[part]
        records["value"] = coefficients.values[part]
        yield records
