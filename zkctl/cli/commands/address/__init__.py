"""The group `zkctl address`: the address protocol for providers, holders and verifiers."""

from __future__ import annotations

from zkctl.cli.command import CommandGroup, Sections
from zkctl.cli.commands.address import holder, registry, verifier

SECTIONS: Sections = {
    "Provider": ("pid", "registry"),
    "Holder": ("keygen", "input"),
    "Verifier": ("request", "verify"),
}
REGISTRY_SECTIONS: Sections = {
    "Run a registry": ("new", "add", "revoke", "publish", "withdraw", "snapshot"),
    "Audit": ("audit",),
}


def register(app: CommandGroup) -> None:
    """Add the group `address` to the application."""
    group = CommandGroup("The address protocol: registries, holders, verifiers.", SECTIONS)
    holder.register(group)
    verifier.register(group)
    of_registry = CommandGroup("A provider's registry, or a locker operator's.", REGISTRY_SECTIONS)
    registry.register(of_registry)
    group.add(of_registry, "registry")
    app.add(group, "address")
