"""Verify many proofs for one key."""

from __future__ import annotations

from pathlib import Path

from zkctl.ceremony.policy import warnings_for_findings
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.toolchain.proof.systems import read_verifying_key


@record
class ProofVerdict:
    """The verdict on one line; `statement` as in VerifySummary."""

    line: int
    valid: bool
    statement: str


@record
class BatchSummary:
    """The verdicts in the order of the file; `valid`: all proofs hold."""

    valid: bool
    curve: str
    n_public: int
    n_proofs: int
    n_invalid: int
    verdicts: list[ProofVerdict]
    warnings: list[str]


def verify_batch(
    vkey: Path, *, statements: Path, allow_insecure: bool = False, progress: Progress = silent
) -> BatchSummary:
    """Verify every line of a file of statements (formats/json/statements.py).

    Raises: FormatError, EncodingError, ShapeError naming the line that is malformed;
    IntegrityError for a key under which proofs can be forged.
    """
    progress("reading the proofs", None)
    system, key = read_verifying_key(vkey)
    warnings = warnings_for_findings(system.weak_key_findings(key), allow_insecure=allow_insecure)
    given = system.read_statements(statements, key)
    progress(f"verifying {len(given)} proofs", None)
    answers = system.verify_batch(key, given)
    return BatchSummary(
        valid=all(answers),
        curve=key.curve.name,
        n_public=key.n_public,
        n_proofs=len(answers),
        n_invalid=answers.count(False),
        verdicts=[
            ProofVerdict(line, valid, system.statement_id(key, public))
            for line, (valid, (public, _)) in enumerate(zip(answers, given, strict=True), 1)
        ],
        warnings=warnings,
    )
