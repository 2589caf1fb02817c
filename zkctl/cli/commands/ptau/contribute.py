"""The commands that run and check a phase 1: `zkctl ptau new`, `contribute`, `beacon`, `prepare`, `verify`."""

from __future__ import annotations

from typing import Annotated

from zkctl.cli.arguments import NewPtau, OldPtau, Ptau
from zkctl.cli.command import AllowInsecure, CommandGroup, Force, command
from zkctl.cli.entropy import BeaconHex, Entropy, Iterations, Name, OptionalName, read_entropy
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import Argument

CurveName = Annotated[str, Argument(metavar="CURVE", help="bn254 (also bn128) or bls12-381.")]
Power = Annotated[
    int, Argument(metavar="POWER", min=1, max=28, help="Room for 2^POWER constraints.")
]


def register(group: CommandGroup) -> None:
    """Add these commands to the group `ptau`."""
    command(group, "new")(new)
    command(group, "contribute", threads=True, memory=True, strict=True)(contribute)
    command(group, "beacon", threads=True, memory=True, strict=True)(beacon)
    command(group, "prepare", threads=True, memory=True, strict=True)(prepare)
    command(group, "verify", threads=True, memory=True, strict=True)(verify)


def new(
    terminal: Terminal, curve: CurveName, power: Power, output: NewPtau, force: Force = False
) -> Answer:
    """Start a phase 1 without any contribution.

    The file holds no secret yet: it needs contributions before it is safe to use.

    Example:
        zkctl ptau new bn254 12 -o pot_0000.ptau
    """
    from zkctl.toolchain.ptau.new import new_ptau

    return Answer(new_ptau(curve, power, output, force=force, progress=terminal.progress))


def contribute(
    terminal: Terminal,
    old: OldPtau,
    output: NewPtau,
    name: Name,
    entropy: Entropy = None,
    force: Force = False,
) -> Answer:
    """Contribute a fresh secret to a phase 1.

    The secret comes from the operating system and is not kept.

    Example:
        zkctl ptau contribute pot_0000.ptau -o pot_0001.ptau --name "Ann"
    """
    from zkctl.toolchain.ptau.contribute import contribute_ptau

    extra = read_entropy(terminal, entropy)
    return Answer(
        contribute_ptau(
            old, output=output, name=name, entropy=extra, force=force, progress=terminal.progress
        )
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

    Choose a value that was unpredictable when the last contribution was made, for example the
    value of a drand round announced in advance.

    Example:
        zkctl ptau beacon pot_0001.ptau -o pot_beacon.ptau --hex 0102030405060708
    """
    from zkctl.toolchain.ptau.contribute import beacon_ptau

    return Answer(
        beacon_ptau(
            old,
            output=output,
            beacon_hex=beacon_hex,
            iterations=iterations,
            name=name,
            force=force,
            progress=terminal.progress,
        )
    )


def prepare(terminal: Terminal, old: OldPtau, output: NewPtau, force: Force = False) -> Answer:
    """Add the Lagrange form, which setup needs.

    Example:
        zkctl ptau prepare pot_0001.ptau -o pot.ptau
    """
    from zkctl.toolchain.ptau.prepare import prepare_ptau

    return Answer(prepare_ptau(old, output=output, force=force, progress=terminal.progress))


def verify(terminal: Terminal, ptau: Ptau, allow_insecure: AllowInsecure = False) -> Answer:
    """Verify every power and every contribution.

    Example:
        zkctl ptau verify pot.ptau
    """
    from zkctl.toolchain.ptau.verify import verify_ptau

    summary = verify_ptau(ptau, allow_insecure=allow_insecure, progress=terminal.progress)
    return Answer(summary, verdict="OK")
