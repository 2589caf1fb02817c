"""Commands about challenges and responses: ptau export-challenge, contribute-challenge, import-response."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zkctl.cli.command import Force, command, data_file
from zkctl.cli.entropy import Entropy, OptionalName, read_entropy
from zkctl.cli.output import Answer, Terminal

Ptau = Annotated[Path, typer.Argument(metavar="POT.ptau", callback=data_file)]
OldPtau = Annotated[
    Path, typer.Argument(metavar="OLD.ptau", help="The file to build on.", callback=data_file)
]
NewPtau = Annotated[
    Path, typer.Option("-o", "--output", metavar="NEW.ptau", help="The file to write.")
]
Challenge = Annotated[Path, typer.Argument(metavar="CHALLENGE", callback=data_file)]
Response = Annotated[Path, typer.Argument(metavar="RESPONSE", callback=data_file)]
Output = Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="The file to write.")]
CurveName = Annotated[
    str,
    typer.Option("--curve", metavar="CURVE", help="Refuse a challenge over another curve."),
]


def register(group: typer.Typer) -> None:
    """Add these commands to the group `ptau`."""
    command(group, "export-challenge", computes=True)(export_challenge)
    command(group, "contribute-challenge", computes=True, streams=True)(contribute_challenge)
    command(group, "import-response", computes=True, streams=True)(import_response)


def export_challenge(
    terminal: Terminal, ptau: Ptau, output: Output, force: Force = False
) -> Answer:
    """Write the challenge for a participant who does without the ptau file."""
    from zkctl.toolchain.ptau import exchange as ptau_exchange

    return Answer(ptau_exchange.export_challenge(ptau, output, force=force, report=terminal.report))


def contribute_challenge(
    terminal: Terminal,
    challenge: Challenge,
    output: Output,
    curve: CurveName = "",
    entropy: Entropy = None,
    force: Force = False,
) -> Answer:
    """Answer a challenge with a fresh secret.

    The secret comes from the operating system and is forgotten.
    """
    from zkctl.toolchain.ptau import exchange as ptau_exchange

    extra = read_entropy(terminal, entropy)
    summary = ptau_exchange.contribute_challenge(
        challenge, output, curve=curve, entropy=extra, force=force, report=terminal.report
    )
    return Answer(summary)


def import_response(
    terminal: Terminal,
    old: OldPtau,
    response: Response,
    output: NewPtau,
    name: OptionalName = "",
    force: Force = False,
) -> Answer:
    """Turn a response into the next ptau file, after checking all of it."""
    from zkctl.toolchain.ptau import exchange as ptau_exchange

    summary = ptau_exchange.import_response(
        old, response, output, name=name, force=force, report=terminal.report
    )
    return Answer(summary)
