"""The folder in which the examples of `zkctl service` run."""

from __future__ import annotations

from pathlib import Path

from tests.support.stores import execute
from zkctl.service.proving.migrate import migrate

KEY_ID = "k1a2b3c4"


def prepare_service(folder: Path) -> str:
    """Write a service.yaml that keeps everything in the folder, and a database with one key; returns its URL."""
    state = folder / "state"
    state.mkdir(mode=0o700, exist_ok=True)
    url = f"sqlite://{state}/service.db"
    (folder / "service.yaml").write_text(f'database_url: "{url}"\nstate_dir: "{state}"\n')
    migrate(url)
    execute(
        url,
        "INSERT INTO api_keys (id, environment, secret_mac, tenant, subject, scopes)"
        " VALUES (%s, 'live', %s, 'shop', 'shop', '[\"verify\"]')",
        *(KEY_ID, bytes(32)),
    )
    return url
