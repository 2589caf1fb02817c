"""The functions of PLONK's record (systems.py); each imports when it is called."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from zkctl.constraints.r1cs import R1CS
    from zkctl.curve import Curve
    from zkctl.field import FieldArray
    from zkctl.field.words import Words
    from zkctl.formats.binary.zkey_plonk import PlonkZkey
    from zkctl.formats.json.strict import Node
    from zkctl.plonk.keys import Proof, ProvingKey, VerifyingKey
    from zkctl.plonk.verify import PreparedVerifyingKey
    from zkctl.runtime.findings import Finding
    from zkctl.runtime.progress import Progress
    from zkctl.solidity.abi import ContractCall
    from zkctl.solidity.render import ContractOptions
    from zkctl.srs.powers_of_tau import PowersOfTau
    from zkctl.toolchain.proof.keys import CircuitFact, Prover, SetupCost

    Statement = tuple[FieldArray, Proof]


# -- keys


def read_key(path: Path) -> PlonkZkey:
    """Read a proving key; its arrays are views of the file."""
    from zkctl.formats.binary.zkey_plonk import read_zkey

    return read_zkey(path)


def write_key(file: BinaryIO, stored: PlonkZkey) -> None:
    """Write a new key with its sections in the order of a setup."""
    from zkctl.formats.binary.zkey_plonk import write_zkey

    write_zkey(file, stored)


def check_key_points(stored: PlonkZkey, where: str) -> None:
    """Check that every point of a key lies in its group."""
    from zkctl.formats.binary.zkey_plonk import check_key_points as check_points

    check_points(stored, where)


def circuit_facts(key: ProvingKey, circuit: R1CS) -> list[CircuitFact]:
    """Return the numbers that key and circuit must agree on."""
    from zkctl.constraints.plonk.count import count_plonk_rows
    from zkctl.toolchain.proof.universal import row_facts

    return row_facts(key, circuit, count_plonk_rows(circuit))


def setup(circuit: R1CS, powers: PowersOfTau, progress: Progress) -> PlonkZkey:
    """Compute the key of a circuit."""
    from zkctl.formats.binary.zkey_plonk import PlonkZkey
    from zkctl.plonk.setup import make_key

    progress("computing the key", None)
    return PlonkZkey(make_key(circuit, powers))


def setup_cost(circuit: R1CS, powers: PowersOfTau) -> SetupCost:
    """Return the size of a key, before it is made.

    Raises: InputError for no rows; IntegrityError for another curve; EnvironmentProblem for powers that are too small or unprepared.
    """
    from zkctl.constraints.plonk.count import count_plonk_rows
    from zkctl.formats.binary.zkey_plonk import key_bytes
    from zkctl.kzg.row_polynomials import check_circuit
    from zkctl.plonk.setup import MEMORY_PER_ROW, log_rows_within
    from zkctl.toolchain.proof.keys import SetupCost
    from zkctl.toolchain.proof.universal import counts_of_key

    check_circuit(circuit, powers)
    n_rows = count_plonk_rows(circuit)
    n = 1 << log_rows_within(n_rows, powers)
    counts = counts_of_key(circuit, powers.curve, n_rows, n)
    return SetupCost(n_rows, key_bytes(counts), n * MEMORY_PER_ROW)


def setup_findings(stored: PlonkZkey) -> list[Finding]:
    """Return the defects of a new key."""
    return weak_key_findings(stored.key.verifying_key)


# -- proofs


def prove(key: ProvingKey, witness: Words) -> Statement:
    """Prove; return the public signals and the proof, which was verified."""
    from zkctl.plonk.prove import prove as make_proof

    proof, public = make_proof(key, witness)
    return public, proof


def prepare(key: ProvingKey, table_bytes: int) -> Prover:
    """Prepare a key for many proofs.  Assumes: all its points have been checked."""
    from zkctl.curve.backend import prepare_pairing
    from zkctl.plonk.prove import PreparedKey, prove_prepared
    from zkctl.toolchain.proof.shared import PreparedProver

    prepare_pairing(key.curve)
    return PreparedProver(PreparedKey.of(key, table_bytes), prove_prepared)


def proof_json(proof: Proof) -> str:
    """Return a proof as JSON."""
    from zkctl.formats.json.plonk_text import proof_json as text_of_proof

    return text_of_proof(proof)


# -- verification


def vkey_json(stored: PlonkZkey) -> str:
    """Return the verifier's part of a key as JSON."""
    from zkctl.formats.json.snarkjs_plonk import verification_key_json

    return verification_key_json(stored.key.verifying_key)


def read_vkey(root: Node) -> VerifyingKey:
    """Read a verifying key; its points are checked."""
    from zkctl.formats.json.snarkjs_plonk import parse_verification_key

    return parse_verification_key(root)


def weak_key_findings(vk: VerifyingKey) -> list[Finding]:
    """Return the defects of a verifying key that let anyone forge proofs."""
    from zkctl.plonk.weak_keys import weak_key_findings as findings

    return findings(vk)


def check_proof(root: Node, curve: Curve) -> None:
    """Check that a document is a proof over this curve; its points are checked."""
    from zkctl.formats.json.snarkjs_plonk import parse_proof, proofs_of

    proofs_of(curve, [parse_proof(root, curve)])


def parse_proofs(roots: Sequence[Node], curve: Curve) -> list[Proof]:
    """Return the proofs that documents are, over this curve; all points are checked together."""
    from zkctl.formats.json.snarkjs_plonk import parse_proof, proofs_of

    return list(proofs_of(curve, [parse_proof(root, curve) for root in roots]))


def prepare_vkey(vk: VerifyingKey) -> PreparedVerifyingKey:
    """Check a verifying key and prepare it for many proofs."""
    from zkctl.plonk.verify import PreparedVerifyingKey as Prepared

    return Prepared.of(vk)


def read_statement(public: Path, proof: Path, vk: VerifyingKey) -> Statement:
    """Read public signals and their proof."""
    from zkctl.formats.json.snarkjs_plonk import read_proof
    from zkctl.toolchain.proof.shared import read_statement as read_both

    return read_both(read_proof, public, proof, vk)


def read_statements(path: Path, vk: VerifyingKey) -> list[Statement]:
    """Read a file of statements, one a line."""
    from zkctl.formats.json.snarkjs_plonk import read_statements as read_lines

    return read_lines(path, vk)


def verify(vk: VerifyingKey, public: FieldArray, proof: Proof) -> bool:
    """Return whether the proof holds for these public signals."""
    from zkctl.plonk.verify import verify as holds

    return holds(vk, public, proof)


def verify_batch(vk: VerifyingKey, statements: Sequence[Statement]) -> list[bool]:
    """Return for each statement whether its proof holds."""
    from zkctl.plonk.batch import verify_batch as hold

    return hold(vk, statements)


def statement_id(vk: VerifyingKey, public: FieldArray) -> str:
    """Return a digest of key and public signals."""
    from zkctl.plonk.verify import statement_id as digest

    return digest(vk, public)


# -- contracts


def contract(vk: VerifyingKey, options: ContractOptions) -> str:
    """Return the source of the verifier contract."""
    if vk.curve.name == "bls12_381":
        from zkctl.solidity.plonk_bls12_381 import contract as source
    else:
        from zkctl.solidity.plonk import contract as source

    return source(vk, options)


def contract_call(proof: Proof, public: FieldArray) -> ContractCall:
    """Return the call of the verifier contract."""
    if proof.a.group.curve_name == "bls12_381":
        from zkctl.solidity.plonk_bls12_381 import call
    else:
        from zkctl.solidity.plonk import call

    return call(proof, public)
