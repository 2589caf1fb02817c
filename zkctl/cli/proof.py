"""Commands about keys and proofs: setup, export-vkey, prove, verify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zkctl.cli.command import AllowInsecure, Force, command, command_group, data_file
from zkctl.cli.output import Answer, Terminal
from zkctl.errors import CheckFailed

Circuit = Annotated[Path, typer.Argument(metavar="NAME.r1cs", callback=data_file)]
Ptau = Annotated[
    Path, typer.Argument(metavar="POT.ptau", help="A prepared phase 1.", callback=data_file)
]
NewKey = Annotated[
    Path, typer.Option("-o", "--output", metavar="NAME_0000.zkey", help="The key to write.")
]
Key = Annotated[Path, typer.Argument(metavar="KEY.zkey", callback=data_file)]
Witness = Annotated[Path, typer.Argument(metavar="WITNESS.wtns", callback=data_file)]
ProofOut = Annotated[
    Path, typer.Option("-o", "--output", metavar="PROOF.json", help="The proof to write.")
]
PublicOut = Annotated[
    Path, typer.Option("--public", metavar="PUBLIC.json", help="The public signals to write.")
]
CheckCircuit = Annotated[
    Path | None,
    typer.Option("--r1cs", metavar="NAME.r1cs", help="Check the witness constraint by constraint."),
]
VkeyOut = Annotated[
    Path, typer.Option("-o", "--output", metavar="VKEY.json", help="The verification key to write.")
]
Vkey = Annotated[Path, typer.Argument(metavar="VKEY.json", callback=data_file)]
Public = Annotated[Path, typer.Argument(metavar="PUBLIC.json", callback=data_file)]
Proof = Annotated[Path, typer.Argument(metavar="PROOF.json", callback=data_file)]


def register(app: typer.Typer) -> None:
    """Add these commands (and snarkjs' group names) to the application."""
    setup = command_group("Make a proving key from a circuit and a phase 1.")
    command(setup, "groth16", computes=True)(setup_groth16)
    app.add_typer(setup, name="setup")
    command(app, "export-vkey")(export_vkey)
    command(app, "prove", computes=True)(prove)
    command(app, "verify", computes=True)(verify)

    groth16 = command_group()
    command(groth16, "setup", computes=True)(setup_groth16)
    command(groth16, "prove", computes=True)(prove)
    command(groth16, "verify", computes=True)(verify)
    app.add_typer(groth16, name="groth16", hidden=True)


def setup_groth16(
    terminal: Terminal,
    r1cs: Circuit,
    ptau: Ptau,
    output: NewKey,
    force: Force = False,
    allow_insecure: AllowInsecure = False,
) -> Answer:
    """Make a Groth16 key.

    It needs contributions (zkctl ceremony contribute) before it is safe to use.
    """
    from zkctl.toolchain.setup import setup_groth16 as make_key

    return Answer(
        make_key(
            r1cs, ptau, output, force=force, allow_insecure=allow_insecure, report=terminal.report
        )
    )


def export_vkey(
    terminal: Terminal,
    key: Key,
    output: VkeyOut = Path("vkey.json"),
    force: Force = False,
    allow_insecure: AllowInsecure = False,
) -> Answer:
    """Write the verifier's part of a key as JSON."""
    from zkctl.toolchain.export import export_verification_key

    return Answer(
        export_verification_key(
            key, output, force=force, allow_insecure=allow_insecure, report=terminal.report
        )
    )


def prove(
    terminal: Terminal,
    key: Key,
    witness: Witness,
    output: ProofOut = Path("proof.json"),
    public: PublicOut = Path("public.json"),
    r1cs: CheckCircuit = None,
    force: Force = False,
    allow_insecure: AllowInsecure = False,
) -> Answer:
    """Prove that a witness satisfies a circuit.

    The proof is verified before it is written.
    """
    from zkctl.toolchain.prove import prove as make_proof

    return Answer(
        make_proof(
            key,
            witness,
            output,
            public,
            r1cs=r1cs,
            force=force,
            allow_insecure=allow_insecure,
            report=terminal.report,
        )
    )


def verify(
    terminal: Terminal,
    vkey: Vkey,
    public: Public,
    proof: Proof,
    allow_insecure: AllowInsecure = False,
) -> Answer:
    """Verify a proof.

    Prints OK and exits with 0, or prints INVALID and exits with 1.
    """
    from zkctl.toolchain.verify import verify as check_proof

    summary = check_proof(
        vkey, public, proof, allow_insecure=allow_insecure, report=terminal.report
    )
    if summary.valid:
        return Answer(summary, text="OK")
    failure = CheckFailed(
        "the proof does not hold for this key and these public signals",
        where=str(proof),
        hint="check that key, public signals and proof belong together, and that none was altered",
    )
    return Answer(summary, text="INVALID", failure=failure)
