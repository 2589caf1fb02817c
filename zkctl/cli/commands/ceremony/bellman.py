"""Commands about keys in the form of bellman's phase 2 tools: ceremony export-bellman and its kin."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zkctl.cli.command import Force, command, data_file
from zkctl.cli.entropy import Entropy, OptionalName, read_entropy
from zkctl.cli.output import Answer, Terminal

Key = Annotated[Path, typer.Argument(metavar="KEY.zkey", callback=data_file)]
OldKey = Annotated[
    Path, typer.Argument(metavar="OLD.zkey", help="The key exported.", callback=data_file)
]
NewKey = Annotated[
    Path, typer.Option("-o", "--output", metavar="NEW.zkey", help="The key to write.")
]
Parameters = Annotated[Path, typer.Argument(metavar="FILE.mpcparams", callback=data_file)]
NewParameters = Annotated[
    Path, typer.Option("-o", "--output", metavar="FILE.mpcparams", help="The file to write.")
]


def register(group: typer.Typer) -> None:
    """Add the commands to the group `ceremony`."""
    command(group, "export-bellman", computes=True)(export_bellman)
    command(group, "import-bellman", computes=True)(import_bellman)
    command(group, "contribute-bellman", computes=True)(contribute_bellman)


def export_bellman(
    terminal: Terminal, key: Key, output: NewParameters, force: Force = False
) -> Answer:
    """Write a key for bellman's phase 2 tools."""
    from zkctl.toolchain.ceremony import bellman

    return Answer(bellman.export_bellman(key, output, force=force, report=terminal.report))


def import_bellman(
    terminal: Terminal,
    old: OldKey,
    parameters: Parameters,
    output: NewKey,
    name: OptionalName = "",
    force: Force = False,
) -> Answer:
    """Continue a key with what bellman's tools contributed.

    The new contributions are checked; a name goes to a single new one.
    """
    from zkctl.toolchain.ceremony import bellman

    return Answer(
        bellman.import_bellman(
            old, parameters, output, name=name, force=force, report=terminal.report
        )
    )


def contribute_bellman(
    terminal: Terminal,
    parameters: Parameters,
    output: NewParameters,
    entropy: Entropy = None,
    force: Force = False,
) -> Answer:
    """Mix a fresh secret into bellman's parameters."""
    from zkctl.toolchain.ceremony import bellman

    extra = read_entropy(terminal, entropy)
    return Answer(
        bellman.contribute_bellman(
            parameters, output, entropy=extra, force=force, report=terminal.report
        )
    )
