"""The group `zkctl service`: the database, the keys and the data of a proving and verifying service."""

from __future__ import annotations

from zkctl.cli.command import CommandGroup, Sections
from zkctl.cli.commands.service import (
    addresses,
    backups,
    config,
    doctor,
    flags,
    keys,
    registries,
    tables,
)

SECTIONS: Sections = {
    "Start": ("config", "migrate", "keys"),
    "Data": ("addresses", "revoke", "roots"),
    "Operate": ("flags", "reap", "backup", "restore", "doctor"),
}
ADDRESSES_SECTIONS: Sections = {"Addresses": ("import", "verify-import", "export", "erase")}
ROOTS_SECTIONS: Sections = {"Epochs": ("build", "list", "withdraw")}
FLAGS_SECTIONS: Sections = {"The feature flag": ("get", "set")}
KEYS_SECTIONS: Sections = {"API keys": ("create", "list", "rotate", "revoke")}


def register(app: CommandGroup) -> None:
    """Add the group `service` to the application."""
    group = CommandGroup("Operate a proving and verifying service.", SECTIONS)
    config.register(group)
    tables.register(group)
    of_keys = CommandGroup("The API keys of a service.", KEYS_SECTIONS)
    keys.register(of_keys)
    group.add(of_keys, "keys")
    registries.register_revoke(group)
    backups.register(group)
    doctor.register(group)
    for name, text, sections, add in (
        ("addresses", "The addresses of a provider.", ADDRESSES_SECTIONS, addresses.register),
        ("roots", "The signed epochs of registries.", ROOTS_SECTIONS, registries.register_roots),
        ("flags", "The rollout of the service.", FLAGS_SECTIONS, flags.register),
    ):
        part = CommandGroup(text, sections)
        add(part)
        group.add(part, name)
    app.add(group, "service")
