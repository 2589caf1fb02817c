"""Commands that look at things: info, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zkctl.cli.command import command, data_file
from zkctl.cli.output import Answer, Terminal

AnyFile = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="Any of the formats, by its content.", callback=data_file),
]
SelfTest = Annotated[
    bool,
    typer.Option("--self-test", help="Check this machine's arithmetic against galois and py_ecc."),
]


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    command(app, "info")(info)
    command(app, "doctor")(doctor)


def info(file: AnyFile) -> Answer:
    """Tell what a file is and what is in it."""
    from zkctl.toolchain.info import describe

    return Answer(describe(file))


def doctor(terminal: Terminal, self_test: SelfTest = False) -> Answer:
    """Report the environment.

    With --self-test, check the arithmetic of this machine against two independent libraries.
    """
    from zkctl.toolchain.doctor import examine

    return Answer(examine(self_test=self_test, report=terminal.report))
