"""Close a ceremony: its final key, its verification key, its page, and a manifest of all digests."""

from __future__ import annotations

import json
from pathlib import Path

from zkctl.ceremony.policy import participants
from zkctl.errors import IntegrityError
from zkctl.formats.binary.ptau.file import PTAU_KIND
from zkctl.formats.binary.r1cs import R1CS_KIND
from zkctl.formats.binary.sections import check_defined_sections
from zkctl.formats.binary.zkey_groth16 import GROTH16_KIND, read_zkey
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.storage.atomic import atomic_output, check_destination
from zkctl.toolchain.ceremony.audit import verify_ceremony
from zkctl.toolchain.ceremony.folder import (
    CIRCUIT,
    FINAL,
    MANIFEST,
    PHASE1,
    VERIFICATION_KEY,
    VIEWER,
    CeremonyFolder,
    locked,
)
from zkctl.toolchain.ceremony.key import KeyVerifySummary
from zkctl.toolchain.ceremony.manifest import (
    LISTED,
    digests_of,
    manifest_facts,
    production_problems,
)
from zkctl.toolchain.ceremony.viewer import viewer_page
from zkctl.toolchain.proof.export_vkey import export_verification_key
from zkctl.toolchain.ptau.verify import TRUNCATED, verify_ptau


@record
class FinalizeSummary:
    """The published files of a finished ceremony."""

    ceremony: str
    title: str
    final_key: str
    verification_key: str
    manifest: str
    viewer: str
    n_players: int
    trust: str
    warnings: list[str]


def finalize_ceremony(
    folder: Path,
    *,
    production: bool = False,
    allow_insecure: bool = False,
    force: bool = False,
    progress: Progress = silent,
) -> FinalizeSummary:
    """Verify a whole ceremony, then publish the final key, its verification key, its page and all digests.

    Raises: IntegrityError for objections to a production key; and as `verify_ceremony`.
    """
    with locked(folder) as ceremony:
        # without a manifest the other files were left by a killed run
        force = force or not ceremony.file(MANIFEST).exists()
        for name in (FINAL, VERIFICATION_KEY, MANIFEST):
            check_destination(ceremony.file(name), force=force)
        for name in (MANIFEST, FINAL, VERIFICATION_KEY, VIEWER):
            ceremony.file(name).unlink(missing_ok=True)
        for name, kind in ((CIRCUIT, R1CS_KIND), (PHASE1, PTAU_KIND)):
            check_defined_sections(ceremony.file(name), kind)
        check_defined_sections(ceremony.newest_key, GROTH16_KIND)
        summary = verify_ceremony(folder, allow_insecure=allow_insecure, progress=progress)
        progress("verifying phase 1", None)
        phase1 = verify_ptau(
            ceremony.file(PHASE1), allow_insecure=allow_insecure, progress=progress
        )
        cut = phase1.power != phase1.ceremony_power and not phase1.published_as
        origins = [c.origin for c in read_zkey(ceremony.newest_key).contributions]
        problems = production_problems(ceremony, origins, phase1_is_cut=cut)
        if production and problems:
            raise IntegrityError(
                "not fit for production: " + "; ".join(problems), where=printable(folder)
            )
        _publish(ceremony, summary, production=production, allow_insecure=allow_insecure)
    return FinalizeSummary(
        ceremony=ceremony.ceremony_id,
        title=ceremony.rules.title,
        final_key=str(ceremony.file(FINAL)),
        verification_key=str(ceremony.file(VERIFICATION_KEY)),
        manifest=str(ceremony.file(MANIFEST)),
        viewer=str(ceremony.file(VIEWER)),
        n_players=len(participants(origins)),
        trust=summary.trust,
        warnings=[
            *summary.warnings,
            *([TRUNCATED.format(phase1.ceremony_power)] if cut else []),
            *problems,
        ],
    )


def _publish(
    ceremony: CeremonyFolder, summary: KeyVerifySummary, *, production: bool, allow_insecure: bool
) -> None:
    """Write the published files, the manifest last: a folder without one is not finished."""
    final, verification_key = ceremony.file(FINAL), ceremony.file(VERIFICATION_KEY)
    with ceremony.newest_key.open("rb") as source, atomic_output(final) as stream:
        while block := source.read(1 << 20):
            stream.write(block)
    export_verification_key(final, output=verification_key, allow_insecure=allow_insecure)
    with atomic_output(ceremony.file(VIEWER), force=True) as stream:
        stream.write(viewer_page(ceremony, summary))
    manifest = manifest_facts(ceremony.ceremony_id, summary) | {
        "production": production,
        "files": {name: digests_of(ceremony.file(name)) for name in LISTED},
    }
    with atomic_output(ceremony.file(MANIFEST)) as stream:
        stream.write(json.dumps(manifest, indent=1).encode() + b"\n")
