"""Commands about a ceremony's folder: ceremony init, accept, status, finalize, export-viewer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zkctl.cli.command import AllowInsecure, Force, command, data_file
from zkctl.cli.output import Answer, Terminal

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="The ceremony.")]
Circuit = Annotated[
    Path, typer.Option("--r1cs", metavar="NAME.r1cs", help="The circuit.", callback=data_file)
]
Phase1 = Annotated[
    Path, typer.Option("--ptau", metavar="POT.ptau", help="The phase 1.", callback=data_file)
]
Arrived = Annotated[
    Path, typer.Argument(metavar="NEW.zkey", help="What a contributor sent.", callback=data_file)
]
Receipt = Annotated[
    Path | None,
    typer.Option("--receipt", metavar="RECEIPT.json", help="The signed receipt that came with it."),
]
Players = Annotated[
    int, typer.Option("--min-players", metavar="N", help="How many must take part.")
]
Deadline = Annotated[
    str,
    typer.Option("--deadline", metavar="TIME", help="The last moment to contribute, in UTC."),
]
Source = Annotated[
    str,
    typer.Option("--beacon-source", metavar="TEXT", help="drand:quicknet, or what will be used."),
]
Round = Annotated[
    int, typer.Option("--beacon-round", metavar="N", help="The round of drand quicknet.")
]
Signatures = Annotated[
    bool, typer.Option("--require-signatures", help="Accept signed contributions only.")
]
Production = Annotated[
    bool, typer.Option("--production", help="Refuse what real use does not permit.")
]

Page = Annotated[
    Path, typer.Option("-o", "--output", metavar="FILE.html", help="The page to write.")
]
NoAudit = Annotated[
    bool, typer.Option("--no-audit", help="Do not verify the ceremony first; the page says so.")
]


def register(group: typer.Typer) -> None:
    """Add the commands to the group `ceremony`."""
    command(group, "init", computes=True)(init)
    command(group, "accept", computes=True, decides=True)(accept)
    command(group, "status")(status)
    command(group, "finalize", computes=True, decides=True)(finalize)
    command(group, "export-viewer", computes=True)(export_viewer)


def init(
    terminal: Terminal,
    folder: Folder,
    r1cs: Circuit,
    ptau: Phase1,
    min_players: Players = 20,
    deadline: Deadline = "",
    beacon_source: Source = "",
    beacon_round: Round = 0,
    require_signatures: Signatures = False,
    allow_insecure: AllowInsecure = False,
) -> Answer:
    """Begin a ceremony: a folder with its rules, first key and transcript.

    The rules cannot change afterwards: the beacon is announced here, before anybody contributes.
    """
    from zkctl.ceremony.record.rules import Rules
    from zkctl.toolchain.ceremony.folder_steps import init_ceremony

    rules = Rules(
        *("",) * 4,
        minimum_players=min_players,
        deadline=deadline,
        beacon_source=beacon_source,
        beacon_round=beacon_round,
        signatures_required=require_signatures,
    )
    return Answer(
        init_ceremony(
            folder, r1cs, ptau, rules=rules, allow_insecure=allow_insecure, report=terminal.report
        )
    )


def accept(terminal: Terminal, folder: Folder, key: Arrived, receipt: Receipt = None) -> Answer:
    """Verify a contributor's key and make it the newest.

    A refusal is recorded in the transcript with its reason.
    """
    from zkctl.toolchain.ceremony.accept import accept_contribution

    return Answer(accept_contribution(folder, key, receipt=receipt, report=terminal.report))


def status(folder: Folder) -> Answer:
    """Tell where a ceremony stands."""
    from zkctl.toolchain.ceremony.audit import ceremony_status

    return Answer(ceremony_status(folder))


def finalize(
    terminal: Terminal,
    folder: Folder,
    production: Production = False,
    allow_insecure: AllowInsecure = False,
    force: Force = False,
) -> Answer:
    """Verify everything and publish the final key, its verification key and a manifest.

    With --production, too few players, keys marked for development, an unverifiable phase 1 and a
    missing beacon are refusals.
    """
    from zkctl.toolchain.ceremony.finalize import finalize_ceremony

    return Answer(
        finalize_ceremony(
            folder,
            production=production,
            allow_insecure=allow_insecure,
            force=force,
            report=terminal.report,
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
    """Write the ceremony as one HTML page that re-checks its digests in the browser."""
    from zkctl.toolchain.ceremony import viewer as ceremony_viewer

    return Answer(
        ceremony_viewer.export_viewer(
            folder,
            output,
            audit=not no_audit,
            allow_insecure=allow_insecure,
            force=force,
            report=terminal.report,
        )
    )
