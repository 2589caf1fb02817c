"""Copies of a PostgreSQL server: a streaming replica, and a recovery to a point in time."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.servers import (
    PostgresServer,
    _owner,
    client,
    free_port,
    server_folder,
)


def base_backup(server: PostgresServer, folder: Path, *options: str) -> None:
    """Copy the data of a running server into the new folder `data` of `folder`."""
    command = [client("pg_basebackup"), "-D", str(folder / "data"), "-d", server.url()]
    command += ["--checkpoint=fast", "--no-sync", *options]
    subprocess.run(command, user=_owner(), cwd=folder, check=True, capture_output=True)


@contextmanager
def replica_of(server: PostgresServer) -> Iterator[PostgresServer]:
    """A running replica that streams from the server."""
    with server_folder() as folder:
        base_backup(server, folder, "--write-recovery-conf", "--wal-method=stream")
        replica = PostgresServer(folder, server.programs, free_port())
        replica.start()
        try:
            yield replica
        finally:
            replica.stop(signal.SIGQUIT)


@contextmanager
def recovered(
    server: PostgresServer, backup: Path, archive: Path, until: str
) -> Iterator[PostgresServer]:
    """A server made of a base backup and the archived log up to a time."""
    restored = PostgresServer(backup, server.programs, free_port())
    with (backup / "data" / "postgresql.auto.conf").open("a") as file:
        file.write(f"\nrestore_command = 'cp {archive}/%f %p'\n")
        file.write(f"recovery_target_time = '{until}'\nrecovery_target_action = 'promote'\n")
        file.write("archive_mode = off\n")
    (backup / "data" / "recovery.signal").touch()
    restored.start()
    try:
        yield restored
    finally:
        restored.stop(signal.SIGQUIT)
