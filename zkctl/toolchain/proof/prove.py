"""Prove that a witness satisfies a circuit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from zkctl.ceremony.policy import warnings_for_findings
from zkctl.errors import EncodingError, IntegrityError, ShapeError, UnsatisfiedError
from zkctl.formats.binary.sections import warnings_for_sections
from zkctl.formats.binary.wtns import WTNS_KIND, Witness, read_wtns
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.runtime.standard_streams import name_of
from zkctl.storage.atomic import atomic_outputs, check_destinations
from zkctl.toolchain.proof.systems import ProofSystem, system_of_key

if TYPE_CHECKING:
    from zkctl.toolchain.proof.keys import CommonProvingKey, KeyFile, Statement


@record
class ProveSummary:
    """The proof, its public signals and its statement."""

    proof: str
    public: str
    curve: str
    n_public: int
    statement: str
    warnings: list[str]


def prove(
    key: Path,
    witness: Path,
    *,
    proof_output: Path,
    public_output: Path,
    r1cs: Path | None = None,
    expect_public: int | None = None,
    force: bool = False,
    allow_insecure: bool = False,
    progress: Progress = silent,
) -> ProveSummary:
    """Write a proof and its public signals, both or neither; the proof was verified before.

    One of them may be STDOUT; the other then gets its name after stdout has taken every byte.

    With `r1cs`, key and witness are compared with the circuit and a failing constraint is named.
    `expect_public` is the number of signals that may become public: a key decides that, and one that was altered
    would publish private ones.
    Raises: UnsatisfiedError if the witness breaks the circuit; IntegrityError for a key that policy
    refuses or that does not belong to witness or circuit; EnvironmentProblem if an output exists.
    """
    inputs = [path for path in (key, witness, r1cs) if path is not None]
    outputs = [proof_output, public_output]
    check_destinations(outputs, force=force, inputs=inputs, stdout=True)
    progress("reading the key", None)
    system = system_of_key(key)
    stored = system.read_key(key)
    vk = stored.key.verifying_key
    _check_public(stored.key, expect_public, printable(key))
    warnings = [f"{printable(key)}: {warning}" for warning in stored.warnings]
    warnings += warnings_for_findings(system.key_findings(stored), allow_insecure=allow_insecure)
    warnings += warnings_for_findings(system.weak_key_findings(vk), allow_insecure=allow_insecure)
    progress("reading the witness", None)
    values = read_wtns(witness)
    warnings += warnings_for_sections(witness, WTNS_KIND)
    check_field(stored.key, values, where=printable(witness))
    if r1cs is not None:
        from zkctl.toolchain.proof.circuit_check import check_circuit

        progress("checking the constraints", None)
        check_circuit(system, stored.key, values, r1cs=r1cs)
    progress("proving", None)
    places = _Places(printable(key), printable(witness))
    signals, proof = _prove(system, stored, values, places, checked=r1cs is not None)
    with atomic_outputs(outputs, force=force, inputs=inputs, stdout=True) as files:
        proof_file, public_file = files
        proof_file.write(system.proof_json(proof).encode())
        public_file.write(system.public_json(signals).encode())
    return ProveSummary(
        proof=name_of(proof_output),
        public=name_of(public_output),
        curve=stored.key.curve.name,
        n_public=stored.key.n_public,
        statement=system.statement_id(vk, signals),
        warnings=warnings,
    )


@record
class _Places:
    """The names of key and witness, for messages."""

    key: str
    witness: str


def _prove(
    system: ProofSystem, stored: KeyFile, values: Witness, places: _Places, *, checked: bool
) -> Statement:
    """Prove; after a failure, check whether the key or the witness is wrong.

    `checked`: the witness satisfies the constraints.
    """
    try:
        return system.prove(stored.key, values.words)
    except (ShapeError, EncodingError, UnsatisfiedError) as error:
        system.check_key_points(stored, places.key)
        if checked and not isinstance(error, ShapeError):
            raise IntegrityError(
                "the witness satisfies the circuit, but a proof under the key is invalid",
                where=places.key,
                hint="the key is of another circuit or was altered: check it with `verify_key()`",
            ) from error
        error.where = places.witness
        raise


def _check_public(key: CommonProvingKey, expected: int | None, where: str) -> None:
    if expected is not None and key.n_public != expected:
        raise IntegrityError(
            f"the number of public signals of the key is wrong: expected {expected}, got {key.n_public}",
            where=where,
            hint="pass `r1cs` to compare the key with its circuit",
        )


def check_field(key: CommonProvingKey, witness: Witness, *, where: str) -> None:
    """Check that the witness is over the scalar field of the key's curve.

    Raises: IntegrityError.
    """
    if witness.field != key.curve.scalar_field:
        raise IntegrityError(
            f"the witness is over {witness.field.name}, the key over {key.curve.name}",
            where=where,
            hint="witness and key come from different circuits",
        )
