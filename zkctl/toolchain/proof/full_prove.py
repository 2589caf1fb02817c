"""Compute a witness and prove it, in one process and without a file in between."""

from __future__ import annotations

from pathlib import Path

from zkctl.formats.binary.wtns import Witness
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress, silent
from zkctl.toolchain.circuit.witness import compute_witness
from zkctl.toolchain.proof.prove import KeyForProof, ProofOutputs, ProveSummary


def full_prove(
    key: Path,
    program: Path,
    inputs: Path,
    *,
    proof_output: Path,
    public_output: Path,
    expect_public: int | None = None,
    reduce: bool = False,
    force: bool = False,
    allow_insecure: bool = False,
    progress: Progress = silent,
) -> ProveSummary:
    """Write the proof for the inputs of a JSON file, and its public signals, both or neither.

    `program` is a .wprog, or a circom-2 .wasm within the default limits; the witness is written nowhere.
    `reduce` takes inputs modulo the field as circom does.
    Raises: UnsatisfiedError for inputs that break a constraint, InputError for missing, unknown or misshapen inputs; IntegrityError for a
    key that policy refuses or that does not belong to the program; as `prove` otherwise.
    """
    outputs = ProofOutputs(proof_output, public_output, [key, program, inputs], force)
    outputs.check()
    progress("reading the key", None)
    opened = KeyForProof.open(key, expect_public=expect_public, allow_insecure=allow_insecure)
    progress(f"computing the witness of {printable(program)}", None)
    computed = compute_witness(program, inputs, reduce=reduce, warnings=opened.warnings)
    witness = Witness(computed.field, computed.words)
    opened.check_field(witness, where=printable(program))
    progress("proving", None)
    statement = opened.prove(witness, where=printable(program), checked=True)
    return outputs.write(opened, statement)
