"""The proof systems: one record of functions for each, chosen by the header of a file.

The actions (setup, prove, verify, export) read, check and write files; the meaning of keys, witnesses and proofs
is in the record of the proof system.  A second system is one more record in `SYSTEMS`: no action compares names of protocols.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.toolchain.proof import fflonk, groth16, plonk, universal

if TYPE_CHECKING:
    from zkctl.constraints.r1cs import R1CS
    from zkctl.curve import Curve
    from zkctl.field import FieldArray
    from zkctl.field.words import Words
    from zkctl.formats.json.strict import Node
    from zkctl.runtime.findings import Finding
    from zkctl.runtime.progress import Progress
    from zkctl.solidity.abi import ContractCall
    from zkctl.solidity.render import ContractOptions
    from zkctl.srs.powers_of_tau import PowersOfTau
    from zkctl.toolchain.proof.keys import (
        CircuitFact,
        PreparedVerifier,
        Proof,
        Prover,
        SetupCost,
        Statement,
    )


@record(eq=False, repr=False)
class ProofSystem:
    """One proof system.

    Raises, where a file is read: FormatError, EncodingError, EnvironmentProblem; `prove` raises ShapeError,
    EncodingError or UnsatisfiedError for a witness; the setup raises IntegrityError, InputError, EnvironmentProblem.
    """

    name: str  # as file headers and `protocol` name it
    # files of keys
    read_key: Callable[[Path], Any]  # a KeyFile; its arrays may be views of the file
    write_key: Callable[[BinaryIO, Any], None]
    check_key_points: Callable[[Any, str], None]  # every point of a KeyFile, which takes time
    key_findings: Callable[[Any], list[Finding]]  # of a KeyFile: defects of its contributions
    circuit_facts: Callable[[Any, R1CS], Iterable[CircuitFact]]
    # setup
    setup: Callable[[R1CS, PowersOfTau, Progress], Any]  # a KeyFile
    setup_findings: Callable[[Any], list[Finding]]  # of a new KeyFile: defects that stay
    setup_facts: Callable[[Any], dict[str, Any]]  # of a new KeyFile: fields of a SetupSummary
    # proofs
    prove: Callable[[Any, Words], Statement]
    prepare: Callable[[Any, int], Prover]  # of a key and the bytes that tables may take
    proof_json: Callable[[Proof], str]
    public_json: Callable[[FieldArray], str]
    # verification
    vkey_json: Callable[[Any], str]  # of a KeyFile
    read_vkey: Callable[[Node], Any]
    weak_key_findings: Callable[[Any], list[Finding]]  # of a verifying key
    check_proof: Callable[[Node, Curve], object]  # that a document is a proof over this curve
    parse_proofs: Callable[[Sequence[Node], Curve], list[Proof]]  # all points checked together
    prepare_vkey: Callable[[Any], PreparedVerifier]
    read_statement: Callable[[Path, Path, Any], Statement]  # public signals, proof, verifying key
    read_statements: Callable[[Path, Any], list[Statement]]
    verify: Callable[[Any, FieldArray, Proof], bool]
    verify_batch: Callable[[Any, Sequence[Statement]], list[bool]]
    statement_id: Callable[[Any, FieldArray], str]
    # contracts
    contract: Callable[[Any, ContractOptions], str]  # of a verifying key: the source
    contract_call: Callable[[Proof, FieldArray], ContractCall]
    has_batch_contract: bool = False
    setup_warnings: Sequence[str] = ()  # reported with every new key
    has_contributions: bool = False  # a key takes contributions
    # where the key is much larger than the circuit; EnvironmentProblem for powers that do not reach it
    setup_cost: Callable[[R1CS, PowersOfTau], SetupCost] | None = None


GROTH16 = ProofSystem(
    name="groth16",
    read_key=groth16.read_key,
    write_key=groth16.write_key,
    check_key_points=groth16.check_key_points,
    key_findings=groth16.key_findings,
    circuit_facts=groth16.circuit_facts,
    setup=groth16.setup,
    setup_findings=groth16.setup_findings,
    setup_facts=groth16.setup_facts,
    prove=groth16.prove,
    prepare=groth16.prepare,
    proof_json=groth16.proof_json,
    public_json=groth16.public_json,
    vkey_json=groth16.vkey_json,
    read_vkey=groth16.read_vkey,
    weak_key_findings=groth16.weak_key_findings,
    check_proof=groth16.check_proof,
    parse_proofs=groth16.parse_proofs,
    prepare_vkey=groth16.prepare_vkey,
    read_statement=groth16.read_statement,
    read_statements=groth16.read_statements,
    verify=groth16.verify,
    verify_batch=groth16.verify_batch,
    statement_id=groth16.statement_id,
    setup_warnings=(groth16.NEEDS_CONTRIBUTIONS,),
    has_contributions=True,
    contract=groth16.contract,
    contract_call=groth16.contract_call,
    has_batch_contract=True,
)

PLONK = ProofSystem(
    name="plonk",
    read_key=plonk.read_key,
    write_key=plonk.write_key,
    check_key_points=plonk.check_key_points,
    key_findings=universal.key_findings,
    circuit_facts=plonk.circuit_facts,
    setup=plonk.setup,
    setup_findings=plonk.setup_findings,
    setup_facts=universal.setup_facts,
    setup_cost=plonk.setup_cost,
    prove=plonk.prove,
    prepare=plonk.prepare,
    proof_json=plonk.proof_json,
    public_json=universal.public_json,
    vkey_json=plonk.vkey_json,
    read_vkey=plonk.read_vkey,
    weak_key_findings=plonk.weak_key_findings,
    check_proof=plonk.check_proof,
    parse_proofs=plonk.parse_proofs,
    prepare_vkey=plonk.prepare_vkey,
    read_statement=plonk.read_statement,
    read_statements=plonk.read_statements,
    verify=plonk.verify,
    verify_batch=plonk.verify_batch,
    statement_id=plonk.statement_id,
    contract=plonk.contract,
    contract_call=plonk.contract_call,
)

FFLONK = ProofSystem(
    name="fflonk",
    read_key=fflonk.read_key,
    write_key=fflonk.write_key,
    check_key_points=fflonk.check_key_points,
    key_findings=universal.key_findings,
    circuit_facts=fflonk.circuit_facts,
    setup=fflonk.setup,
    setup_findings=fflonk.setup_findings,
    setup_facts=universal.setup_facts,
    setup_cost=fflonk.setup_cost,
    prove=fflonk.prove,
    prepare=fflonk.prepare,
    proof_json=fflonk.proof_json,
    public_json=universal.public_json,
    vkey_json=fflonk.vkey_json,
    read_vkey=fflonk.read_vkey,
    weak_key_findings=fflonk.weak_key_findings,
    check_proof=fflonk.check_proof,
    parse_proofs=fflonk.parse_proofs,
    prepare_vkey=fflonk.prepare_vkey,
    read_statement=fflonk.read_statement,
    read_statements=fflonk.read_statements,
    verify=fflonk.verify,
    verify_batch=fflonk.verify_batch,
    statement_id=fflonk.statement_id,
    contract=fflonk.contract,
    contract_call=fflonk.contract_call,
)

SYSTEMS = {system.name: system for system in (GROTH16, PLONK, FFLONK)}


def system_of_key(path: Path) -> ProofSystem:
    """Return the proof system that the header of a proving key names.

    Raises: FormatError for an unknown one; EnvironmentProblem for one without a record, or an unreadable file.
    """
    from zkctl.formats.binary.sections import read_sections
    from zkctl.formats.binary.zkey import ZKEY_KIND, read_protocol, unsupported_key

    file = read_sections(path, ZKEY_KIND)
    protocol = read_protocol(file)
    if protocol not in SYSTEMS:
        raise unsupported_key(protocol, file.where)
    return SYSTEMS[protocol]


def read_verifying_key(path: Path, raw: bytes | None = None) -> tuple[ProofSystem, Any]:
    """Read a verifying key of the proof system that its JSON names, and return both; `raw` are the file's bytes if they are read already.

    Raises: FormatError, EncodingError naming the JSON path; EnvironmentProblem for a system without a record.
    """
    from zkctl.formats.json.expected import check_kind
    from zkctl.formats.json.kinds import JsonKind
    from zkctl.formats.json.snarkjs import load_node, protocol_of, unsupported_json
    from zkctl.formats.json.strict import Node, load_json

    where = printable(path)
    root = load_node(path) if raw is None else Node(load_json(raw, where=where), where)
    check_kind(root, JsonKind.VERIFICATION_KEY)
    protocol = protocol_of(root)
    if protocol not in SYSTEMS:
        raise unsupported_json(protocol, "keys", root)
    system = SYSTEMS[protocol]
    return system, system.read_vkey(root)
