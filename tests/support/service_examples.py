"""The folder in which the examples of `zkctl service` run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.support.stores import execute
from zkctl.service.proving.data.backup import back_up
from zkctl.service.proving.data.kek import make_kek_file
from zkctl.service.proving.data.operations import DataOperations, LegacyImport
from zkctl.service.proving.migrate import migrate
from zkctl.service.proving.settings_sources import load_settings

KEY_ID = "k1a2b3c4"


def prepare_service(folder: Path) -> str:
    """Write a service.yaml that keeps everything in the folder, and a database with one key; returns its URL."""
    state = folder / "state"
    state.mkdir(mode=0o700, exist_ok=True)
    url = f"sqlite://{state}/service.db"
    settings = {"database_url": url, "state_dir": str(state), "circuits": str(state)}
    settings |= {"kek": f"file:{state}/kek", "kek_previous": f"file:{state}/kek-of-last-year"}
    lines = [f'{name}: "{value}"\n' for name, value in settings.items()]
    (folder / "service.yaml").write_text("".join(lines))
    if (state / "service.db").exists():  # a copy of a prepared folder
        return url
    migrate(url)
    execute(
        url,
        "INSERT INTO api_keys (id, environment, secret_mac, tenant, subject, scopes)"
        " VALUES (%s, 'live', %s, 'shop', 'shop', '[\"verify\"]')",
        *(KEY_ID, bytes(32)),
    )
    return url


def prepare_registry(folder: Path) -> None:
    """Make the registry tokyo of the tenant acme: an imported address, the leaf 123, one epoch, and a backup of all."""
    url = prepare_service(folder)
    settings = replace(load_settings({}, {"DATABASE_URL": url}), state_dir=folder / "state")
    make_kek_file(folder / "state" / "kek-of-last-year")
    operations = DataOperations(settings, {})
    (folder / "columns.yaml").write_text("legacy_id: ID\npid: PID\n")
    (folder / "legacy.csv").write_text("ID,PID\n4711,JP-13-113\n4712,JP--13\n")
    wanted = LegacyImport(folder / "legacy.csv", folder / "columns.yaml", "acme", "tokyo")
    operations.import_addresses(wanted, rejected=folder / "rejected.csv")
    execute(
        url,
        "INSERT INTO addresses (tenant, registry, leaf, leaf_index, pid_commitment, fields_commitment, holder_key)"
        " VALUES ('acme', 'tokyo', %s, 1, %s, %s, %s)",
        *(number.to_bytes(32, "big") for number in (123, 1, 2, 3)),
    )
    operations.build_roots("tokyo", valid_for_s=86_400)
    back_up(url, folder / "addresses_db.dump")
