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
    outputs = ProofOutputs(proof_output, public_output, inputs, force)
    outputs.check()
    progress("reading the key", None)
    opened = KeyForProof.open(key, expect_public=expect_public, allow_insecure=allow_insecure)
    progress("reading the witness", None)
    values = read_wtns(witness)
    opened.warnings.extend(warnings_for_sections(witness, WTNS_KIND))
    opened.check_field(values, where=printable(witness))
    if r1cs is not None:
        from zkctl.toolchain.proof.circuit_check import check_circuit

        progress("checking the constraints", None)
        check_circuit(opened.system, opened.stored.key, values, r1cs=r1cs)
    progress("proving", None)
    statement = opened.prove(values, where=printable(witness), checked=r1cs is not None)
    return outputs.write(opened, statement)


@record
class ProofOutputs:
    """The two files of a proof, written both or neither."""

    proof: Path
    public: Path
    inputs: list[Path]
    force: bool

    def check(self) -> None:
        """Check that both may be written.  Raises: EnvironmentProblem, UsageError."""
        outputs = [self.proof, self.public]
        check_destinations(outputs, force=self.force, inputs=self.inputs, stdout=True)

    def write(self, opened: KeyForProof, statement: Statement) -> ProveSummary:
        """Write a proof and its public signals."""
        system, stored = opened.system, opened.stored
        signals, proof = statement
        with atomic_outputs(
            [self.proof, self.public], force=self.force, inputs=self.inputs, stdout=True
        ) as (proof_file, public_file):
            proof_file.write(system.proof_json(proof).encode())
            public_file.write(system.public_json(signals).encode())
        return ProveSummary(
            proof=name_of(self.proof),
            public=name_of(self.public),
            curve=stored.key.curve.name,
            n_public=stored.key.n_public,
            statement=system.statement_id(stored.key.verifying_key, signals),
            warnings=opened.warnings,
        )


@record
class KeyForProof:
    """A proving key that policy accepts, for one proof."""

    system: ProofSystem
    stored: KeyFile
    where: str
    warnings: list[str]

    @classmethod
    def open(cls, path: Path, *, expect_public: int | None, allow_insecure: bool) -> KeyForProof:
        """Read a key; its points are checked only if a proof under it fails.

        Raises: IntegrityError for a key that policy refuses or that has another number of public signals.
        """
        system = system_of_key(path)
        stored, where = system.read_key(path), printable(path)
        _check_public(stored.key, expect_public, where)
        warnings = [f"{where}: {warning}" for warning in stored.warnings]
        findings = system.key_findings(stored)
        weak = system.weak_key_findings(stored.key.verifying_key)
        warnings += warnings_for_findings(findings, allow_insecure=allow_insecure)
        warnings += warnings_for_findings(weak, allow_insecure=allow_insecure)
        return cls(system, stored, where, warnings)

    def check_field(self, witness: Witness, *, where: str) -> None:
        """Check that the witness is over the scalar field of the key's curve.  Raises: IntegrityError."""
        check_field(self.stored.key, witness, where=where)

    def prove(self, witness: Witness, *, where: str, checked: bool) -> Statement:
        """Prove; after a failure, check whether the key or the witness is wrong.

        `checked`: the witness satisfies the constraints.
        """
        try:
            return self.system.prove(self.stored.key, witness.words)
        except (ShapeError, EncodingError, UnsatisfiedError) as error:
            self.system.check_key_points(self.stored, self.where)
            if checked and not isinstance(error, ShapeError):
                raise IntegrityError(
                    "the witness satisfies the circuit, but a proof under the key is invalid",
                    where=self.where,
                    hint="the key is of another circuit or was altered: check it with `verify_key()`",
                ) from error
            error.where = where
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
