"""Check a key of a universal setup by making it again: the same circuit and powers of tau make the same bytes.

It takes no contributions, so its trust is that of the ceremony of its powers of tau.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO, cast

from zkctl.ceremony.hashing import response_hash
from zkctl.ceremony.policy import warnings_for_findings, warnings_for_phase1, warnings_for_powers
from zkctl.ceremony.record.trust import Contributor, contributors, trust_statement
from zkctl.constraints.r1cs import R1CS
from zkctl.errors import CheckFailed
from zkctl.formats.binary.ptau.file import PTAU_KIND, read_ptau
from zkctl.formats.binary.r1cs import R1CS_KIND, read_r1cs
from zkctl.formats.binary.sections import (
    SECTION_HEADER_BYTES,
    read_sections,
    warnings_for_sections,
)
from zkctl.formats.binary.zkey import ZKEY_KIND
from zkctl.runtime.printable import located, printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.srs.powers_of_tau import PowersOfTau
from zkctl.toolchain.proof.circuit_check import different_fact
from zkctl.toolchain.proof.setup import report_cost
from zkctl.toolchain.proof.systems import ProofSystem, system_of_key
from zkctl.toolchain.ptau.catalogue import UNPUBLISHED, recognise
from zkctl.toolchain.ptau.known_setups import contributions_digest, known_setup, srs_digest


@record
class UniversalKeySummary:
    """The key that was made again, and the ceremony that it stands on."""

    key: str
    protocol: str
    curve: str
    n_public: int
    n_rows: int
    domain_size: int
    srs: str
    contributions_digest: str
    ceremony: str
    ptau_published_as: str
    trust: str
    contributors: list[Contributor]
    warnings: list[str]


def verify_universal_key(
    key: Path,
    r1cs: Path,
    ptau: Path,
    *,
    allow_insecure: bool = False,
    progress: Progress = silent,
) -> UniversalKeySummary:
    """Check that a key is this circuit's, made from these powers of tau, byte for byte.

    Raises: CheckFailed naming the number of the circuit or the tau that differs, or else the first section; FormatError,
    EncodingError for malformed files; IntegrityError for parameters that policy refuses; the errors of a setup.
    """
    progress("reading the files", None)
    system = system_of_key(key)
    stored, circuit, phase1 = system.read_key(key), read_r1cs(r1cs), read_ptau(ptau)
    warnings = [f"{printable(key)}: {warning}" for warning in stored.warnings]
    for path, kind in ((r1cs, R1CS_KIND), (ptau, PTAU_KIND)):
        warnings += warnings_for_sections(path, kind)
    with located(ptau):
        warnings += warnings_for_phase1(phase1.contributions, allow_insecure=allow_insecure)
        warnings += warnings_for_powers(phase1.powers, allow_insecure=allow_insecure)
    vk = stored.key.verifying_key
    with located(key):
        weak = system.weak_key_findings(vk)
        warnings += warnings_for_findings(weak, allow_insecure=allow_insecure)
    _check_origin(system, stored, circuit, phase1.powers, where=printable(key))
    if system.setup_cost is not None:
        report_cost(system.setup_cost(circuit, phase1.powers), progress)
    progress("making the key again", None)
    check_same(system, system.setup(circuit, phase1.powers, progress), key)
    progress("looking for the powers of tau among the published ones", None)
    published, known = recognise(ptau), known_setup(vk.x_2)
    origins = [contribution.origin for contribution in phase1.contributions]
    hashes = [response_hash(c.partial_hash, c.public_key) for c in phase1.contributions]
    return UniversalKeySummary(
        key=str(key),
        protocol=system.name,
        curve=vk.curve.name,
        n_public=vk.n_public,
        n_rows=stored.key.n_constraints,
        domain_size=stored.key.domain_size,
        srs=srs_digest(vk.x_2),
        contributions_digest=contributions_digest(ptau),
        ceremony=known.title if known else "",
        ptau_published_as=f"{published.name} ({published.ceremony})" if published else "",
        trust=trust_statement(origins),
        contributors=contributors(origins, hashes, verified_from=len(origins) + 1),
        warnings=warnings if published else [*warnings, UNPUBLISHED],
    )


def _check_origin(
    system: ProofSystem, stored: Any, circuit: R1CS, powers: PowersOfTau, where: str
) -> None:
    """Check the numbers of a key and its tau, before it is made again.  Raises: CheckFailed."""
    fact = different_fact(system, stored.key, circuit)
    if fact is not None:
        raise CheckFailed(
            f"the {fact.name} of the key is not that of the circuit: expected {fact.in_circuit},"
            f" got {fact.in_key}",
            where=where,
            hint="pass the circuit that the key was made from",
        )
    expected, found = (srs_digest(tau) for tau in (powers.tau_g2[1], stored.key.verifying_key.x_2))
    if expected != found:
        raise CheckFailed(
            f"the key stands on other powers of tau: expected srs {expected}, got {found}",
            where=where,
            hint="pass the powers of tau that the key was made from",
        )


def check_same(system: ProofSystem, made: Any, key: Path) -> None:
    """Check that a key just made is the file's, section by section.  Raises: CheckFailed."""
    comparison = _Comparison(key)
    system.write_key(cast("BinaryIO", comparison), made)
    comparison.finish()


class _Comparison:
    """Takes what a writer writes, and compares it with a file; nothing is stored."""

    def __init__(self, path: Path) -> None:
        found = read_sections(path, ZKEY_KIND)
        self.file, self.sections = found.source, found.sections
        self.position = 0

    def write(self, data: bytes | memoryview) -> int:
        """Compare the next bytes."""
        view = memoryview(data).cast("B")
        end = self.position + len(view)
        if self.file.data[self.position : end] != view:
            raise self._different(self._name(self.position))
        self.position = end
        return len(view)

    def finish(self) -> None:
        """Check that the file ends here."""
        if self.position != self.file.size:
            raise self._different(f"its size, {self.file.size} bytes instead of {self.position}")
        self.file.check_unchanged()

    def _name(self, position: int) -> str:
        """Return the section that holds a position."""
        start = self.file.size
        for section_id, data in reversed(self.sections.items()):
            start -= len(data)
            if position >= start:
                return f"section {section_id}"
            start -= SECTION_HEADER_BYTES
        return "the directory"

    def _different(self, what: str) -> CheckFailed:
        return CheckFailed(
            f"the key is not that of the circuit and the powers of tau: {what} differs",
            where=self.file.where,
            hint="pass the circuit and the powers of tau that the key was made from",
        )
