"""The commands `zkctl service addresses`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from zkctl.cli.command import CommandGroup, Force, command, data_file
from zkctl.cli.commands.service.options import Registry, ServiceFile, Tenant, read_settings
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import Argument, Option
from zkctl.errors import CheckFailed

Legacy = Annotated[
    Path,
    Argument(metavar="LEGACY.csv", help="The rows of the legacy system.", callback=data_file),
]
Columns = Annotated[
    Path,
    Option(
        "--map",
        metavar="COLUMNS.yaml",
        help="Our names (legacy_id, pid, holder_key, fields) with its columns.",
        callback=data_file,
    ),
]
Rejected = Annotated[
    Path,
    Option("--rejected", metavar="FILE.csv", help="Rows that are not imported, with reasons."),
]
Credentials = Annotated[
    Path,
    Option("-o", "--output", metavar="FILE.jsonl", help="The credentials to write, one a line."),
]
DryRun = Annotated[bool, Option("--dry-run", help="Write no address, only the rejected rows.")]
LegacyId = Annotated[
    str | None, Option("--legacy-id", metavar="ID", help="The address by its legacy id.")
]
Leaf = Annotated[str | None, Option("--leaf", metavar="LEAF", help="The address by its leaf.")]
RegistryOfLeaf = Annotated[
    str | None, Option("--registry", metavar="NAME", help="The registry of the leaf.")
]


def register(group: CommandGroup) -> None:
    """Add these commands to the group `addresses`."""
    command(group, "import", threads=True)(import_)
    command(group, "verify-import")(verify_import)
    command(group, "export")(export)
    command(group, "erase")(erase)


def import_(
    legacy: Legacy,
    columns: Columns,
    registry: Registry,
    tenant: Tenant,
    terminal: Terminal,
    rejected: Rejected = Path("rejected.csv"),
    dry_run: DryRun = False,
    config: ServiceFile = None,
) -> Answer:
    r"""Import the addresses of a legacy system.

    Each row ends imported, present (by its legacy id) or rejected. A stopped import goes on when it is started again.
    The source is only read.

    Example:
        zkctl service addresses import legacy.csv --map columns.yaml \
            --registry tokyo --tenant acme
    """
    from zkctl.service.proving.data.operations import DataOperations, LegacyImport

    summary = DataOperations(read_settings(config)).import_addresses(
        LegacyImport(legacy, columns, tenant, registry),
        rejected=rejected,
        dry_run=dry_run,
        progress=terminal.progress,
    )
    failure = None
    if not dry_run and summary.digest_of_source != summary.digest_of_database:
        failure = CheckFailed(
            "the database differs from the source",
            hint="run zkctl service addresses verify-import",
        )
    return Answer(summary, failure=failure, include_result=True)


def verify_import(
    legacy: Legacy,
    columns: Columns,
    registry: Registry,
    tenant: Tenant,
    terminal: Terminal,
    config: ServiceFile = None,
) -> Answer:
    r"""Compare a legacy file with the addresses in the database.

    Opens each imported row and compares PID and fields with the source.

    Example:
        zkctl service addresses verify-import legacy.csv --map columns.yaml \
            --registry tokyo --tenant acme
    """
    from zkctl.service.proving.data.operations import DataOperations, LegacyImport

    summary = DataOperations(read_settings(config)).verify_import(
        LegacyImport(legacy, columns, tenant, registry), progress=terminal.progress
    )
    failure = None
    if summary.n_missing or summary.n_different:
        failure = CheckFailed(
            f"the database differs from the source: {summary.n_missing} rows are missing,"
            f" {summary.n_different} differ"
        )
    return Answer(summary, failure=failure, include_result=True)


def export(
    registry: Registry,
    tenant: Tenant,
    output: Credentials,
    force: Force = False,
    config: ServiceFile = None,
) -> Answer:
    r"""Write the credentials of holders who keep their secrets.

    Each line is for its holder only, who makes proofs with `zkctl address input`. Delete the file after delivery.

    Example:
        zkctl service addresses export --registry tokyo --tenant acme \
            -o credentials.jsonl
    """
    from zkctl.service.proving.data.operations import DataOperations

    operations = DataOperations(read_settings(config))
    return Answer(operations.export_credentials(tenant, registry, output, force=force))


def erase(
    tenant: Tenant,
    legacy_id: LegacyId = None,
    registry: RegistryOfLeaf = None,
    leaf: Leaf = None,
    config: ServiceFile = None,
) -> Answer:
    """Erase the content of an address: its data key is destroyed.

    The leaf stays in the tree until it is revoked, and a tombstone stays in the table. Backups keep the content until
    they are deleted.

    Example:
        zkctl service addresses erase --tenant acme --legacy-id 4711
    """
    from zkctl.service.proving.data.operations import DataOperations

    operations = DataOperations(read_settings(config))
    return Answer(operations.erase(tenant, legacy_id=legacy_id, registry=registry, leaf=leaf))
