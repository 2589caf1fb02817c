"""The commands `zkctl ceremony init`, `accept`, `status`, `finalize` and `export-viewer`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from zkctl.cli.arguments import Folder
from zkctl.cli.command import AllowInsecure, CommandGroup, Force, command, data_file
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import Argument, Option
from zkctl.runtime.standard_streams import STDIN

CircuitOption = Annotated[
    Path, Option("--r1cs", metavar="NAME.r1cs", help="The circuit.", callback=data_file)
]
PtauOption = Annotated[
    Path, Option("--ptau", metavar="POT.ptau", help="The phase 1.", callback=data_file)
]
Arrived = Annotated[
    Path, Argument(metavar="NEW.zkey", help="The key of a contributor.", callback=data_file)
]
SignedReceipt = Annotated[
    Path | None,
    Option(
        "--receipt",
        metavar="RECEIPT.json",
        help="The signed receipt that came with it.",
        stream=STDIN,
    ),
]
Players = Annotated[
    int, Option("--min-players", metavar="N", help="The minimum number of contributors.")
]
Deadline = Annotated[
    str,
    Option("--deadline", metavar="TIME", help="The last moment to contribute, in UTC."),
]
Source = Annotated[
    str,
    Option(
        "--beacon-source", metavar="TEXT", help="drand:quicknet, or a description of the source."
    ),
]
Round = Annotated[int, Option("--beacon-round", metavar="N", help="The round of drand quicknet.")]
Signatures = Annotated[
    bool, Option("--require-signatures", help="Accept signed contributions only.")
]
Title = Annotated[str, Option("--title", metavar="TEXT", help="The ceremony's title.")]
Admission = Annotated[
    str,
    Option("--admission", metavar="KIND", help="Who may enter: open, invitation or keys."),
]
KeyList = Annotated[
    Path | None,
    Option(
        "--participants",
        metavar="FILE",
        help="The list of public keys, one a line.",
        callback=data_file,
    ),
]
Count = Annotated[int, Option("-n", "--count", metavar="N", help="How many invitations.")]
Production = Annotated[
    bool, Option("--production", help="Refuse everything that production use forbids.")
]

Page = Annotated[Path, Option("-o", "--output", metavar="FILE.html", help="The page to write.")]
NoAudit = Annotated[
    bool, Option("--no-audit", help="Do not verify the ceremony first; the page says so.")
]


def register(group: CommandGroup) -> None:
    """Add these commands to the group `ceremony`."""
    command(group, "init", threads=True)(init)
    command(group, "invite")(invite)
    command(group, "accept", threads=True, strict=True)(accept)
    command(group, "status")(status)
    command(group, "finalize", threads=True, strict=True)(finalize)
    command(group, "export-viewer", threads=True)(export_viewer)


def init(
    terminal: Terminal,
    folder: Folder,
    r1cs: CircuitOption,
    ptau: PtauOption,
    min_players: Players = 20,
    deadline: Deadline = "",
    beacon_source: Source = "",
    beacon_round: Round = 0,
    require_signatures: Signatures = False,
    title: Title = "",
    admission: Admission = "open",
    participants: KeyList = None,
    allow_insecure: AllowInsecure = False,
) -> Answer:
    r"""Create a folder with rules, first key and ledger.

    The rules cannot change afterwards: the beacon is announced here, before the first contribution.

    Example:
        zkctl ceremony init ceremony --r1cs preimage.r1cs --ptau pot.ptau \
            --min-players 2 --beacon-source "bitcoin block 1000000"
    """
    from zkctl.ceremony.record.rules import Rules
    from zkctl.toolchain.ceremony.folder_steps import init_ceremony

    rules = Rules(
        *("",) * 4,
        minimum_players=min_players,
        deadline=deadline,
        beacon_source=beacon_source,
        beacon_round=beacon_round,
        signatures_required=require_signatures or admission == "keys",
        title=title,
        admission=admission,
    )
    return Answer(
        init_ceremony(
            folder,
            r1cs,
            ptau,
            rules=rules,
            participants=participants,
            allow_insecure=allow_insecure,
            progress=terminal.progress,
        )
    )


def invite(folder: Folder, count: Count = 1) -> Answer:
    """Make invitations to a ceremony, each for one public key.

    They are printed once, one per line. The folder has only their digests.

    Example:
        zkctl ceremony invite invited -n 5
    """
    from zkctl.toolchain.ceremony.admission import invite as make

    summary = make(folder, count)
    return Answer(summary, text="\n".join(summary.invitations))


def accept(
    terminal: Terminal, folder: Folder, key: Arrived, receipt: SignedReceipt = None
) -> Answer:
    """Verify a contributor's key and add it to the folder.

    A refusal is recorded in the ledger with its reason.

    Example:
        zkctl ceremony accept ceremony preimage_0002.zkey --receipt receipt.json
    """
    from zkctl.toolchain.ceremony.accept import accept_contribution

    return Answer(accept_contribution(folder, key, receipt=receipt, progress=terminal.progress))


def status(folder: Folder) -> Answer:
    """Show the state of a ceremony.

    Example:
        zkctl ceremony status ceremony
    """
    from zkctl.toolchain.ceremony.audit import ceremony_status

    return Answer(ceremony_status(folder))


def finalize(
    terminal: Terminal,
    folder: Folder,
    production: Production = False,
    allow_insecure: AllowInsecure = False,
    force: Force = False,
) -> Answer:
    """Verify everything and write the final key.

    Also writes the verification key, the page and a manifest. With --production, too few
    contributors, keys marked for development, an unverifiable phase 1 and a missing beacon are
    refused.

    Example:
        zkctl ceremony finalize ceremony
    """
    from zkctl.toolchain.ceremony.finalize import finalize_ceremony

    return Answer(
        finalize_ceremony(
            folder,
            production=production,
            allow_insecure=allow_insecure,
            force=force,
            progress=terminal.progress,
        )
    )


def export_viewer(
    terminal: Terminal,
    folder: Folder,
    output: Page,
    no_audit: NoAudit = False,
    allow_insecure: AllowInsecure = False,
    force: Force = False,
) -> Answer:
    """Write the ceremony as one HTML page.

    The page checks the digests again in the browser.

    Example:
        zkctl ceremony export-viewer ceremony -o ceremony.html
    """
    from zkctl.toolchain.ceremony import viewer

    return Answer(
        viewer.export_viewer(
            folder,
            output,
            audit=not no_audit,
            allow_insecure=allow_insecure,
            force=force,
            progress=terminal.progress,
        )
    )
