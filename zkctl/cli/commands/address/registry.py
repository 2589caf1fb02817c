"""The commands of a provider: `zkctl address registry`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from zkctl.cli.command import CommandGroup, Force, command, data_file
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import Argument, Option

Registry = Annotated[Path, Argument(metavar="REGISTRY", help="The folder of the registry.")]
Places = Annotated[list[int], Argument(metavar="PLACE...", help="Places of leaves.", min=0)]
Rows = Annotated[
    Path,
    Argument(metavar="ROWS.csv", help="Addresses, or reservations of lockers.", callback=data_file),
]
Credentials = Annotated[
    Path,
    Option("--credentials", metavar="FILE.jsonl", help="The credentials to write, one a line."),
]
SigningKey = Annotated[
    Path, Option("--sign", metavar="KEYFILE", help="The Ed25519 key that signs the records.")
]
OwnerName = Annotated[
    str, Option("--name", metavar="NAME", help="The name of the registry or operator in records.")
]
Lockers = Annotated[bool, Option("--lockers", help="Reservations of lockers instead of addresses.")]
Depth = Annotated[
    int, Option("--depth", metavar="N", min=1, max=32, help="The depth of the tree of leaves.")
]
RevocationDepth = Annotated[
    int,
    Option("--revocation-depth", metavar="N", min=1, max=32, help="The depth of the other tree."),
]
ValidFor = Annotated[
    int,
    Option("--valid-for", metavar="SECONDS", min=1, max=1 << 31, help="Life of the record."),
]
EpochNumber = Annotated[int, Argument(metavar="EPOCH", help="The epoch.", min=1)]
WantedEpoch = Annotated[
    int | None, Option("--epoch", metavar="N", min=1, help="An earlier epoch than the newest.")
]
NewSnapshot = Annotated[
    Path, Option("-o", "--output", metavar="SNAPSHOT", help="The folder to make.")
]
Snapshot = Annotated[Path, Argument(metavar="SNAPSHOT", help="The folder of the snapshot.")]
OwnerKey = Annotated[
    Path,
    Option("--key", metavar="KEY.pub", help="The pinned public key of the registry or operator."),
]
Previous = Annotated[
    Path | None,
    Option("--previous", metavar="SNAPSHOT", help="An earlier snapshot, which it must continue."),
]


def register(group: CommandGroup) -> None:
    """Add these commands to the group `registry`."""
    command(group, "new")(new)
    command(group, "add", threads=True)(add)
    command(group, "revoke")(revoke)
    command(group, "publish", threads=True)(publish)
    command(group, "withdraw")(withdraw)
    command(group, "snapshot", threads=True)(snapshot)
    command(group, "audit", threads=True)(audit)


def new(
    registry: Registry,
    name: OwnerName,
    lockers: Lockers = False,
    depth: Depth = 20,
    revocation_depth: RevocationDepth = 20,
) -> Answer:
    """Make the folder of a registry.

    The name is part of every record; verifiers pin the public key with it.

    Example:
        zkctl address registry new registry --name "tokyo.example"
    """
    from zkctl.toolchain.address.epochs import new_registry
    from zkctl.toolchain.address.registry_folder import ADDRESSES, LOCKERS, RegistrySettings

    kind = LOCKERS if lockers else ADDRESSES
    return Answer(new_registry(registry, RegistrySettings(kind, name, depth, revocation_depth)))


def add(
    terminal: Terminal,
    registry: Registry,
    rows: Rows,
    credentials: Credentials,
    force: Force = False,
) -> Answer:
    """Register the rows of a CSV, all or none.

    Columns pid and holder_key; optional version, the fields of an address, and replaces, the place of a leaf that is
    revoked in favour of the new one. The credentials hold the addresses and salts: deliver each to its holder.

    Example:
        zkctl address registry add registry homes.csv --credentials homes.jsonl
    """
    from zkctl.toolchain.address.registrations import add_leaves

    options: dict[str, Any] = {"force": force, "progress": terminal.progress}
    return Answer(add_leaves(registry, rows, credentials, **options))


def revoke(registry: Registry, places: Places) -> Answer:
    """Revoke leaves without a successor.

    Example:
        zkctl address registry revoke registry 17 23
    """
    from zkctl.toolchain.address.epochs import revoke_leaves

    return Answer(revoke_leaves(registry, places))


def publish(
    terminal: Terminal, registry: Registry, sign: SigningKey, valid_for: ValidFor = 600
) -> Answer:
    """Sign the roots of a new epoch.

    Run it at least every half of the age that verifiers accept, changed or not.

    Example:
        zkctl address registry publish registry --sign provider.key
    """
    from zkctl.toolchain.address.epochs import publish_epoch

    options: dict[str, Any] = {"valid_for": valid_for, "progress": terminal.progress}
    return Answer(publish_epoch(registry, sign, **options))


def withdraw(registry: Registry, epoch: EpochNumber, sign: SigningKey) -> Answer:
    """Sign that the roots of an epoch count no more.

    Example:
        zkctl address registry withdraw registry 1 --sign provider.key
    """
    from zkctl.toolchain.address.epochs import withdraw_epoch

    return Answer(withdraw_epoch(registry, epoch, sign))


def snapshot(registry: Registry, output: NewSnapshot, epoch: WantedEpoch = None) -> Answer:
    """Write the public files of an epoch.

    A holder makes its path from one bucket of 4,096 leaves, so the server does not learn which leaf it is.

    Example:
        zkctl address registry snapshot registry -o epoch-1
    """
    from zkctl.toolchain.address.snapshot import write_snapshot

    return Answer(write_snapshot(registry, output, epoch=epoch))


def audit(
    terminal: Terminal,
    snapshot: Snapshot,
    name: OwnerName,
    key: OwnerKey,
    previous: Previous = None,
) -> Answer:
    r"""Check a whole snapshot against its signed record.

    Example:
        zkctl address registry audit epoch-1 --name "tokyo.example" \
            --key provider.pub
    """
    from zkctl.toolchain.address.holder import read_public_key
    from zkctl.toolchain.address.snapshot import audit_snapshot

    options: dict[str, Any] = {"previous": previous, "progress": terminal.progress}
    return Answer(audit_snapshot(snapshot, read_public_key(key), name, **options), verdict="OK")
