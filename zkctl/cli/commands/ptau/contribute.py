"""Commands about phase 1, the powers of tau: ptau new, contribute, beacon, prepare, verify.

The other commands of the group are in ptau_exchange, ptau_files and ptau_fetch.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zkctl.cli.command import AllowInsecure, Force, command, command_group, data_file
from zkctl.cli.commands.ptau import exchange as ptau_exchange
from zkctl.cli.commands.ptau import fetch as ptau_fetch
from zkctl.cli.commands.ptau import files as ptau_files
from zkctl.cli.entropy import BeaconHex, Entropy, Iterations, Name, OptionalName, read_entropy
from zkctl.cli.output import Answer, Terminal

CurveName = Annotated[str, typer.Argument(metavar="CURVE", help="bn254 (also bn128) or bls12-381.")]
Power = Annotated[
    int, typer.Argument(metavar="POWER", min=1, max=28, help="Room for 2^POWER constraints.")
]
Ptau = Annotated[Path, typer.Argument(metavar="POT.ptau", callback=data_file)]
OldPtau = Annotated[
    Path, typer.Argument(metavar="OLD.ptau", help="The file to build on.", callback=data_file)
]
NewPtau = Annotated[
    Path, typer.Option("-o", "--output", metavar="NEW.ptau", help="The file to write.")
]


def register(app: typer.Typer) -> None:
    """Add the group `ptau` (and its snarkjs name) to the application."""
    group = command_group("Phase 1 of a trusted setup: the powers of tau.")
    command(group, "new")(new)
    command(group, "contribute", computes=True, streams=True, decides=True)(contribute)
    command(group, "beacon", computes=True, streams=True, decides=True)(beacon)
    command(group, "prepare", computes=True, streams=True, decides=True)(prepare)
    command(group, "verify", computes=True, streams=True, decides=True)(verify)
    ptau_exchange.register(group)
    ptau_files.register(group)
    ptau_fetch.register(group)
    app.add_typer(group, name="ptau")
    app.add_typer(group, name="powersoftau", hidden=True)


def new(
    terminal: Terminal, curve: CurveName, power: Power, output: NewPtau, force: Force = False
) -> Answer:
    """Start a phase 1.

    It holds no secret yet: it needs contributions before it is safe to use.
    """
    from zkctl.toolchain.ptau.new import new_ptau

    return Answer(new_ptau(curve, power, output, force=force, report=terminal.report))


def contribute(
    terminal: Terminal,
    old: OldPtau,
    output: NewPtau,
    name: Name,
    entropy: Entropy = None,
    force: Force = False,
) -> Answer:
    """Mix a fresh secret into a phase 1.

    The secret comes from the operating system and is forgotten.
    """
    from zkctl.toolchain.ptau.contribute import contribute_ptau

    extra = read_entropy(terminal, entropy)
    return Answer(
        contribute_ptau(old, output, name=name, entropy=extra, force=force, report=terminal.report)
    )


def beacon(
    terminal: Terminal,
    old: OldPtau,
    output: NewPtau,
    beacon_hex: BeaconHex,
    iterations: Iterations = 10,
    name: OptionalName = "",
    force: Force = False,
) -> Answer:
    """Close a phase 1 with public randomness.

    Choose a value that nobody could know before the last contribution was made, for example the
    value of a drand round announced in advance.
    """
    from zkctl.toolchain.ptau.contribute import beacon_ptau

    return Answer(
        beacon_ptau(
            old,
            output,
            beacon_hex=beacon_hex,
            iterations=iterations,
            name=name,
            force=force,
            report=terminal.report,
        )
    )


def prepare(terminal: Terminal, old: OldPtau, output: NewPtau, force: Force = False) -> Answer:
    """Add the Lagrange form, which setup needs."""
    from zkctl.toolchain.ptau.contribute import prepare_ptau

    return Answer(prepare_ptau(old, output, force=force, report=terminal.report))


def verify(terminal: Terminal, ptau: Ptau, allow_insecure: AllowInsecure = False) -> Answer:
    """Check every power and every contribution of a phase 1."""
    from zkctl.toolchain.ptau.contribute import verify_ptau

    summary = verify_ptau(ptau, allow_insecure=allow_insecure, report=terminal.report)
    return Answer(summary, verdict="OK")
