"""snarkjs' .ptau files: the powers of tau of phase 1.

Sections (n = 2^power): 1 header; 2 tau^i in G1 (2n - 1); 3 tau^i in G2 (n); 4 alpha tau^i (n);
5 beta tau^i (n); 6 beta in G2; 7 contributions; once phase 2 is prepared also 12 to 15, the Lagrange
forms of 2 to 5, domain by domain (12 has one domain more).  Points are little-endian Montgomery.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

from zkctl.ceremony.contribution import Phase1Contribution
from zkctl.curve import Curve
from zkctl.errors import EnvironmentProblem
from zkctl.formats.binary.contributions import check_phase1_points, phase1_bytes, read_phase1
from zkctl.formats.binary.elements import (
    P_co,
    ReadPoints,
    check_each,
    check_points,
    read_base_field,
    read_g1,
    read_g2,
    section_points,
)
from zkctl.formats.binary.field_elements import modulus_bytes
from zkctl.formats.binary.sections import (
    ContainerKind,
    SectionFile,
    read_sections,
    sized,
    write_sections,
)
from zkctl.runtime.records import record
from zkctl.srs.powers_of_tau import MAX_POWER, LagrangePowers, PowersOfTau

_RAW, _LAGRANGE = tuple(range(1, 8)), (12, 13, 14, 15)
PTAU_KIND = ContainerKind(b"ptau", (1,), 1, mandatory=_RAW, optional=_LAGRANGE)


@record(eq=False)
class PtauFile:
    """The contents of a ptau file."""

    powers: PowersOfTau
    contributions: list[Phase1Contribution]


@record
class PtauHeader:
    """Section 1."""

    curve: Curve
    power: int
    ceremony_power: int


def read_ptau(path: Path, *, largest_block: bool = True) -> PtauFile:
    """Read powers of tau; the arrays are views of the file.

    Checked here: sizes, canonical numbers, and that the first points of each section lie in their
    groups.  All points are checked by `check_ptau_points`, which takes time.  Without
    `largest_block` the file is one of an old snarkjs, whose section 12 lacks its last block.
    Raises: FormatError, EncodingError for what the file breaks; EnvironmentProblem if unreadable.
    """
    file, header = open_ptau(path)
    powers = _read_powers(file, header, largest_block=largest_block)
    contributions = read_phase1(file.section(7), header.curve)
    file.source.check_unchanged()
    return PtauFile(powers, contributions)


def open_ptau(path: Path) -> tuple[SectionFile, PtauHeader]:
    """Return the directory and the header of a ptau file; no point is read.

    Raises: FormatError; EnvironmentProblem if unreadable.
    """
    try:
        file = read_sections(path, PTAU_KIND)
    except EnvironmentProblem as problem:
        if not path.exists():
            problem.hint = (
                "find the power that a circuit needs with `advise_ptau()` and fetch a published file of it"
                " with `download_ptau()`"
            )
        raise
    file.check_directory()
    return file, read_ptau_header(file)


def lacks_largest_block(file: SectionFile, header: PtauHeader) -> bool:
    """Return whether an old snarkjs prepared this file, so that section 12 has 2n - 1 points."""
    n_points = (2 << header.power) - 1
    return 12 in file.sections and len(file.sections[12]) == n_points * header.curve.g1.point_bytes


def read_ptau_header(file: SectionFile) -> PtauHeader:
    """Return the curve, the power and the power of the ceremony it was cut from, as section 1 states them."""
    section = file.section(1)
    curve = read_base_field(section)
    power, ceremony_power = section.u32("the power"), section.u32("the ceremony's power")
    section.finish()
    if not 1 <= power <= ceremony_power <= MAX_POWER:
        raise section.fail(
            f"power {power} of a ceremony of power {ceremony_power},"
            f" expected 1 <= power <= ceremony power <= {MAX_POWER}"
        )
    return PtauHeader(curve, power, ceremony_power)


def _read_powers(file: SectionFile, header: PtauHeader, *, largest_block: bool) -> PowersOfTau:
    n, curve = 1 << header.power, header.curve
    tau_g1 = _points(file, 2, read_g1, curve, 2 * n - 1)
    tau_g2 = _points(file, 3, read_g2, curve, n)
    alpha_tau_g1 = _points(file, 4, read_g1, curve, n)
    beta_tau_g1 = _points(file, 5, read_g1, curve, n)
    beta_g2 = _points(file, 6, read_g2, curve, 1)
    first = {2: tau_g1[:2], 3: tau_g2[:2], 4: alpha_tau_g1[:2], 5: beta_tau_g1[:2], 6: beta_g2}
    check_each([(p, _NAMES[k], f"{file.where}, section {k}") for k, p in first.items()])
    prepared = any(k in file.sections for k in _LAGRANGE)
    return PowersOfTau(
        curve=curve,
        power=header.power,
        ceremony_power=header.ceremony_power,
        tau_g1=tau_g1,
        tau_g2=tau_g2,
        alpha_tau_g1=alpha_tau_g1,
        beta_tau_g1=beta_tau_g1,
        beta_g2=beta_g2[0],
        lagrange=_read_lagrange(file, header, largest_block=largest_block) if prepared else None,
    )


def _read_lagrange(file: SectionFile, header: PtauHeader, *, largest_block: bool) -> LagrangePowers:
    file.check_sections_exist(_LAGRANGE)
    curve, n = header.curve, 1 << header.power
    old = (2 * n - 1) * curve.g1.point_bytes
    if largest_block and lacks_largest_block(file, header):
        raise file.section(12).fail(
            f"the section has {old} bytes, expected {old + 2 * n * curve.g1.point_bytes}",
            hint="an old snarkjs prepared this file: complete it with `convert_ptau()`",
        )
    return LagrangePowers(
        tau_g1=_points(file, 12, read_g1, curve, 4 * n - 1 if largest_block else 2 * n - 1),
        tau_g2=_points(file, 13, read_g2, curve, 2 * n - 1),
        alpha_tau_g1=_points(file, 14, read_g1, curve, 2 * n - 1),
        beta_tau_g1=_points(file, 15, read_g1, curve, 2 * n - 1),
    )


_NAMES = {
    2: "tau in g1",
    3: "tau in g2",
    4: "alpha tau",
    5: "beta tau",
    6: "beta in g2",
    12: "Lagrange tau in g1",
    13: "Lagrange tau in g2",
    14: "Lagrange alpha tau",
    15: "Lagrange beta tau",
}


def _points(
    file: SectionFile, number: int, read: ReadPoints[P_co], curve: Curve, count: int
) -> P_co:
    return section_points(file.section(number), read, curve, count, _NAMES[number])


def check_ptau_points(file: PtauFile, where: str = "") -> None:
    """Check that every point lies on its curve and in its group.

    Raises: EncodingError naming section and index.
    """
    prefix = f"{where}, " if where else ""
    powers, lagrange = file.powers, file.powers.lagrange
    raw = {2: powers.tau_g1, 3: powers.tau_g2, 4: powers.alpha_tau_g1, 5: powers.beta_tau_g1}
    for number, points in raw.items():
        check_points(points, _NAMES[number], f"{prefix}section {number}")
    check_points(powers.beta_g2, _NAMES[6], f"{prefix}section 6")
    check_phase1_points(file.contributions, f"{prefix}section 7")
    if lagrange is None:
        return
    forms = {12: lagrange.tau_g1, 13: lagrange.tau_g2}
    forms |= {14: lagrange.alpha_tau_g1, 15: lagrange.beta_tau_g1}
    for number, points in forms.items():
        check_points(points, _NAMES[number], f"{prefix}section {number}", infinity=True)


def write_ptau(file: BinaryIO, ptau: PtauFile) -> None:
    """Write powers of tau, sections ascending; 12 to 15 if phase 2 is prepared."""
    powers, lagrange = ptau.powers, ptau.powers.lagrange
    header = modulus_bytes(powers.curve.base_field) + struct.pack(
        "<II", powers.power, powers.ceremony_power
    )
    sections = [
        sized(1, header),
        sized(2, powers.tau_g1.data),
        sized(3, powers.tau_g2.data),
        sized(4, powers.alpha_tau_g1.data),
        sized(5, powers.beta_tau_g1.data),
        sized(6, powers.beta_g2.data),
        sized(7, phase1_bytes(ptau.contributions)),
    ]
    if lagrange is not None:
        sections += [
            sized(12, lagrange.tau_g1.data),
            sized(13, lagrange.tau_g2.data),
            sized(14, lagrange.alpha_tau_g1.data),
            sized(15, lagrange.beta_tau_g1.data),
        ]
    write_sections(file, PTAU_KIND, sections)
