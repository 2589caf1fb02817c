"""The group `zkctl ptau`: phase 1 of a trusted setup."""

from __future__ import annotations

import typer

from zkctl.cli.command import command_group
from zkctl.cli.commands.ptau import contribute, exchange, fetch, files
from zkctl.cli.help import Sections

SECTIONS: Sections = {
    "Run a phase 1": ("new", "contribute", "beacon", "prepare"),
    "Use a published phase 1": ("advise", "list", "download", "truncate"),
    "Audit": ("verify", "info"),
    "Exchange with other tools": (
        "export-challenge",
        "contribute-challenge",
        "import-response",
        "convert",
        "export-json",
    ),
}


def register(app: typer.Typer) -> None:
    """Add the group `ptau`, also under its snarkjs name, to the application."""
    group = command_group("Phase 1 of a trusted setup: the powers of tau.", SECTIONS)
    for module in (contribute, exchange, files, fetch):
        module.register(group)
    app.add_typer(group, name="ptau")
    app.add_typer(group, name="powersoftau", hidden=True)
