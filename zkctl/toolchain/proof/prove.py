"""Prove that a witness satisfies a circuit: what `zkctl prove` does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from zkctl.ceremony.policy import check_phase2, check_verifying_key
from zkctl.errors import EncodingError, IntegrityError, ShapeError, UnsatisfiedError
from zkctl.field import FieldArray
from zkctl.formats.binary.sections import warnings_for_sections
from zkctl.formats.binary.wtns import WTNS_KIND, Witness, read_wtns
from zkctl.formats.binary.zkey_groth16 import ZkeyFile, check_key_points, read_zkey
from zkctl.formats.json.snarkjs_groth16 import proof_json, public_json
from zkctl.groth16 import prove as groth16
from zkctl.groth16.keys import Proof, ProvingKey
from zkctl.groth16.verify import statement_id
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Report, silent
from zkctl.storage.atomic import atomic_outputs, check_destination


@dataclass(frozen=True)
class ProveSummary:
    """What was proved."""

    proof: str
    public: str
    curve: str
    n_public: int
    statement: str
    warnings: list[str]


def prove(
    key: Path,
    witness: Path,
    proof: Path,
    public: Path,
    *,
    r1cs: Path | None = None,
    expect_public: int | None = None,
    force: bool = False,
    allow_insecure: bool = False,
    report: Report = silent,
) -> ProveSummary:
    """Write a proof and its public signals, both or neither; the proof was verified before.

    With `r1cs`, key and witness are compared with the circuit and a failing constraint is named.
    `expect_public` is how many signals may become public: a key decides that, and one that was altered
    would publish private ones.
    Raises: UnsatisfiedError if the witness breaks the circuit; IntegrityError for a key that policy
    refuses or that does not belong to witness or circuit; EnvironmentProblem if an output exists.
    """
    inputs = [path for path in (key, witness, r1cs) if path is not None]
    for path in (proof, public):
        check_destination(path, force=force, inputs=inputs)
    report("reading the key", None)
    stored = read_zkey(key)
    _check_public(stored.key, expect_public, printable(key))
    warnings = [f"{printable(key)}: {warning}" for warning in stored.warnings]
    warnings += check_phase2(stored.contributions, allow_insecure=allow_insecure)
    warnings += check_verifying_key(stored.key.verifying_key, allow_insecure=allow_insecure)
    report("reading the witness", None)
    values = read_wtns(witness)
    warnings += warnings_for_sections(witness, WTNS_KIND)
    _check_field(stored.key, values, printable(witness))
    if r1cs is not None:
        from zkctl.toolchain.proof.circuit_check import check_circuit

        report("checking the constraints", None)
        check_circuit(stored.key, values, r1cs)
    report("proving", None)
    made, signals = _prove(stored, values, key, witness, checked=r1cs is not None)
    with atomic_outputs([proof, public], force=force, inputs=inputs) as (proof_file, public_file):
        proof_file.write(proof_json(made).encode())
        public_file.write(public_json(signals).encode())
    return ProveSummary(
        proof=str(proof),
        public=str(public),
        curve=stored.key.curve.name,
        n_public=stored.key.n_public,
        statement=statement_id(stored.key.verifying_key, signals),
        warnings=warnings,
    )


def _prove(
    stored: ZkeyFile, values: Witness, key: Path, witness: Path, *, checked: bool
) -> tuple[Proof, FieldArray]:
    """Prove; when that fails, find out whether witness or key is to blame.

    `checked` says that the witness satisfies the constraints.
    """
    try:
        return groth16.prove(stored.key, values.words)
    except (ShapeError, EncodingError, UnsatisfiedError) as error:
        check_key_points(stored, printable(key))
        if checked and not isinstance(error, ShapeError):
            raise IntegrityError(
                "the witness satisfies the circuit, but the key gives no valid proof",
                where=printable(key),
                hint="the key is of another circuit or was altered: run zkctl ceremony verify",
            ) from error
        error.where = printable(witness)
        raise


def _check_public(key: ProvingKey, expected: int | None, where: str) -> None:
    if expected is not None and key.n_public != expected:
        raise IntegrityError(
            f"the key makes {key.n_public} signals public, expected {expected}",
            where=where,
            hint="compare the key with its circuit: --r1cs NAME.r1cs",
        )


def _check_field(key: ProvingKey, witness: Witness, where: str) -> None:
    if witness.field != key.curve.scalar_field:
        raise IntegrityError(
            f"the witness is over {witness.field.name}, the key over {key.curve.name}",
            where=where,
            hint="witness and key come from different circuits",
        )
