"""Export the verifier's part of a key."""

from __future__ import annotations

from pathlib import Path

from zkctl.ceremony.contribution import ContributorKind
from zkctl.ceremony.policy import warnings_for_findings
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.runtime.standard_streams import name_of
from zkctl.storage.atomic import atomic_output, check_destination
from zkctl.toolchain.proof.systems import system_of_key


@record
class ExportSummary:
    """The export, and the number of contributions to the key's phase 2, None where a key has no phase 2."""

    verification_key: str
    curve: str
    n_public: int
    n_contributions: int | None
    n_beacons: int | None
    warnings: list[str]


def export_verification_key(
    key: Path,
    *,
    output: Path,
    force: bool = False,
    allow_insecure: bool = False,
    progress: Progress = silent,
) -> ExportSummary:
    """Write the verification key as JSON, byte for byte as snarkjs does; `output` may be STDOUT.

    Raises: IntegrityError for a key that policy refuses, EnvironmentProblem for an existing output.
    """
    check_destination(output, force=force, inputs=[key], stdout=True)
    progress("reading the key", None)
    system = system_of_key(key)
    stored = system.read_key(key)
    vk = stored.key.verifying_key
    warnings = [f"{printable(key)}: {warning}" for warning in stored.warnings]
    warnings += warnings_for_findings(system.key_findings(stored), allow_insecure=allow_insecure)
    warnings += warnings_for_findings(system.weak_key_findings(vk), allow_insecure=allow_insecure)
    text = system.vkey_json(stored)
    with atomic_output(output, force=force, inputs=[key], stdout=True) as file:
        file.write(text.encode())
    beacons = sum(c.origin.kind == ContributorKind.BEACON for c in stored.contributions)
    return ExportSummary(
        verification_key=name_of(output),
        curve=vk.curve.name,
        n_public=vk.n_public,
        n_contributions=len(stored.contributions) - beacons if system.has_contributions else None,
        n_beacons=beacons if system.has_contributions else None,
        warnings=warnings,
    )
