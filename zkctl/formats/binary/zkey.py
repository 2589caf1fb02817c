"""The common part of the .zkey files of all proof systems: section 1 names the system, section 2 the two fields."""

from __future__ import annotations

from pathlib import Path

from zkctl.curve import Curve
from zkctl.errors import EnvironmentProblem, FormatError
from zkctl.formats.binary.elements import read_base_field
from zkctl.formats.binary.field_elements import modulus_bytes, read_modulus
from zkctl.formats.binary.sections import (
    ContainerKind,
    Section,
    SectionFile,
    SizedSection,
    read_sections,
    sized,
)

_MAGIC, _VERSIONS, _WRITTEN_VERSION = b"zkey", (1, 2), 1
# of a key whose proof system is not known yet; the systems number their sections differently
ZKEY_KIND = ContainerKind(
    _MAGIC, _VERSIONS, _WRITTEN_VERSION, mandatory=(1, 2), optional=tuple(range(3, 18))
)

GROTH16, PLONK, FFLONK = 1, 2, 10
PROTOCOLS = {GROTH16: "groth16", PLONK: "plonk", FFLONK: "fflonk"}


def kind_of_key(n_sections: int) -> ContainerKind:
    """Return the kind of keys with the sections 1 .. n_sections."""
    return ContainerKind(
        _MAGIC, _VERSIONS, _WRITTEN_VERSION, mandatory=tuple(range(1, n_sections + 1))
    )


def read_protocol(file: SectionFile) -> str:
    """Return the proof system of any zkey: groth16, plonk or fflonk."""
    section = file.section(1)
    number = section.u32("the protocol")
    section.finish()
    if number not in PROTOCOLS:
        raise section.fail(
            f"unknown protocol {number}, expected 1 (groth16), 2 (plonk), 10 (fflonk)"
        )
    return PROTOCOLS[number]


def open_key(
    path: Path, kind: ContainerKind, protocol: int, *, only_defined: bool = False
) -> SectionFile:
    """Return the directory of a key of one proof system, in which no section is missing.

    Raises: FormatError, also for a key of another system; EnvironmentProblem if unreadable.
    """
    file = read_sections(path, kind)
    check_protocol(file, protocol)
    file.check_directory(only_defined=only_defined)
    return file


def check_protocol(file: SectionFile, protocol: int) -> None:
    """Check that a key is of this proof system.  Raises: FormatError."""
    found, expected = read_protocol(file), PROTOCOLS[protocol]
    if found != expected:
        raise FormatError(
            f"the key is of another proof system: expected {expected}, got {found}",
            where=file.where,
            hint=f"a {found} key takes no contributions: its trust is that of its powers of tau"
            if protocol == GROTH16
            else f"pass a {expected} key",
        )


def unsupported_key(protocol: str, where: str) -> EnvironmentProblem:
    """Return the error for a key of a proof system without a record."""
    return EnvironmentProblem(
        f"{protocol} keys are not yet supported", where=where, hint="groth16 keys are"
    )


def read_curve(section: Section) -> Curve:
    """Return the curve of the moduli q and r that a header starts with."""
    curve = read_base_field(section)
    r = read_modulus(section)
    if r != curve.scalar_field.modulus:
        raise section.fail(f"the scalar field does not belong to {curve.name}: modulus {r:#x}")
    return curve


def curve_bytes(curve: Curve) -> bytes:
    """Return the moduli of a curve: the inverse of `read_curve`."""
    return modulus_bytes(curve.base_field) + modulus_bytes(curve.scalar_field)


def protocol_section(protocol: int) -> SizedSection:
    """Return section 1."""
    return sized(1, protocol.to_bytes(4, "little"))
