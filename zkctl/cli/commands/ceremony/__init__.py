"""The group `zkctl ceremony`: phase 2 of a trusted setup."""

from __future__ import annotations

import typer

from zkctl.cli.command import command_group
from zkctl.cli.commands.ceremony import bellman, folder, key, online, receipts
from zkctl.cli.help import Sections

SECTIONS: Sections = {
    "Run a ceremony": (
        "init",
        "invite",
        "serve",
        "accept",
        "status",
        "beacon",
        "finalize",
        "export-viewer",
    ),
    "Contribute": ("keygen", "join", "contribute", "statement", "attest"),
    "Audit": ("verify", "included"),
    "Exchange with other tools": ("export-bellman", "contribute-bellman", "import-bellman"),
}


def register(app: typer.Typer) -> None:
    """Add the group `ceremony`, also under its snarkjs name, to the application."""
    group = command_group("Phase 2 of a trusted setup: the key of one circuit.", SECTIONS)
    for module in (folder, key, online, receipts, bellman):
        module.register(group)
    app.add_typer(group, name="ceremony")
    app.add_typer(group, name="zkey", hidden=True)
