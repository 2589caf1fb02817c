"""The commands `zkctl service backup` and `zkctl service restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from zkctl.cli.command import CommandGroup, Force, command, data_file
from zkctl.cli.commands.service.options import ServiceFile, read_settings
from zkctl.cli.output import Answer
from zkctl.cli.parameters import Argument, Option

Output = Annotated[
    Path, Option("-o", "--output", metavar="DUMP", help="The dump to write; DUMP.json beside it.")
]
Dump = Annotated[
    Path, Argument(metavar="DUMP", help="A dump with its manifest.", callback=data_file)
]
CheckOnly = Annotated[bool, Option("--check", help="Only compare the database with the manifest.")]


def register(group: CommandGroup) -> None:
    """Add these commands to the group `service`."""
    command(group, "backup")(backup)
    command(group, "restore")(restore)


def backup(output: Output, force: Force = False, config: ServiceFile = None) -> Answer:
    """Dump the database, with the rows and digests of all tables.

    PostgreSQL is dumped by pg_dump -Fc, in one snapshot with the manifest.

    Example:
        zkctl service backup -o addresses_db.dump
    """
    from zkctl.service.proving.data.backup import back_up

    return Answer(back_up(read_settings(config).database_url, output, force=force))


def restore(dump: Dump, check: CheckOnly = False, config: ServiceFile = None) -> Answer:
    """Restore a dump into an empty database and compare it.

    After pg_restore by hand, --check compares the database with the manifest.

    Example:
        zkctl service restore addresses_db.dump
    """
    from zkctl.service.proving.data import backup as backups

    url = read_settings(config).database_url
    work = backups.check_restored if check else backups.restore
    return Answer(work(url, dump))
