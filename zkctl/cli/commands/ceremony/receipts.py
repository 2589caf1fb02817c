"""Commands about what a contributor keeps: ceremony keygen, statement, attest, included."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zkctl.cli.command import Force, command, data_file
from zkctl.cli.output import Answer, Terminal

FinalKey = Annotated[Path, typer.Argument(metavar="FINAL.zkey", callback=data_file)]
Receipt = Annotated[Path, typer.Option("--receipt", metavar="RECEIPT.json", help="Your receipt.")]
ReceiptFile = Annotated[Path, typer.Argument(metavar="RECEIPT.json", callback=data_file)]
Sign = Annotated[
    Path | None,
    typer.Option("--sign", metavar="KEYFILE", help="An Ed25519 key to sign with (ssh or keygen)."),
]
KeyFile = Annotated[
    Path, typer.Option("-o", "--output", metavar="KEYFILE", help="The private key to write.")
]
Attestation = Annotated[
    Path, typer.Option("-o", "--output", metavar="FILE.md", help="The attestation to write.")
]

SshSignature = Annotated[
    Path | None,
    typer.Option(
        "--ssh-signature", metavar="FILE.sig", help="What ssh-keygen -Y sign made of the statement."
    ),
]
SignedReceipt = Annotated[
    Path | None,
    typer.Option("--signed-receipt", metavar="FILE.json", help="The receipt, signed, to write."),
]
Statement = Annotated[
    Path, typer.Option("-o", "--output", metavar="FILE.txt", help="The lines to sign.")
]


def register(group: typer.Typer) -> None:
    """Add the commands to the group `ceremony`."""
    command(group, "keygen")(keygen)
    command(group, "statement")(statement)
    command(group, "attest")(attest)
    command(group, "included", computes=True)(included)


def keygen(output: KeyFile, force: Force = False) -> Answer:
    """Make an Ed25519 key to sign contributions with."""
    from zkctl.toolchain.ceremony.receipts import generate_signing_key

    return Answer(generate_signing_key(output, force=force))


def statement(receipt: ReceiptFile, output: Statement, force: Force = False) -> Answer:
    """Write the lines of a receipt that ssh-keygen -Y sign -n zkctl-ceremony-v1 is to sign."""
    from zkctl.toolchain.ceremony.receipts import write_statement

    return Answer(write_statement(receipt, output, force=force))


def attest(
    receipt: ReceiptFile,
    output: Attestation,
    sign: Sign = None,
    ssh_signature: SshSignature = None,
    signed_receipt: SignedReceipt = None,
    force: Force = False,
) -> Answer:
    """Write the attestation to publish: a text for people, with the signed receipt inside."""
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


def included(terminal: Terminal, key: FinalKey, receipt: Receipt) -> Answer:
    """Check that your contribution is in a key."""
    from zkctl.toolchain.ceremony.receipts import check_included

    summary = check_included(receipt, key, report=terminal.report)
    return Answer(summary, verdict="INCLUDED")
