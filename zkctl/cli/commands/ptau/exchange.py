"""The commands `zkctl ptau export-challenge`, `contribute-challenge` and `import-response`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from zkctl.cli.arguments import NewPtau, OldPtau, OutputFile, Ptau
from zkctl.cli.command import CommandGroup, Force, command, data_file
from zkctl.cli.entropy import Entropy, OptionalName, read_entropy
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import Argument, Option

Challenge = Annotated[
    Path, Argument(metavar="CHALLENGE", help="The challenge file.", callback=data_file)
]
Response = Annotated[
    Path, Argument(metavar="RESPONSE", help="The response file.", callback=data_file)
]
CurveName = Annotated[
    str,
    Option("--curve", metavar="CURVE", help="Refuse a challenge over another curve."),
]


def register(group: CommandGroup) -> None:
    """Add these commands to the group `ptau`."""
    command(group, "export-challenge", threads=True)(export_challenge)
    command(group, "contribute-challenge", threads=True, memory=True)(contribute_challenge)
    command(group, "import-response", threads=True, memory=True)(import_response)


def export_challenge(
    terminal: Terminal, ptau: Ptau, output: OutputFile, force: Force = False
) -> Answer:
    """Write a challenge file for another tool.

    Example:
        zkctl ptau export-challenge pot_0001.ptau -o challenge
    """
    from zkctl.toolchain.ptau import exchange

    return Answer(
        exchange.export_challenge(ptau, output=output, force=force, progress=terminal.progress)
    )


def contribute_challenge(
    terminal: Terminal,
    challenge: Challenge,
    output: OutputFile,
    curve: CurveName = "",
    entropy: Entropy = None,
    force: Force = False,
) -> Answer:
    """Answer a challenge file with a fresh secret.

    The secret comes from the operating system and is not kept.

    Example:
        zkctl ptau contribute-challenge challenge -o response
    """
    from zkctl.toolchain.ptau import exchange

    extra = read_entropy(terminal, entropy)
    summary = exchange.contribute_challenge(
        challenge,
        output=output,
        curve=curve,
        entropy=extra,
        force=force,
        progress=terminal.progress,
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
    """Verify a response and write the next ptau file.

    Example:
        zkctl ptau import-response pot_0001.ptau response -o pot_0002.ptau -n "Ben"
    """
    from zkctl.toolchain.ptau import exchange

    summary = exchange.import_response(
        old, response=response, output=output, name=name, force=force, progress=terminal.progress
    )
    return Answer(summary)
