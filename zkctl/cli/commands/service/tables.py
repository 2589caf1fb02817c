"""The commands `zkctl service migrate` and `zkctl service reap`."""

from __future__ import annotations

from typing import Annotated

from zkctl.cli.command import CommandGroup, command
from zkctl.cli.commands.service.options import ServiceFile, read_settings
from zkctl.cli.output import Answer
from zkctl.cli.parameters import Option
from zkctl.errors import CheckFailed

Check = Annotated[bool, Option("--check", help="Change nothing; exit 1 if the database is behind.")]


def register(group: CommandGroup) -> None:
    """Add these commands to the group `service`."""
    command(group, "migrate")(migrate)
    command(group, "reap")(reap)


def migrate(config: ServiceFile = None, check: Check = False) -> Answer:
    """Create or update the tables of the database.

    Runs the files of migrations/ that are not applied yet, each whole or not at all, and notes their digests. psql may
    run the same files. An applied file that was changed later is refused.

    Example:
        zkctl service migrate
    """
    from zkctl.service.proving.migrate import migrate as apply
    from zkctl.service.proving.migrate import pending

    url = read_settings(config).database_url
    if not check:
        return Answer(apply(url))
    missing = pending(url)
    failure = CheckFailed(
        f"the database is behind: {', '.join(missing)} not applied",
        hint="run zkctl service migrate",
    )
    return Answer({"missing": missing}, failure=failure if missing else None, include_result=True)


def reap(config: ServiceFile = None) -> Answer:
    """End overdue jobs and remove what is too old, once.

    A running service does this each 5 seconds.

    Example:
        zkctl service reap
    """
    import asyncio

    from zkctl.service.proving.jobs import Reaped
    from zkctl.service.proving.store.open import retention, store_of

    settings = read_settings(config)

    async def run() -> Reaped:
        async with store_of(settings, connections=1) as store:
            return await store.reap(retention(settings))

    reaped = asyncio.run(run())
    counts = {
        "crashed": len(reaped.crashed),
        "expired": len(reaped.expired),
        "unserved": len(reaped.unserved),
        "results_removed": reaped.results_removed,
        "rows_deleted": reaped.rows_deleted,
    }
    return Answer(counts)
