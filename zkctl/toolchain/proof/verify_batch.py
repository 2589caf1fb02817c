"""Verify many proofs for one key: what `zkctl verify --batch` does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from zkctl.ceremony.policy import check_verifying_key
from zkctl.formats.json.snarkjs_groth16 import read_verification_key
from zkctl.formats.json.statements import read_statements
from zkctl.groth16 import batch
from zkctl.groth16.verify import statement_id
from zkctl.runtime.progress import Report, silent


@dataclass(frozen=True)
class Verdict:
    """The answer about one line; `statement` as in VerifySummary."""

    line: int
    valid: bool
    statement: str


@dataclass(frozen=True)
class BatchSummary:
    """The verdicts in the order of the file; `valid` says that all proofs hold."""

    valid: bool
    curve: str
    n_public: int
    n_proofs: int
    n_invalid: int
    verdicts: list[Verdict]
    warnings: list[str]


def verify_batch(
    vkey: Path, statements: Path, *, allow_insecure: bool = False, report: Report = silent
) -> BatchSummary:
    """Answer for every line of a file of statements (formats/json/statements.py) whether it holds.

    Raises: FormatError, EncodingError, ShapeError naming the line that is malformed;
    IntegrityError for a key under which proofs can be forged.
    """
    report("reading the proofs", None)
    key = read_verification_key(vkey)
    warnings = check_verifying_key(key, allow_insecure=allow_insecure)
    given = read_statements(statements, key)
    report(f"verifying {len(given)} proofs", None)
    answers = batch.verify_batch(key, given)
    return BatchSummary(
        valid=all(answers),
        curve=key.curve.name,
        n_public=key.n_public,
        n_proofs=len(answers),
        n_invalid=answers.count(False),
        verdicts=[
            Verdict(line, valid, statement_id(key, public))
            for line, (valid, (public, _)) in enumerate(zip(answers, given, strict=True), 1)
        ],
        warnings=warnings,
    )
