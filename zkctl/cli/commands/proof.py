"""The commands `zkctl export-vkey`, `prove`, `fullprove` and `verify`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from zkctl.cli.arguments import Key, Locked, Program, ProjectFile, Reduce, compares_with_lock
from zkctl.cli.command import AllowInsecure, CommandGroup, Force, command, data_file
from zkctl.cli.commands.service_calls import (
    BundleFile,
    CircuitName,
    ProofFiles,
    Seal,
    Service,
    ServiceOptions,
    SignedBy,
    prove_by_service,
    verify_by_service,
)
from zkctl.cli.commands.setup import setup_group
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import Argument, Option
from zkctl.errors import CheckFailed, UsageError
from zkctl.runtime.settings import using
from zkctl.runtime.standard_streams import STDIN, STDOUT, name_of

if TYPE_CHECKING:
    from zkctl.toolchain.proof.verify import VerifySummary
    from zkctl.toolchain.proof.verify_batch import BatchSummary

Witness = Annotated[Path | None, Argument(metavar="WITNESS.wtns", callback=data_file)]
Inputs = Annotated[
    Path,
    Argument(metavar="INPUT.json", help="Input values by name.", callback=data_file, stream=STDIN),
]
ProofOut = Annotated[
    Path, Option("-o", "--output", metavar="PROOF.json", help="The proof to write.", stream=STDOUT)
]
PublicOut = Annotated[
    Path,
    Option("--public", metavar="PUBLIC.json", help="The public signals to write.", stream=STDOUT),
]
CheckCircuit = Annotated[
    Path | None,
    Option("--r1cs", metavar="NAME.r1cs", help="Check the witness constraint by constraint."),
]
VkeyOut = Annotated[
    Path,
    Option(
        "-o", "--output", metavar="VKEY.json", help="The verification key to write.", stream=STDOUT
    ),
]
Vkey = Annotated[Path | None, Argument(metavar="VKEY.json", callback=data_file, stream=STDIN)]
Public = Annotated[Path | None, Argument(metavar="PUBLIC.json", callback=data_file, stream=STDIN)]
Proof = Annotated[Path | None, Argument(metavar="PROOF.json", callback=data_file, stream=STDIN)]
Batch = Annotated[
    Path | None,
    Option(
        "--batch",
        metavar="FILE.jsonl",
        help='Verify many proofs instead: on every line {"proof": ..., "public": ...}.',
        callback=data_file,
        stream=STDIN,
    ),
]

Contract = Annotated[
    Path | None,
    Option(
        "--evm",
        metavar="NAME.sol",
        help="Compile and run this contract too; both must agree.",
        callback=data_file,
    ),
]
Compiler = Annotated[
    Path | None,
    Option("--solc", metavar="SOLC", help="The Solidity compiler, by default from the PATH."),
]
ExpectPublic = Annotated[
    int | None,
    Option(
        "--expect-public",
        metavar="N",
        min=0,
        help="Refuse a key with another number of public signals.",
    ),
]


def register(app: CommandGroup) -> None:
    """Add these commands, also under their snarkjs names, to the application."""
    setup = setup_group()
    command(app, "export-vkey", strict=True)(export_vkey)
    command(app, "prove", threads=True, strict=True)(prove)
    command(app, "fullprove", threads=True, strict=True)(full_prove)
    command(app, "verify", threads=True)(verify)

    for name in ("groth16", "plonk", "fflonk"):  # as snarkjs has them
        system = CommandGroup()
        system.commands["setup"] = setup.commands[name]
        command(system, "prove", threads=True, strict=True)(prove)
        command(system, "fullprove", threads=True, strict=True)(full_prove)
        command(system, "verify", threads=True)(verify)
        app.add(system, name, hidden=True)


def export_vkey(
    terminal: Terminal,
    key: Key,
    output: VkeyOut = Path("vkey.json"),
    force: Force = False,
    allow_insecure: AllowInsecure = False,
) -> Answer:
    """Write the verification key of a proving key as JSON.

    Example:
        zkctl export-vkey preimage.zkey -o vkey.json
        zkctl export-vkey preimage.zkey -o -
    """
    from zkctl.toolchain.proof.export_vkey import export_verification_key

    return Answer(
        export_verification_key(
            key,
            output=output,
            force=force,
            allow_insecure=allow_insecure,
            progress=terminal.progress,
        )
    )


def prove(
    terminal: Terminal,
    key: Key,
    witness: Witness = None,
    output: ProofOut = Path("proof.json"),
    public: PublicOut = Path("public.json"),
    r1cs: CheckCircuit = None,
    expect_public: ExpectPublic = None,
    locked: Locked = False,
    project: ProjectFile = None,
    service: Service = None,
    circuit: CircuitName = None,
    seal: Seal = False,
    signed_by: SignedBy = None,
    force: Force = False,
    allow_insecure: AllowInsecure = False,
) -> Answer:
    """Prove that a witness satisfies a circuit.

    The proof is verified before it is written. With --service the only file is that of the inputs,
    and the service that proves can read them.

    Example:
        zkctl prove preimage.zkey witness.wtns -o proof.json --public public.json
        zkctl prove input.json --service https://zkp.test --circuit membership --seal
    """
    asked = ServiceOptions(service, circuit, seal, signed_by)
    if service is not None:
        files = ProofFiles(key, witness, output, public, force)
        return prove_by_service(terminal, asked, files)
    asked.check_unused()
    if witness is None:
        raise UsageError("missing argument 'WITNESS.wtns'", hint="run zkctl prove --help")
    if compares_with_lock(locked, project):
        from zkctl.toolchain.project.locked_files import check_locked_proof

        check_locked_proof(key, r1cs=r1cs, project=project)
    from zkctl.toolchain.proof.prove import prove as make_proof

    return Answer(
        make_proof(
            key,
            witness,
            proof_output=output,
            public_output=public,
            r1cs=r1cs,
            expect_public=expect_public,
            force=force,
            allow_insecure=allow_insecure,
            progress=terminal.progress,
        )
    )


def full_prove(
    terminal: Terminal,
    key: Key,
    program: Program,
    inputs: Inputs,
    output: ProofOut = Path("proof.json"),
    public: PublicOut = Path("public.json"),
    expect_public: ExpectPublic = None,
    reduce: Reduce = False,
    locked: Locked = False,
    project: ProjectFile = None,
    force: Force = False,
    allow_insecure: AllowInsecure = False,
) -> Answer:
    """Prove from the inputs of a circuit, without a witness file.

    Computes the witness and proves it. The proof is verified before it is written.

    Example:
        zkctl fullprove preimage.zkey preimage.wprog input.json -o proof.json
    """
    if compares_with_lock(locked, project):
        from zkctl.toolchain.project.locked_files import check_locked_proof

        check_locked_proof(key, program=program, project=project)
    from zkctl.toolchain.proof.full_prove import full_prove as make_proof

    return Answer(
        make_proof(
            key,
            program,
            inputs,
            proof_output=output,
            public_output=public,
            expect_public=expect_public,
            reduce=reduce,
            force=force,
            allow_insecure=allow_insecure,
            progress=terminal.progress,
        )
    )


def verify(
    terminal: Terminal,
    vkey: Vkey = None,
    public: Public = None,
    proof: Proof = None,
    batch: Batch = None,
    bundle: BundleFile = None,
    service: Service = None,
    circuit: CircuitName = None,
    evm: Contract = None,
    solc: Compiler = None,
    allow_insecure: AllowInsecure = False,
) -> Answer:
    """Verify a proof, or many proofs for one key.

    Prints OK and exits with 0, or prints INVALID and exits with 1.

    Example:
        zkctl verify vkey.json public.json proof.json
        zkctl verify vkey.json public.json - < proof.json
        zkctl verify vkey.json public.json proof.json --evm Verifier.sol
        zkctl verify vkey.json --bundle proof.zkp1
        zkctl verify --bundle proof.zkp1 --service https://zkp.example.org
    """
    if service is not None:
        if batch is not None or evm is not None:
            raise UsageError("--service excludes --batch and --evm: expected one of them")
        return verify_by_service(service, (vkey, public, proof), bundle, circuit)
    if circuit is not None:
        raise UsageError("--circuit is for --service: the key is that of a circuit")
    if vkey is None:
        raise UsageError("missing argument 'VKEY.json'", hint="run zkctl verify --help")
    if bundle is not None:
        return _verify_bundle(terminal, vkey, bundle, (public, batch, evm), allow_insecure)
    if solc is not None and evm is None:
        raise UsageError("--solc without a contract: expected --evm NAME.sol, got none")
    if evm is not None and batch is not None:
        raise UsageError("--evm and --batch exclude each other: expected one of them, got both")
    if batch is not None:
        if public is not None:
            raise UsageError(
                f"unexpected file with --batch: expected the key only, got {public}",
                hint="the lines of the batch hold proofs and public signals",
            )
        return _verify_batch(terminal, vkey, batch, allow_insecure=allow_insecure)
    if public is None or proof is None:
        missing = "PUBLIC.json" if public is None else "PROOF.json"
        raise UsageError(f"missing argument '{missing}'", hint="run zkctl verify --help")
    if evm is not None:
        return _verify_by_contract(terminal, vkey, public, proof, (evm, solc), allow_insecure)
    return _verify_single(terminal, vkey, public, proof, allow_insecure=allow_insecure)


def _verify_single(
    terminal: Terminal, vkey: Path, public: Path, proof: Path, *, allow_insecure: bool
) -> Answer:
    from zkctl.field.kernels.uses import VERIFICATIONS_BEFORE_COMPILING, is_worth_compiling
    from zkctl.toolchain.proof.verify import verify as check_proof

    compiles = is_worth_compiling("verify", VERIFICATIONS_BEFORE_COMPILING)
    try:
        with using(compiles=compiles):
            summary = check_proof(
                vkey,
                public=public,
                proof=proof,
                allow_insecure=allow_insecure,
                progress=terminal.progress,
            )
    except CheckFailed as failure:  # a point is none, so no equation was computed
        return Answer({"valid": False}, text="INVALID", failure=failure)
    return _verdict(summary, proof)


def _verify_bundle(
    terminal: Terminal,
    vkey: Path,
    bundle: Path,
    others: tuple[Path | None, ...],
    allow_insecure: bool,
) -> Answer:
    if any(other is not None for other in others):
        raise UsageError("unexpected file with --bundle: expected the key only")
    from zkctl.toolchain.proof.verify_bundle import verify_bundle

    summary = verify_bundle(
        vkey, bundle=bundle, allow_insecure=allow_insecure, progress=terminal.progress
    )
    return _verdict(summary, bundle)


def _verdict(summary: VerifySummary, proof: Path) -> Answer:
    if summary.valid:
        return Answer(summary, text="OK")
    invalid = CheckFailed(
        "the proof does not hold for this key and these public signals",
        where=name_of(proof),
        hint="check that key, public signals and proof belong together, and that none was altered",
    )
    return Answer(summary, text="INVALID", failure=invalid)


def _verify_by_contract(
    terminal: Terminal,
    vkey: Path,
    public: Path,
    proof: Path,
    contract: tuple[Path, Path | None],
    allow_insecure: bool,
) -> Answer:
    from zkctl.toolchain.proof.evm import verify_by_contract

    source, compiler = contract
    found = verify_by_contract(
        vkey,
        public=public,
        proof=proof,
        source=source,
        compiler=compiler,
        allow_insecure=allow_insecure,
        progress=terminal.progress,
    )
    ours, theirs = (
        "valid" if valid else "invalid" for valid in (found.valid, found.contract_valid)
    )
    if ours != theirs:
        failure = CheckFailed(
            f"the contract and zkctl disagree about the proof: expected {ours}, got {theirs}",
            where=name_of(source),
            hint="export the contract again from the key of the proof",
        )
        return Answer(found, text="INVALID", failure=failure, include_result=True)
    if found.valid:
        return Answer(found, verdict="OK")
    invalid = CheckFailed(
        "the proof does not hold for this key and these public signals; the contract says so too",
        where=name_of(proof),
        hint="check that key, public signals and proof belong together, and that none was altered",
    )
    return Answer(found, text="INVALID", failure=invalid, include_result=True)


def _verify_batch(
    terminal: Terminal, vkey: Path, statements: Path, *, allow_insecure: bool
) -> Answer:
    from zkctl.toolchain.proof.verify_batch import verify_batch

    summary = verify_batch(
        vkey, statements=statements, allow_insecure=allow_insecure, progress=terminal.progress
    )
    if summary.valid:
        return Answer(summary, text=f"OK: all {summary.n_proofs} proofs hold")
    failure = CheckFailed(
        f"{summary.n_invalid} of {summary.n_proofs} proofs do not hold for this key and their public signals",
        where=name_of(statements),
        hint="the other proofs hold",
    )
    return Answer(summary, text=_invalid_lines(summary), failure=failure, include_result=True)


def _invalid_lines(summary: BatchSummary) -> str:
    return "\n".join(f"line {one.line}: INVALID" for one in summary.verdicts if not one.valid)
