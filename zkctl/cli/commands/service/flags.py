"""The commands `zkctl service flags`."""

from __future__ import annotations

from typing import Annotated

from zkctl.cli.command import CommandGroup, command
from zkctl.cli.commands.service.options import ServiceFile, read_settings
from zkctl.cli.output import Answer
from zkctl.cli.parameters import Argument

Assignments = Annotated[
    list[str],
    Argument(metavar="NAME=VALUE...", help="zkp_enabled, rollout_percentage, whitelist or shadow."),
]


def register(group: CommandGroup) -> None:
    """Add these commands to the group `flags`."""
    command(group, "get")(get)
    command(group, "set")(set_)


def get(config: ServiceFile = None) -> Answer:
    """Print the feature flag.

    Example:
        zkctl service flags get
    """
    from zkctl.service.proving.data.operations import DataOperations

    return Answer(DataOperations(read_settings(config)).flag().document())


def set_(assignments: Assignments, config: ServiceFile = None) -> Answer:
    """Change the feature flag; every process has it within 5 seconds.

    Works with the database alone, when no API runs.

    Example:
        zkctl service flags set zkp_enabled=true rollout_percentage=1
    """
    from zkctl.service.proving.data.operations import DataOperations
    from zkctl.service.proving.flags import parse_assignments

    operations = DataOperations(read_settings(config))
    return Answer(operations.change_flag(parse_assignments(assignments)).document())
