"""Commands about ptau files as they are: ptau truncate, convert, export-json, info, advise."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zkctl.cli.command import Force, command, data_file
from zkctl.cli.output import Answer, Terminal

Ptau = Annotated[Path, typer.Argument(metavar="POT.ptau", callback=data_file)]
OldPtau = Annotated[
    Path, typer.Argument(metavar="OLD.ptau", help="The file to start from.", callback=data_file)
]
NewPtau = Annotated[
    Path, typer.Option("-o", "--output", metavar="NEW.ptau", help="The file to write.")
]
SmallerPower = Annotated[
    int, typer.Option("--power", metavar="N", min=1, max=27, help="The power to cut to.")
]
Json = Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="The file to write.")]
R1cs = Annotated[Path, typer.Argument(metavar="CIRCUIT.r1cs", callback=data_file)]


def register(group: typer.Typer) -> None:
    """Add these commands to the group `ptau`."""
    command(group, "truncate")(truncate)
    command(group, "convert", computes=True, streams=True)(convert)
    command(group, "export-json")(export_json)
    command(group, "info")(info)
    command(group, "advise")(advise)


def truncate(
    terminal: Terminal, ptau: Ptau, power: SmallerPower, output: NewPtau, force: Force = False
) -> Answer:
    """Cut a phase 1 to a smaller power.

    Sections are copied piece by piece, so that the largest files need little memory.
    """
    from zkctl.toolchain.ptau.transform import truncate_ptau

    return Answer(truncate_ptau(ptau, output, power=power, force=force, report=terminal.report))


def convert(terminal: Terminal, old: OldPtau, output: NewPtau, force: Force = False) -> Answer:
    """Complete a file that an old snarkjs prepared."""
    from zkctl.toolchain.ptau.transform import convert_ptau

    return Answer(convert_ptau(old, output, force=force, report=terminal.report))


def export_json(terminal: Terminal, ptau: Ptau, output: Json, force: Force = False) -> Answer:
    """Write the powers and contributions as JSON."""
    from zkctl.toolchain.ptau.transform import export_ptau_json

    return Answer(export_ptau_json(ptau, output, force=force, report=terminal.report))


def info(ptau: Ptau) -> Answer:
    """Tell what is in a ptau file, and who contributed."""
    from zkctl.toolchain.inspect.info import describe

    return Answer(describe(ptau))


def advise(terminal: Terminal, r1cs: R1cs) -> Answer:
    """Tell which power of tau a circuit needs, for each proof system."""
    from zkctl.toolchain.ptau.advise import advise_ptau

    return Answer(advise_ptau(r1cs, report=terminal.report))
