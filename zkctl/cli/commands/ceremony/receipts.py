"""The commands `zkctl ceremony keygen`, `statement`, `attest` and `included`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from zkctl.cli.arguments import SigningKey
from zkctl.cli.command import CommandGroup, Force, command, data_file
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import Argument, Option
from zkctl.runtime.standard_streams import STDIN, STDOUT

FinalKey = Annotated[
    Path, Argument(metavar="FINAL.zkey", help="The final key.", callback=data_file)
]
ReceiptOption = Annotated[
    Path, Option("--receipt", metavar="RECEIPT.json", help="Your receipt.", stream=STDIN)
]
ReceiptFile = Annotated[
    Path, Argument(metavar="RECEIPT.json", help="Your receipt.", callback=data_file, stream=STDIN)
]
KeyFile = Annotated[
    Path, Option("-o", "--output", metavar="KEYFILE", help="The private key to write.")
]
Attestation = Annotated[
    Path, Option("-o", "--output", metavar="FILE.md", help="The attestation to write.")
]

SshSignature = Annotated[
    Path | None,
    Option(
        "--ssh-signature",
        metavar="FILE.sig",
        help="The signature of the statement by ssh-keygen -Y sign.",
    ),
]
SignedReceipt = Annotated[
    Path | None,
    Option(
        "--signed-receipt", metavar="FILE.json", help="The signed receipt to write.", stream=STDOUT
    ),
]
Statement = Annotated[Path, Option("-o", "--output", metavar="FILE.txt", help="The lines to sign.")]


def register(group: CommandGroup) -> None:
    """Add these commands to the group `ceremony`."""
    command(group, "keygen")(keygen)
    command(group, "statement")(statement)
    command(group, "attest")(attest)
    command(group, "included", threads=True)(included)


def keygen(output: KeyFile, force: Force = False) -> Answer:
    """Make an Ed25519 key to sign contributions with.

    Example:
        zkctl ceremony keygen -o ann.key
    """
    from zkctl.toolchain.ceremony.receipts import generate_signing_key

    return Answer(generate_signing_key(output, force=force))


def statement(receipt: ReceiptFile, output: Statement, force: Force = False) -> Answer:
    """Write the statement of a receipt for ssh-keygen.

    Sign it with: ssh-keygen -Y sign -f KEY -n zkctl-ceremony-v1 statement.txt

    Example:
        zkctl ceremony statement receipt.json -o statement.txt
    """
    from zkctl.toolchain.ceremony.receipts import write_statement

    return Answer(write_statement(receipt, output, force=force))


def attest(
    receipt: ReceiptFile,
    output: Attestation,
    sign: SigningKey = None,
    ssh_signature: SshSignature = None,
    signed_receipt: SignedReceipt = None,
    force: Force = False,
) -> Answer:
    """Write the attestation of a contribution to publish.

    The attestation is a text with the signed receipt inside.

    Example:
        zkctl ceremony attest receipt.json -o attestation.md --sign ann.key
    """
    from zkctl.toolchain.ceremony.receipts import attest_contribution

    return Answer(
        attest_contribution(
            receipt,
            output,
            signing_key=sign,
            ssh=ssh_signature,
            signed_receipt=signed_receipt,
            force=force,
        )
    )


def included(terminal: Terminal, key: FinalKey, receipt: ReceiptOption) -> Answer:
    """Check that your contribution is in a key.

    Example:
        zkctl ceremony included preimage_0002.zkey --receipt receipt.json
    """
    from zkctl.toolchain.ceremony.receipts import verify_inclusion

    summary = verify_inclusion(receipt, key, progress=terminal.progress)
    return Answer(summary, verdict="INCLUDED")
