"""The command `zkctl service doctor`."""

from __future__ import annotations

from zkctl.cli.command import CommandGroup, command
from zkctl.cli.commands.service.options import ServiceFile, read_settings
from zkctl.cli.output import Answer
from zkctl.errors import CheckFailed


def register(group: CommandGroup) -> None:
    """Add the command to the group `service`."""
    command(group, "doctor")(doctor)


def doctor(config: ServiceFile = None) -> Answer:
    """Check what production needs: pass, fail or cannot tell.

    Secrets, keys at rest, database, migrations, circuits, roots, replicas, cache, certificates. Exit 1 if one fails.

    Example:
        zkctl service doctor
    """
    import os

    from zkctl.service.proving.doctor import examine
    from zkctl.service.proving.settings_sources import find_service_file

    settings = read_settings(config)
    summary = examine(settings, find_service_file(os.environ, config), os.environ)
    failure = None
    if summary.n_failed:
        failure = CheckFailed(f"checks that failed: expected 0, got {summary.n_failed}")
    lines = (f"{each.verdict:11}  {each.check}: {each.detail}" for each in summary.findings)
    return Answer(summary, text=lines, failure=failure, include_result=True)
