"""The commands `zkctl service revoke` and `zkctl service roots`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from zkctl.cli.command import CommandGroup, command
from zkctl.cli.commands.service.options import (
    Registry,
    RegistryName,
    ServiceFile,
    Tenant,
    read_settings,
)
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import Argument, Option

if TYPE_CHECKING:
    from zkctl.service.proving.data.epoch_build import EpochSummary

Leaf = Annotated[str, Argument(metavar="LEAF", help="The leaf, a decimal integer.")]
Reason = Annotated[
    str,
    Option(
        "--reason",
        metavar="REASON",
        help="address_change, user_request, invalid, expired, security_breach, user_deletion.",
    ),
]
NewLeaf = Annotated[
    str | None,
    Option("--new-leaf", metavar="LEAF", help="The leaf after a change of address."),
]
SigningKey = Annotated[
    Path | None,
    Option("--sign", metavar="KEYFILE", help="An Ed25519 key [default: the service's own]."),
]
ValidFor = Annotated[
    int,
    Option("--valid-for", metavar="SECONDS", min=1, max=1 << 31, help="Life of the record."),
]
Watch = Annotated[
    bool, Option("--watch", help="Stay; publish after each revocation and each --every.")
]
Every = Annotated[
    int, Option("--every", metavar="SECONDS", min=1, help="The longest pause of --watch.")
]
EpochNumber = Annotated[int, Argument(metavar="EPOCH", help="The epoch.", min=1)]


def register_revoke(group: CommandGroup) -> None:
    """Add the command `revoke` to the group `service`."""
    command(group, "revoke")(revoke)


def register_roots(group: CommandGroup) -> None:
    """Add these commands to the group `roots`."""
    command(group, "build", threads=True)(build)
    command(group, "list")(list_roots)
    command(group, "withdraw")(withdraw)


def revoke(
    leaf: Leaf,
    registry: Registry,
    tenant: Tenant,
    reason: Reason,
    new_leaf: NewLeaf = None,
    config: ServiceFile = None,
) -> Answer:
    """Revoke a leaf.

    Every process refuses proofs under an earlier revocation root at once: publish an epoch next.

    Example:
        zkctl service revoke 123 --registry tokyo --tenant acme --reason user_request
    """
    from zkctl.service.proving.data.operations import DataOperations

    done = DataOperations(read_settings(config)).revoke(
        tenant, registry, leaf, reason, new_leaf=new_leaf
    )
    return Answer(
        {
            "registry": registry,
            "leaf": str(done.leaf),
            "list_version": done.list_version,
            "is_new": done.is_new,
        }
    )


def build(
    registry: RegistryName,
    terminal: Terminal,
    sign: SigningKey = None,
    valid_for: ValidFor = 86_400,
    watch: Watch = False,
    every: Every = 3600,
    config: ServiceFile = None,
) -> Answer:
    """Publish an epoch: roots, tree file and signed record.

    With --watch it stays and publishes again after each revocation.

    Example:
        zkctl service roots build tokyo
    """
    from zkctl.service.proving.data.operations import DataOperations

    operations = DataOperations(read_settings(config))
    if not watch:
        return Answer(
            operations.build_roots(
                registry, signing_key=sign, valid_for_s=valid_for, progress=terminal.progress
            )
        )

    def published(epoch: EpochSummary) -> None:
        terminal.note(f"published epoch {epoch.epoch} of {registry}: {epoch.n_leaves} leaves")

    operations.follow_roots(
        registry, signing_key=sign, valid_for_s=valid_for, every_s=every, published=published
    )
    return Answer({"registry": registry})


def list_roots(registry: RegistryName, config: ServiceFile = None) -> Answer:
    """List the epochs of a registry.

    Example:
        zkctl service roots list tokyo
    """
    from zkctl.service.proving.data.operations import DataOperations

    rows = DataOperations(read_settings(config)).roots(registry)
    epochs = [
        {
            "epoch": row["epoch"],
            "root": str(int.from_bytes(bytes(row["root"]), "big")),
            "n_leaves": row["n_leaves"],
            "n_revocations": row["n_revocations"],
            "list_version": row["list_version"],
            "withdrawn": bool(row["withdrawn"]),
            "tree_digest": row["tree_digest"],
        }
        for row in rows
    ]
    lines = [
        f"{each['epoch']}  {each['n_leaves']} leaves, {each['n_revocations']} revoked"
        + ("  withdrawn" if each["withdrawn"] else "")
        for each in epochs
    ]
    return Answer({"registry": registry, "epochs": epochs}, text="\n".join(lines) or "no epochs")


def withdraw(
    registry: RegistryName,
    epoch: EpochNumber,
    sign: SigningKey = None,
    config: ServiceFile = None,
) -> Answer:
    """Withdraw an epoch by a signed record: its roots count no more.

    Example:
        zkctl service roots withdraw tokyo 7
    """
    from zkctl.service.proving.data.operations import DataOperations

    operations = DataOperations(read_settings(config))
    return Answer(operations.withdraw(registry, epoch, signing_key=sign))
