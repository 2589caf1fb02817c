"""Verify a bundle: proof and public signals in one string."""

from __future__ import annotations

from pathlib import Path

from zkctl.ceremony.policy import warnings_for_findings
from zkctl.formats.json.bundle import read_bundle
from zkctl.formats.json.snarkjs import parse_public
from zkctl.runtime.progress import Progress, silent
from zkctl.toolchain.proof.systems import read_verifying_key
from zkctl.toolchain.proof.verify import VerifySummary


def verify_bundle(
    vkey: Path, *, bundle: Path, allow_insecure: bool = False, progress: Progress = silent
) -> VerifySummary:
    """Verify the proof of a bundle; the bundle's own names of circuit, curve and system are not believed.

    Raises: as `verify`.
    """
    progress("verifying", None)
    system, key = read_verifying_key(vkey)
    warnings = warnings_for_findings(system.weak_key_findings(key), allow_insecure=allow_insecure)
    found = read_bundle(bundle)
    signals = parse_public(found.public, key.curve.scalar_field, key.n_public)
    proof = system.parse_proofs([found.proof], key.curve)[0]
    return VerifySummary(
        valid=system.verify(key, signals, proof),
        curve=key.curve.name,
        n_public=key.n_public,
        statement=system.statement_id(key, signals),
        warnings=warnings,
    )
