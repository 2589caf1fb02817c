"""The options that the commands of a service share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from zkctl.cli.command import data_file
from zkctl.cli.parameters import Argument, Option

if TYPE_CHECKING:
    from zkctl.service.proving.settings import ServiceSettings

ServiceFile = Annotated[
    Path | None,
    Option(
        "--config",
        metavar="FILE",
        help="Settings, instead of service.yaml here; DATABASE_URL wins.",
        callback=data_file,
    ),
]


Tenant = Annotated[str, Option("--tenant", metavar="NAME", help="The owner of the addresses.")]
Registry = Annotated[str, Option("--registry", metavar="NAME", help="The registry.")]
RegistryName = Annotated[str, Argument(metavar="REGISTRY", help="The name of the registry.")]


def read_settings(config: Path | None) -> ServiceSettings:
    """Return the settings of environment and file.  Raises: as `load_settings`."""
    from zkctl.service.proving.settings_sources import find_service_file, load_settings

    return load_settings({}, os.environ, find_service_file(os.environ, config))
