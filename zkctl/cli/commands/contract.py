"""The commands `zkctl export-solidity` and `zkctl calldata`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from zkctl.cli.command import AllowInsecure, CommandGroup, Force, command, data_file
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import Argument, Option
from zkctl.errors import UsageError
from zkctl.runtime.standard_streams import STDOUT

if TYPE_CHECKING:
    from zkctl.toolchain.proof.calldata import CalldataFormat

AnyKey = Annotated[
    Path,
    Argument(
        metavar="KEY.zkey|VKEY.json",
        help="A proving key, or its verification key.",
        callback=data_file,
    ),
]
ContractOut = Annotated[
    Path,
    Option("-o", "--output", metavar="NAME.sol", help="The contract to write.", stream=STDOUT),
]
ContractName = Annotated[
    str | None,
    Option("--name", metavar="NAME", help="The contract's name, by default Groth16Verifier."),
]
BatchFunction = Annotated[
    bool, Option("--batch", help="Add verifyBatch: many proofs with one pairing call (Groth16).")
]
ProofFile = Annotated[Path, Argument(metavar="PROOF.json", callback=data_file)]
PublicFile = Annotated[Path, Argument(metavar="PUBLIC.json", callback=data_file)]
Format = Annotated[
    str, Option("--format", metavar="remix|hex|json|abi", help="The form of the calldata.")
]
CalldataOut = Annotated[
    Path | None,
    Option(
        "-o",
        "--output",
        metavar="FILE",
        help="The file to write, instead of printing.",
        stream=STDOUT,
    ),
]


def register(app: CommandGroup) -> None:
    """Add these commands to the application."""
    command(app, "export-solidity", strict=True)(export_solidity)
    command(app, "calldata")(calldata)


def register_of_snarkjs(export: CommandGroup) -> None:
    """Add these commands under their snarkjs names."""
    command(export, "solidityverifier", strict=True)(export_solidity)
    command(export, "soliditycalldata")(calldata_of_snarkjs)


def export_solidity(
    terminal: Terminal,
    key: AnyKey,
    output: ContractOut = Path("Verifier.sol"),
    name: ContractName = None,
    batch: BatchFunction = False,
    force: Force = False,
    allow_insecure: AllowInsecure = False,
) -> Answer:
    """Write a contract that verifies proofs on an EVM chain.

    Callers of snarkjs' contracts can call it: the arguments of verifyProof are the same.

    Example:
        zkctl export-solidity preimage.zkey -o Verifier.sol --name PreimageVerifier
        zkctl export-solidity vkey.json -o - --batch
    """
    from zkctl.toolchain.proof.export_solidity import export_solidity as export

    return Answer(
        export(
            key,
            output=output,
            name=name,
            batch=batch,
            force=force,
            allow_insecure=allow_insecure,
            progress=terminal.progress,
        )
    )


def calldata(
    proof: ProofFile,
    public: PublicFile,
    form: Format = "remix",
    output: CalldataOut = None,
    force: Force = False,
) -> Answer:
    """Print the calldata of a verifier contract for a proof.

    remix is the text of snarkjs; hex has the function's selector and is what a transaction carries; json has the arguments by
    name; abi is hex as bytes, for a file.

    Example:
        zkctl calldata proof.json public.json
        zkctl calldata proof.json public.json --format hex
    """
    from zkctl.toolchain.proof.calldata import CalldataFormat, call_of, text_of_call, write_calldata

    chosen = _format(form, [each.value for each in CalldataFormat])
    if output is not None:
        return Answer(write_calldata(proof, public, output=output, form=chosen, force=force))
    if chosen is CalldataFormat.ABI:
        raise UsageError(
            "bytes are not printed: expected -o FILE with --format abi, got none",
            hint="add -o calldata.bin, or print the same bytes with --format hex",
        )
    text = text_of_call(call_of(proof, public), chosen)
    return Answer({"calldata": text}, text=text)


def calldata_of_snarkjs(public: PublicFile, proof: ProofFile) -> Answer:
    """Print the calldata of a verifier contract for a proof.

    Example:
        zkctl zkey export soliditycalldata public.json proof.json
    """
    return calldata(proof, public)


def _format(given: str, known: list[str]) -> CalldataFormat:
    from zkctl.runtime.printable import printable
    from zkctl.toolchain.proof.calldata import CalldataFormat

    if given not in known:
        raise UsageError(
            f"the format is unknown: expected {', '.join(known)}, got {printable(given, 40)!r}",
            hint="choose one of the formats",
        )
    return CalldataFormat(given)
