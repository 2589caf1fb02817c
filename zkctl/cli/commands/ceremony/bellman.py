"""The commands `zkctl ceremony export-bellman`, `contribute-bellman` and `import-bellman`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from zkctl.cli.arguments import Key
from zkctl.cli.command import CommandGroup, Force, command, data_file
from zkctl.cli.entropy import Entropy, OptionalName, read_entropy
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import Argument, Option

OldKey = Annotated[Path, Argument(metavar="OLD.zkey", help="The exported key.", callback=data_file)]
NewKey = Annotated[Path, Option("-o", "--output", metavar="NEW.zkey", help="The key to write.")]
Parameters = Annotated[
    Path,
    Argument(metavar="FILE.mpcparams", help="The parameters of bellman.", callback=data_file),
]
NewParameters = Annotated[
    Path, Option("-o", "--output", metavar="FILE.mpcparams", help="The file to write.")
]


def register(group: CommandGroup) -> None:
    """Add these commands to the group `ceremony`."""
    command(group, "export-bellman", threads=True)(export_bellman)
    command(group, "import-bellman", threads=True)(import_bellman)
    command(group, "contribute-bellman", threads=True)(contribute_bellman)


def export_bellman(
    terminal: Terminal, key: Key, output: NewParameters, force: Force = False
) -> Answer:
    """Write a key for the phase 2 tools of bellman.

    Example:
        zkctl ceremony export-bellman preimage.zkey -o preimage.mpcparams
    """
    from zkctl.toolchain.ceremony import bellman

    return Answer(bellman.export_bellman(key, output, force=force, progress=terminal.progress))


def import_bellman(
    terminal: Terminal,
    old: OldKey,
    parameters: Parameters,
    output: NewKey,
    name: OptionalName = "",
    force: Force = False,
) -> Answer:
    """Import contributions made with the tools of bellman.

    Every new contribution is verified. A name is recorded for a single new contribution only.

    Example:
        zkctl ceremony import-bellman preimage.zkey next.mpcparams -o final.zkey
    """
    from zkctl.toolchain.ceremony import bellman

    return Answer(
        bellman.import_bellman(
            old, parameters, output, name=name, force=force, progress=terminal.progress
        )
    )


def contribute_bellman(
    terminal: Terminal,
    parameters: Parameters,
    output: NewParameters,
    entropy: Entropy = None,
    force: Force = False,
) -> Answer:
    """Contribute a fresh secret to parameters of bellman.

    Example:
        zkctl ceremony contribute-bellman preimage.mpcparams -o next.mpcparams
    """
    from zkctl.toolchain.ceremony import bellman

    extra = read_entropy(terminal, entropy)
    return Answer(
        bellman.contribute_bellman(
            parameters, output, entropy=extra, force=force, progress=terminal.progress
        )
    )
