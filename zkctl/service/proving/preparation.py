"""The steps before a service starts: the demo's files, one service for a SQLite file, secrets, and the schema."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from zkctl.errors import EnvironmentProblem
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.service.proving.demo.folder import SERVICE_FILE, demo_folder
from zkctl.service.proving.migrate import check_schema, migrate
from zkctl.service.proving.secret_files import load_secrets, secrets_open_to_all
from zkctl.service.proving.settings import PROVE_MODES, ServiceSettings, env_name
from zkctl.service.proving.settings_sources import load_settings
from zkctl.service.proving.store.capacity import capacity_warning
from zkctl.service.proving.store.open import is_postgres, sqlite_path
from zkctl.storage.lock import take_lock
from zkctl.toolchain.project.lock_file import LOCK_FILE


@record(repr=False)
class PreparedStart:
    """The settings that a service runs with, as options for its children."""

    settings: ServiceSettings
    options: Mapping[str, Any]
    service_file: Path | None


def prepare(
    options: Mapping[str, Any],
    service_file: Path | None,
    stack: ExitStack,
    note: Callable[[str], None],
) -> PreparedStart:
    """Prepare a start; the lock of the database lasts as long as `stack`.

    Raises: UsageError; EnvironmentProblem for missing secrets or migrations, or a second service on one SQLite file.
    """
    settings = load_settings(options, os.environ, service_file)
    if settings.demo:
        options, service_file = _demo(options, settings, note)
        settings = load_settings(options, os.environ, service_file)
    if not (settings.circuits / LOCK_FILE).is_file():
        raise EnvironmentProblem(
            f"there is no circuit to serve: expected {LOCK_FILE} in the folder",
            where=printable(settings.circuits.absolute()),
            hint="name the folder of a project with `circuits_folder`, or serve the demo",
        )
    load_secrets(settings)  # makes missing ones on loopback, refuses elsewhere
    for path in secrets_open_to_all(settings):
        note(f"every user of this machine can read the secret {printable(path)}: chmod 640 it")
    embedded = not is_postgres(settings.database_url)
    if embedded:
        _take_database(sqlite_path(settings.database_url), stack)
    if (
        embedded or settings.migrate
    ):  # an embedded database has no other process that needs the old schema
        migrate(settings.database_url)
    else:
        check_schema(settings.database_url)
    if not embedded:
        warning = capacity_warning(settings)
        if warning:
            note(warning)
    return PreparedStart(settings, options, service_file)


def _demo(
    options: Mapping[str, Any], settings: ServiceSettings, note: Callable[[str], None]
) -> tuple[Mapping[str, Any], Path]:
    """Return the options and the file of settings of the demo: its own circuit, every form of generate, no keys unless asked for."""
    folder = demo_folder(settings.state_dir, note)
    chosen: dict[str, Any] = {"circuits": folder, "prove_modes": ",".join(PROVE_MODES)}
    if env_name("no_auth") not in os.environ:
        chosen["no_auth"] = True
    return {**options, **chosen}, folder / SERVICE_FILE


def _take_database(path: Path, stack: ExitStack) -> None:
    """Lock a SQLite file for this service.  Raises: EnvironmentProblem."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = take_lock(path.with_name(f"{path.name}.lock"))
    if handle is None:
        raise EnvironmentProblem(
            "another service uses this database",
            where=printable(path),
            hint="stop it, or use PostgreSQL for several machines: DATABASE_URL=postgresql://...",
        )
    stack.callback(os.close, handle)
