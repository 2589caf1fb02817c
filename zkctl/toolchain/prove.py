"""Prove that a witness satisfies a circuit: what `zkctl prove` does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from zkctl.ceremony.policy import check_phase2, check_verifying_key
from zkctl.constraints.r1cs import R1CS
from zkctl.errors import EncodingError, IntegrityError, ShapeError, UnsatisfiedError
from zkctl.field import FieldArray
from zkctl.formats.printable import printable
from zkctl.formats.r1cs import read_r1cs
from zkctl.formats.snarkjs_json import proof_json, public_json
from zkctl.formats.sym import read_sym
from zkctl.formats.wtns import Witness, read_wtns
from zkctl.formats.zkey import ZkeyFile, check_key_points, read_zkey
from zkctl.groth16 import prove as groth16
from zkctl.groth16.keys import Proof, ProvingKey
from zkctl.groth16.qap import log_domain_size
from zkctl.groth16.verify import statement_id
from zkctl.toolchain.files import atomic_outputs, check_destination
from zkctl.toolchain.progress import Report, silent

_MOST_NAMES = 12


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
    warnings = check_phase2(stored.contributions, allow_insecure=allow_insecure)
    warnings += check_verifying_key(stored.key.verifying_key, allow_insecure=allow_insecure)
    report("reading the witness", None)
    values = read_wtns(witness)
    _check_field(stored.key, values, printable(witness))
    if r1cs is not None:
        report("checking the constraints", None)
        _check_circuit(stored.key, values, r1cs)
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


def _check_circuit(key: ProvingKey, witness: Witness, r1cs: Path) -> None:
    """Compare key and circuit, then look for a constraint that the witness breaks."""
    circuit, where = read_r1cs(r1cs), printable(r1cs)
    facts = (
        ("field", key.curve.scalar_field.name, circuit.field.name),
        ("number of wires", key.n_vars, circuit.n_wires),
        ("number of public signals", key.n_public, circuit.n_public),
        ("domain size", key.domain_size, _domain_size(circuit)),
        ("number of coefficients", len(key.coefficients), _n_coefficients(circuit)),
    )
    for what, of_key, of_circuit in facts:
        if of_key != of_circuit:
            raise IntegrityError(
                f"the key is not of this circuit: {what} {of_key} in the key,"
                f" {of_circuit} in the circuit",
                where=where,
            )
    broken = circuit.first_unsatisfied(witness.values) if len(witness) == key.n_vars else None
    if broken is not None:
        raise UnsatisfiedError(
            f"the witness breaks constraint {broken} of {circuit.n_constraints}",
            where=where,
            hint=_signals_of(circuit, broken, r1cs.with_suffix(".sym")),
        )


def _domain_size(circuit: R1CS) -> int:
    return 1 << log_domain_size(circuit.n_constraints, circuit.n_public)


def _n_coefficients(circuit: R1CS) -> int:
    return len(circuit.a.wires) + len(circuit.b.wires) + circuit.n_public + 1


def _signals_of(circuit: R1CS, constraint: int, sym: Path) -> str:
    """What a constraint is about: names from the .sym file if there is one; never the values."""
    rows = (matrix.row(constraint) for matrix in (circuit.a, circuit.b, circuit.c))
    wires = sorted({wire for row in rows for wire, _ in row if wire})
    names = {row.wire: row.name for row in read_sym(sym)} if sym.is_file() else {}
    shown = [names.get(wire, f"wire {wire}") for wire in wires[:_MOST_NAMES]]
    more = f" and {len(wires) - _MOST_NAMES} more" if len(wires) > _MOST_NAMES else ""
    return f"it constrains {', '.join(shown)}{more}"
