"""The functions of Groth16's record (systems.py).

Each imports when it is called: `zkctl verify` loads neither the prover nor the reader of proving keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from zkctl.constraints.r1cs import R1CS
    from zkctl.curve import Curve
    from zkctl.field import FieldArray
    from zkctl.field.words import Words
    from zkctl.formats.binary.zkey_groth16 import ZkeyFile
    from zkctl.formats.json.strict import Node
    from zkctl.groth16.keys import Proof, ProvingKey, VerifyingKey
    from zkctl.groth16.verify import PreparedVerifyingKey, ProofStatement
    from zkctl.runtime.findings import Finding
    from zkctl.runtime.progress import Progress
    from zkctl.solidity.abi import ContractCall
    from zkctl.solidity.render import ContractOptions
    from zkctl.srs.powers_of_tau import PowersOfTau
    from zkctl.toolchain.proof.keys import CircuitFact, Prover

NEEDS_CONTRIBUTIONS = (
    "this key has no phase-2 contribution yet: anyone can forge proofs under it"
    " until `contribute_key()` adds one"
)


# -- keys


def read_key(path: Path) -> ZkeyFile:
    """Read a proving key; its arrays are views of the file."""
    from zkctl.formats.binary.zkey_groth16 import read_zkey

    return read_zkey(path)


def write_key(file: BinaryIO, stored: ZkeyFile) -> None:
    """Write a new key with its sections in the order of a setup."""
    from zkctl.formats.binary.zkey_groth16 import SETUP_ORDER, write_zkey

    write_zkey(file, stored, order=SETUP_ORDER)


def check_key_points(stored: ZkeyFile, where: str) -> None:
    """Check that every point of a key lies in its group."""
    from zkctl.formats.binary.zkey_groth16 import check_key_points as check_points

    check_points(stored, where)


def key_findings(stored: ZkeyFile) -> list[Finding]:
    """Return the defects that the contributions to a key show."""
    from zkctl.ceremony.policy import phase2_findings

    return phase2_findings(stored.contributions)


def circuit_facts(key: ProvingKey, circuit: R1CS) -> list[CircuitFact]:
    """Return the numbers that key and circuit must agree on."""
    from zkctl.groth16.qap import log_domain_size
    from zkctl.toolchain.proof.keys import CircuitFact

    domain_size = 1 << log_domain_size(circuit.n_constraints, circuit.n_public)
    n_coefficients = len(circuit.a.wires) + len(circuit.b.wires) + circuit.n_public + 1
    return [
        CircuitFact("domain size", key.domain_size, domain_size),
        CircuitFact("number of coefficients", len(key.coefficients), n_coefficients),
    ]


def setup(circuit: R1CS, powers: PowersOfTau, progress: Progress) -> ZkeyFile:
    """Compute the key that phase 2 starts from."""
    from zkctl.ceremony.phase2.circuit_hash import circuit_hash
    from zkctl.formats.binary.zkey_groth16 import ZkeyFile
    from zkctl.groth16.setup import initial_key

    progress("computing the key", None)
    key = initial_key(circuit, powers)
    progress("hashing the circuit", None)
    return ZkeyFile(key, circuit_hash(key, powers), [])


def setup_facts(stored: ZkeyFile) -> dict[str, Any]:
    """Return the hash of the circuit of a new key."""
    return {"circuit_hash": stored.circuit_hash.hex()}


def setup_findings(stored: ZkeyFile) -> list[Finding]:
    """Return the defects of a new key that no contribution to it removes."""
    from zkctl.groth16.weak_keys import empty_phase1, unbound_public_inputs

    vk = stored.key.verifying_key
    return [*empty_phase1(vk), *unbound_public_inputs(vk)]


# -- proofs


def prove(key: ProvingKey, witness: Words) -> ProofStatement:
    """Prove; return the public signals and the proof, which was verified."""
    from zkctl.groth16.prove import prove as make_proof

    proof, public = make_proof(key, witness)
    return public, proof


def prepare(key: ProvingKey, table_bytes: int) -> Prover:
    """Prepare a key for many proofs.  Assumes: all its points have been checked."""
    from zkctl.curve.backend import prepare_pairing
    from zkctl.groth16.prove import PreparedKey, prove_prepared
    from zkctl.toolchain.proof.shared import PreparedProver

    prepare_pairing(key.curve)
    return PreparedProver(PreparedKey.of(key, table_bytes), prove_prepared)


def proof_json(proof: Proof) -> str:
    """Return a proof as JSON."""
    from zkctl.formats.json.groth16_text import proof_json as text_of_proof

    return text_of_proof(proof)


def public_json(public: FieldArray) -> str:
    """Return public signals as JSON."""
    from zkctl.formats.json.snarkjs_text import public_json as text_of_public

    return text_of_public(public)


# -- verification


def vkey_json(stored: ZkeyFile) -> str:
    """Return the verifier's part of a key as JSON."""
    from zkctl.curve import G1Array, G2Array, pairing_product
    from zkctl.formats.json.snarkjs_groth16 import verification_key_json

    vk = stored.key.verifying_key
    alpha, beta = G1Array.concatenate([vk.alpha_g1]), G2Array.concatenate([vk.beta_g2])
    return verification_key_json(vk, pairing_product(vk.curve, alpha, beta))


def read_vkey(root: Node) -> VerifyingKey:
    """Read a verifying key; its points are checked."""
    from zkctl.formats.json.snarkjs_groth16 import parse_verification_key

    return parse_verification_key(root)


def weak_key_findings(vk: VerifyingKey) -> list[Finding]:
    """Return the defects of a verifying key that let anyone forge proofs."""
    from zkctl.groth16.weak_keys import weak_key_findings as findings

    return findings(vk)


def check_proof(root: Node, curve: Curve) -> None:
    """Check that a document is a proof over this curve; its points are checked."""
    from zkctl.formats.json.points import proofs_of
    from zkctl.formats.json.snarkjs_groth16 import parse_proof

    proofs_of(curve, [parse_proof(root, curve)])


def parse_proofs(roots: Sequence[Node], curve: Curve) -> list[Proof]:
    """Return the proofs that documents are, over this curve; all points are checked together."""
    from zkctl.formats.json.points import proofs_of
    from zkctl.formats.json.snarkjs_groth16 import parse_proof

    return list(proofs_of(curve, [parse_proof(root, curve) for root in roots]))


def prepare_vkey(vk: VerifyingKey) -> PreparedVerifyingKey:
    """Check a verifying key and prepare it for many proofs."""
    from zkctl.groth16.verify import PreparedVerifyingKey as Prepared

    return Prepared.of(vk)


def read_statement(public: Path, proof: Path, vk: VerifyingKey) -> ProofStatement:
    """Read public signals and their proof."""
    from zkctl.formats.json.snarkjs_groth16 import read_proof
    from zkctl.toolchain.proof.shared import read_statement as read_both

    return read_both(read_proof, public, proof, vk)


def read_statements(path: Path, vk: VerifyingKey) -> list[ProofStatement]:
    """Read a file of statements, one a line."""
    from zkctl.formats.json.snarkjs_groth16 import read_statements as read_lines

    return read_lines(path, vk)


def verify(vk: VerifyingKey, public: FieldArray, proof: Proof) -> bool:
    """Return whether the proof holds for these public signals."""
    from zkctl.groth16.verify import verify as holds

    return holds(vk, public, proof)


def verify_batch(vk: VerifyingKey, statements: Sequence[ProofStatement]) -> list[bool]:
    """Return for each statement whether its proof holds."""
    from zkctl.groth16.batch import verify_batch as hold

    return hold(vk, statements)


def statement_id(vk: VerifyingKey, public: FieldArray) -> str:
    """Return a digest of key and public signals."""
    from zkctl.groth16.verify import statement_id as digest

    return digest(vk, public)


# -- contracts


def contract(vk: VerifyingKey, options: ContractOptions) -> str:
    """Return the source of the verifier contract."""
    if vk.curve.name == "bls12_381":
        from zkctl.solidity.groth16_bls12_381 import contract as source
    else:
        from zkctl.solidity.groth16 import contract as source

    return source(vk, options)


def contract_call(proof: Proof, public: FieldArray) -> ContractCall:
    """Return the call of the verifier contract."""
    if proof.a.group.curve_name == "bls12_381":
        from zkctl.solidity.groth16_bls12_381 import call
    else:
        from zkctl.solidity.groth16 import call

    return call(proof, public)
