"""The group `zkctl ceremony`: phase 2 of a trusted setup."""

from __future__ import annotations

from zkctl.cli.command import CommandGroup, Sections
from zkctl.cli.commands import contract
from zkctl.cli.commands.ceremony import bellman, folder, key, online, receipts

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


def register(app: CommandGroup) -> None:
    """Add the group `ceremony`, also under its snarkjs name, to the application."""
    group = CommandGroup("Phase 2 of a trusted setup: the key of one circuit.", SECTIONS)
    for module in (folder, key, online, receipts, bellman):
        module.register(group)
    app.add(group, "ceremony")
    app.add(_of_snarkjs(group), "zkey", hidden=True)


def _of_snarkjs(group: CommandGroup) -> CommandGroup:
    """Return the group with the commands that only snarkjs has under this name."""
    named = CommandGroup(group.summary, SECTIONS)
    named.commands |= group.commands
    export = CommandGroup()
    contract.register_of_snarkjs(export)
    named.add(export, "export", hidden=True)
    return named
