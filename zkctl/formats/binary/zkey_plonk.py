"""snarkjs' .zkey files for PLONK.

Sections: 1 protocol; 2 header; 3 additions; 4 to 6 wires of the columns a, b, c; 7 to 11 q_m, q_l, q_r, q_o, q_c; 12 sigma_1 to
sigma_3; 13 Lagrange polynomials of the public signals; 14 powers of tau.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

from zkctl.curve import G1Array, G2Array
from zkctl.formats.binary.elements import check_points, read_g1, read_g2
from zkctl.formats.binary.sections import Section, SizedSection, sized, write_sections
from zkctl.formats.binary.zkey import PLONK, kind_of_key, open_key, protocol_section
from zkctl.formats.binary.zkey_gates import (
    Counts,
    additions_section,
    counts_of,
    estimated_bytes,
    polynomials_section,
    read_additions,
    read_counts,
    read_polynomials,
    read_powers,
    read_shifts,
    read_wires,
    scalar_bytes,
    wires_sections,
)
from zkctl.plonk.keys import EXTRA_POWERS, ProvingKey, VerifyingKey
from zkctl.runtime.records import made_by, record

PLONK_KIND = kind_of_key(14)
_SELECTORS = ("q_m", "q_l", "q_r", "q_o", "q_c")
_SIGMAS = ("sigma_1", "sigma_2", "sigma_3")


@record(eq=False)
class PlonkZkey:
    """The contents of a plonk zkey; the warnings name sections that the format does not define."""

    key: ProvingKey
    warnings: list[str] = made_by(list)

    contributions = ()  # those of a universal setup are in its powers of tau
    circuit_hash = b""


def read_zkey(path: Path, *, only_defined: bool = False) -> PlonkZkey:
    """Read a plonk key; its arrays are views of the file.

    Checked here: sizes, counts, canonical numbers, wires in range, and that the points of the verifying key lie in their groups.
    The powers of tau are checked by `check_key_points`, which takes time.
    Raises: FormatError, EncodingError for what the file breaks or another proof system; EnvironmentProblem if unreadable.
    """
    file = open_key(path, PLONK_KIND, PLONK, only_defined=only_defined)
    counts, verifying_key = read_header(file.section(2))
    selectors = {
        name: read_polynomials(file.section(7 + k), counts, 1, name)[0]
        for k, name in enumerate(_SELECTORS)
    }
    sigmas = read_polynomials(file.section(12), counts, 3, "sigma")
    key = ProvingKey(
        verifying_key=verifying_key,
        n_vars=counts.n_vars,
        additions=read_additions(file.section(3), counts),
        wires=read_wires(file, 4, counts),
        **selectors,
        **dict(zip(_SIGMAS, sigmas, strict=True)),
        lagrange=read_polynomials(file.section(13), counts, counts.n_lagrange, "Lagrange"),
        tau_g1=read_powers(file.section(14), counts, counts.domain_size + EXTRA_POWERS),
    )
    file.source.check_unchanged()
    return PlonkZkey(key, file.warnings_with_sizes)


def read_header(section: Section) -> tuple[Counts, VerifyingKey]:
    """Return section 2; its points are checked.  Raises: FormatError, EncodingError."""
    counts = read_counts(section)
    k1, k2 = read_shifts(section, counts)
    points: dict[str, Any] = {}
    for name in (*_SELECTORS, *_SIGMAS):
        points[name] = read_g1(section, counts.curve, 1, name)
        # infinity commits to zero: a selector that no row uses
        check_points(points[name], name, section.where, infinity=True)
    points["x_2"] = read_g2(section, counts.curve, 1, "x_2")
    check_points(points["x_2"], "x_2", section.where)
    section.finish()
    singles = {name: point[0] for name, point in points.items()}
    return counts, VerifyingKey(counts.curve, counts.n_public, counts.log_n, k1, k2, **singles)


def check_key_points(stored: PlonkZkey, where: str = "") -> None:
    """Check that every power of tau lies on its curve and in its group.  Raises: EncodingError naming the first wrong one."""
    prefix = f"{where}, " if where else ""
    check_points(stored.key.tau_g1, "powers of tau", f"{prefix}section 14")


def key_bytes(counts: Counts) -> int:
    """Return the size of a key's file, without its headers."""
    return estimated_bytes(counts, counts.domain_size + EXTRA_POWERS)


def write_zkey(file: BinaryIO, stored: PlonkZkey) -> None:
    """Write a plonk key with its sections in the order of a setup."""
    key = stored.key
    field, counts = key.curve.scalar_field, counts_of(key)
    cosets = counts.domain.cosets()
    sections: list[SizedSection] = [
        additions_section(key.additions, field),
        *wires_sections(4, key.wires),
        *(
            polynomials_section(7 + k, [getattr(key, name)], counts, cosets)
            for k, name in enumerate(_SELECTORS)
        ),
        polynomials_section(12, [key.sigma_1, key.sigma_2, key.sigma_3], counts, cosets),
        polynomials_section(13, key.lagrange, counts, cosets),
        sized(14, key.tau_g1.data),
        protocol_section(PLONK),
        sized(2, _header_bytes(key.verifying_key, counts)),
    ]
    write_sections(file, PLONK_KIND, sections)


def _header_bytes(vk: VerifyingKey, counts: Counts) -> bytes:
    points: list[G1Array | G2Array] = [getattr(vk, name) for name in (*_SELECTORS, *_SIGMAS)]
    points.append(vk.x_2)
    shifts = scalar_bytes(vk.curve.scalar_field, (vk.k1, vk.k2))
    return counts.to_bytes() + shifts + b"".join(point.data.tobytes() for point in points)
