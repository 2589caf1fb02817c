"""Verify a proof: what `zkctl verify` does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from zkctl.ceremony.policy import check_verifying_key
from zkctl.formats.json.snarkjs_groth16 import read_proof, read_public, read_verification_key
from zkctl.groth16 import verify as groth16
from zkctl.runtime.progress import Report, silent


@dataclass(frozen=True)
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
    public: Path,
    proof: Path,
    *,
    allow_insecure: bool = False,
    report: Report = silent,
) -> VerifySummary:
    """Answer whether a proof holds; a wrong one is an answer, not an error.

    Raises: FormatError, EncodingError, ShapeError for malformed or non-canonical input,
    IntegrityError for a key under which proofs can be forged.
    """
    report("verifying", None)
    key = read_verification_key(vkey)
    warnings = check_verifying_key(key, allow_insecure=allow_insecure)
    signals = read_public(public, key.curve.scalar_field, key.n_public)
    valid = groth16.verify(key, signals, read_proof(proof, key.curve))
    return VerifySummary(
        valid=valid,
        curve=key.curve.name,
        n_public=key.n_public,
        statement=groth16.statement_id(key, signals),
        warnings=warnings,
    )
