"""Verify a proof."""

from __future__ import annotations

from pathlib import Path

from zkctl.ceremony.policy import warnings_for_findings
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.toolchain.proof.systems import read_verifying_key


@record
class VerifySummary:
    """The verdict.

    `statement` identifies key and public signals; use it, never the proof's bytes, against replays.
    """

    valid: bool
    curve: str
    n_public: int
    statement: str
    warnings: list[str]


def verify(
    vkey: Path,
    *,
    public: Path,
    proof: Path,
    allow_insecure: bool = False,
    progress: Progress = silent,
) -> VerifySummary:
    """Verify a proof; a wrong one is a verdict, not an error.

    Raises: FormatError, EncodingError, ShapeError for malformed or non-canonical input,
    IntegrityError for a key under which proofs can be forged.
    """
    progress("verifying", None)
    system, key = read_verifying_key(vkey)
    warnings = warnings_for_findings(system.weak_key_findings(key), allow_insecure=allow_insecure)
    signals, given = system.read_statement(public, proof, key)
    valid = system.verify(key, signals, given)
    return VerifySummary(
        valid=valid,
        curve=key.curve.name,
        n_public=key.n_public,
        statement=system.statement_id(key, signals),
        warnings=warnings,
    )
