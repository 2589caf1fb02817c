"""The command `zkctl service config`."""

from __future__ import annotations

import os

from zkctl.cli.command import CommandGroup, command
from zkctl.cli.commands.service.options import ServiceFile
from zkctl.cli.output import Answer


def register(group: CommandGroup) -> None:
    """Add the command to the group `service`."""
    command(group, "config")(config)


def config(config: ServiceFile = None) -> Answer:
    """Print every setting with its value and origin.

    A value comes from an option of zkctl serve, else the environment, else service.yaml, else the default. Secrets are
    printed as set.

    Example:
        zkctl service config
    """
    from zkctl.service.proving.settings_sources import find_service_file, setting_values

    file = find_service_file(os.environ, config)
    values = setting_values({}, os.environ, file)
    width = max(len(each.row.env) for each in values)
    lines = [
        f"{each.row.env:{width}}  {each.shown:24}  {each.row.unit:14}  {each.origin}".rstrip()
        for each in values
    ]
    settings = {
        each.row.name: {"value": each.shown, "unit": each.row.unit, "origin": each.origin}
        for each in values
    }
    return Answer({"settings": settings}, text=lines)
