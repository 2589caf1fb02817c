"""The commands `zkctl setup groth16`, `plonk` and `fflonk`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from zkctl.cli.arguments import Circuit, Locked, ProjectFile, compares_with_lock
from zkctl.cli.command import AllowInsecure, CommandGroup, Force, command, data_file
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import Argument, Option

PreparedPtau = Annotated[
    Path, Argument(metavar="POT.ptau", help="A prepared phase 1.", callback=data_file)
]
NewKey = Annotated[
    Path, Option("-o", "--output", metavar="NAME_0000.zkey", help="The key to write.")
]
NewUniversalKey = Annotated[
    Path, Option("-o", "--output", metavar="NAME.zkey", help="The key to write.")
]
MemoryLimit = Annotated[
    int | None,
    Option(
        "--memory-limit",
        metavar="MIB",
        min=1,
        help="Refuse a key whose computation takes more memory, by an estimate.",
    ),
]


def register(app: CommandGroup) -> None:
    """Add these commands to the application."""
    app.add(setup_group(), "setup")


def setup_group() -> CommandGroup:
    """Return the group of one command for each proof system; snarkjs has the same under the names of the systems."""
    setup = CommandGroup(
        "Make a proving key from a circuit and a phase 1.",
        {"Proof systems": ("groth16", "plonk", "fflonk")},
    )
    command(setup, "groth16", threads=True, strict=True)(setup_groth16)
    command(setup, "plonk", threads=True, strict=True)(setup_plonk)
    command(setup, "fflonk", threads=True, strict=True)(setup_fflonk)
    return setup


def setup_groth16(
    terminal: Terminal,
    r1cs: Circuit,
    ptau: PreparedPtau,
    output: NewKey,
    locked: Locked = False,
    project: ProjectFile = None,
    force: Force = False,
    allow_insecure: AllowInsecure = False,
) -> Answer:
    """Make a Groth16 proving key.

    The key needs contributions (zkctl ceremony contribute) before it is safe to use.

    Example:
        zkctl setup groth16 preimage.r1cs pot.ptau -o preimage_0000.zkey
    """
    if compares_with_lock(locked, project):
        from zkctl.toolchain.project.locked_files import check_locked_setup

        check_locked_setup(r1cs, ptau, project=project)
    from zkctl.toolchain.proof.setup import make_key

    return Answer(
        make_key(
            r1cs,
            ptau,
            output=output,
            force=force,
            allow_insecure=allow_insecure,
            progress=terminal.progress,
        )
    )


def setup_plonk(
    terminal: Terminal,
    r1cs: Circuit,
    ptau: PreparedPtau,
    output: NewUniversalKey,
    memory_limit: MemoryLimit = None,
    locked: Locked = False,
    project: ProjectFile = None,
    force: Force = False,
    allow_insecure: AllowInsecure = False,
) -> Answer:
    """Make a PLONK proving key.

    The key needs no contribution: its trust is that of the phase 1. The same files make the same bytes.

    Example:
        zkctl setup plonk product.r1cs pot.ptau -o product_plonk.zkey
    """
    if compares_with_lock(locked, project):
        from zkctl.toolchain.project.locked_files import check_locked_setup

        check_locked_setup(r1cs, ptau, project=project)
    from zkctl.toolchain.proof.setup import make_key
    from zkctl.toolchain.proof.systems import PLONK

    return Answer(
        make_key(
            r1cs,
            ptau,
            output=output,
            system=PLONK,
            memory_limit=memory_limit,
            force=force,
            allow_insecure=allow_insecure,
            progress=terminal.progress,
        )
    )


def setup_fflonk(
    terminal: Terminal,
    r1cs: Circuit,
    ptau: PreparedPtau,
    output: NewUniversalKey,
    memory_limit: MemoryLimit = None,
    locked: Locked = False,
    project: ProjectFile = None,
    force: Force = False,
    allow_insecure: AllowInsecure = False,
) -> Answer:
    """Make an fflonk proving key, over bn254.

    As PLONK, with proofs that are quicker to verify and a phase 1 that is eight times as large.

    Example:
        zkctl setup fflonk product.r1cs pot.ptau -o product_fflonk.zkey
    """
    if compares_with_lock(locked, project):
        from zkctl.toolchain.project.locked_files import check_locked_setup

        check_locked_setup(r1cs, ptau, project=project)
    from zkctl.toolchain.proof.setup import make_key
    from zkctl.toolchain.proof.systems import FFLONK

    return Answer(
        make_key(
            r1cs,
            ptau,
            output=output,
            system=FFLONK,
            memory_limit=memory_limit,
            force=force,
            allow_insecure=allow_insecure,
            progress=terminal.progress,
        )
    )
