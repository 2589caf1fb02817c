"""Commands about phase 2, the circuit's own ceremony: ceremony contribute, beacon, verify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zkctl.cli import bellman
from zkctl.cli.command import AllowInsecure, Force, command, command_group, data_file
from zkctl.cli.entropy import BeaconHex, Entropy, Iterations, Name, OptionalName, read_entropy
from zkctl.cli.output import Answer, Terminal

Key = Annotated[Path, typer.Argument(metavar="KEY.zkey", callback=data_file)]
OldKey = Annotated[
    Path, typer.Argument(metavar="OLD.zkey", help="The key to build on.", callback=data_file)
]
NewKey = Annotated[
    Path, typer.Option("-o", "--output", metavar="NEW.zkey", help="The key to write.")
]
Circuit = Annotated[
    Path, typer.Option("--r1cs", metavar="NAME.r1cs", help="The circuit.", callback=data_file)
]
Phase1 = Annotated[
    Path, typer.Option("--ptau", metavar="POT.ptau", help="The phase 1 used.", callback=data_file)
]


def register(app: typer.Typer) -> None:
    """Add the group `ceremony` (and its snarkjs name) to the application."""
    group = command_group("Phase 2 of a trusted setup: the key of one circuit.")
    command(group, "contribute", computes=True)(contribute)
    command(group, "beacon", computes=True)(beacon)
    command(group, "verify", computes=True)(verify)
    bellman.register(group)
    app.add_typer(group, name="ceremony")
    app.add_typer(group, name="zkey", hidden=True)


def contribute(
    terminal: Terminal,
    old: OldKey,
    output: NewKey,
    name: Name,
    entropy: Entropy = None,
    force: Force = False,
) -> Answer:
    """Mix a fresh secret into a key.

    The secret comes from the operating system and is forgotten.
    """
    from zkctl.toolchain.ceremony import contribute_key

    extra = read_entropy(terminal, entropy)
    return Answer(
        contribute_key(old, output, name=name, entropy=extra, force=force, report=terminal.report)
    )


def beacon(
    terminal: Terminal,
    old: OldKey,
    output: NewKey,
    beacon_hex: BeaconHex,
    iterations: Iterations = 10,
    name: OptionalName = "",
    force: Force = False,
) -> Answer:
    """Close a ceremony with public randomness.

    Choose a value that nobody could know before the last contribution was made, for example the
    value of a drand round announced in advance.
    """
    from zkctl.toolchain.ceremony import beacon_key

    return Answer(
        beacon_key(
            old,
            output,
            beacon_hex=beacon_hex,
            iterations=iterations,
            name=name,
            force=force,
            report=terminal.report,
        )
    )


def verify(
    terminal: Terminal,
    key: Key,
    r1cs: Circuit,
    ptau: Phase1,
    allow_insecure: AllowInsecure = False,
) -> Answer:
    """Check a key and all its contributions.

    The key must belong to this circuit and this phase 1.
    """
    from zkctl.toolchain.ceremony import verify_key

    summary = verify_key(key, r1cs, ptau, allow_insecure=allow_insecure, report=terminal.report)
    return Answer(summary, verdict="OK")
