"""The commands `zkctl ptau truncate`, `convert`, `export-json`, `info` and `advise`."""

from __future__ import annotations

from typing import Annotated

from zkctl.cli.arguments import Circuit, JsonOutput, NewPtau, OldPtau, Ptau
from zkctl.cli.command import CommandGroup, Force, command
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import Option

SmallerPower = Annotated[
    int, Option("--power", metavar="N", min=1, max=27, help="The power to cut to.")
]


def register(group: CommandGroup) -> None:
    """Add these commands to the group `ptau`."""
    command(group, "truncate")(truncate)
    command(group, "convert", threads=True, memory=True)(convert)
    command(group, "export-json")(export_json)
    command(group, "info")(info)
    command(group, "advise")(advise)


def truncate(
    terminal: Terminal, ptau: Ptau, power: SmallerPower, output: NewPtau, force: Force = False
) -> Answer:
    """Cut a phase 1 to a smaller power.

    Sections are copied piece by piece, so that the largest files need little memory.

    Example:
        zkctl ptau truncate pot.ptau --power 4 -o pot_04.ptau
    """
    from zkctl.toolchain.ptau.transform import truncate_ptau

    return Answer(
        truncate_ptau(ptau, output=output, power=power, force=force, progress=terminal.progress)
    )


def convert(terminal: Terminal, old: OldPtau, output: NewPtau, force: Force = False) -> Answer:
    """Complete a file that an old snarkjs prepared.

    Example:
        zkctl ptau convert old.ptau -o new.ptau
    """
    from zkctl.toolchain.ptau.transform import convert_ptau

    return Answer(convert_ptau(old, output=output, force=force, progress=terminal.progress))


def export_json(terminal: Terminal, ptau: Ptau, output: JsonOutput, force: Force = False) -> Answer:
    """Write the powers and contributions as JSON.

    Example:
        zkctl ptau export-json pot.ptau -o pot.json
    """
    from zkctl.toolchain.ptau.transform import export_ptau_json

    return Answer(export_ptau_json(ptau, output=output, force=force, progress=terminal.progress))


def info(ptau: Ptau) -> Answer:
    """Show the contents and contributors of a ptau file.

    Example:
        zkctl ptau info pot.ptau
    """
    from zkctl.formats.identify import FileKind
    from zkctl.toolchain.inspect.info import describe

    return Answer(describe(ptau, only=FileKind.PTAU))


def advise(terminal: Terminal, r1cs: Circuit) -> Answer:
    """Report the power of tau that a circuit needs.

    The result has a row for each proof system.

    Example:
        zkctl ptau advise preimage.r1cs
    """
    from zkctl.toolchain.ptau.advise import advise_ptau

    return Answer(advise_ptau(r1cs, progress=terminal.progress))
