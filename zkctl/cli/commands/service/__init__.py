"""The group `zkctl service`: the database, the keys and the data of a proving and verifying service."""

from __future__ import annotations

from zkctl.cli.command import CommandGroup, Sections
from zkctl.cli.commands.service import config, keys, tables

SECTIONS: Sections = {
    "Start": ("config", "migrate", "keys"),
    "Data": ("addresses", "revoke", "roots"),
    "Operate": ("flags", "reap", "backup", "restore", "doctor"),
}
KEYS_SECTIONS: Sections = {"API keys": ("create", "list", "rotate", "revoke")}


def register(app: CommandGroup) -> None:
    """Add the group `service` to the application."""
    group = CommandGroup("Operate a proving and verifying service.", SECTIONS)
    config.register(group)
    tables.register(group)
    of_keys = CommandGroup("The API keys of a service.", KEYS_SECTIONS)
    keys.register(of_keys)
    group.add(of_keys, "keys")
    app.add(group, "service")
