"""The group `zkctl ptau`: phase 1 of a trusted setup."""

from __future__ import annotations

from zkctl.cli.command import CommandGroup, Sections
from zkctl.cli.commands.ptau import contribute, exchange, fetch, files

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


def register(app: CommandGroup) -> None:
    """Add the group `ptau`, also under its snarkjs name, to the application."""
    group = CommandGroup("Phase 1 of a trusted setup: the powers of tau.", SECTIONS)
    for module in (contribute, exchange, files, fetch):
        module.register(group)
    app.add(group, "ptau")
    app.add(group, "powersoftau", hidden=True)
