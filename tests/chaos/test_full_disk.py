"""A full disk below SQLite and PostgreSQL: no job is accepted that is not written, verification goes on, nothing is half-written."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.chaos.disks import SmallDisk, full, small_disk
from tests.chaos.driver import Chaos, chaos_seconds, chaos_seed
from tests.chaos.verdict import ALL, ENVIRON, Check, run, verify_all
from tests.support.demo_service import PID_BODY, RunningService, serving
from tests.support.servers import postgres_server
from tests.support.stores import KINDS
from zkctl.service.proving.store.sqlite import open_sqlite

N_LOOKS = 12  # at /health while the disk is full; the reaper changes no rows between them
LOOK_S = 0.25
MOST_ACCEPTED = 500  # jobs that may find room in pages that are not full


@contextmanager
def on_small_disk(
    kind: str, folder: Path, demo: Path
) -> Iterator[tuple[RunningService, SmallDisk, Callable[[], None]]]:
    """A service whose database is on a small disk, with its folder for SQLite, and what starts a server that gave up."""
    environ = ENVIRON | {"ZKCTL_REAP_S": "0.2"}
    with small_disk(160) as disk:
        if kind == "sqlite":
            with serving(disk.folder, demo, *ALL, environ=environ) as service:
                yield service, disk, lambda: None
        else:
            with postgres_server(place=disk.folder) as server:
                environ["DATABASE_URL"] = server.new_database()
                with serving(folder, demo, *ALL, environ=environ) as service:
                    yield service, disk, server.start_if_ended


def first_refusal(service: RunningService) -> httpx.Response:
    """Ask for jobs until one is not accepted."""
    for _ in range(MOST_ACCEPTED):
        answer = service.post("/v1/zkp/generate", PID_BODY, headers={"Prefer": "respond-async"})
        if answer.status_code != 202:
            return answer
    raise AssertionError(f"{MOST_ACCEPTED} jobs were accepted on a full disk")


def database_file(disk: SmallDisk) -> Path:
    (file,) = (disk.folder / "state").glob("*.db")
    return file


def empty_log(disk: SmallDisk) -> None:
    """Give the room in SQLite's write-ahead log back: it would take some more jobs."""
    with closing(open_sqlite(database_file(disk))) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_disk_is_reported_and_left(kind: str, demo: Path, tmp_path: Path) -> None:
    with on_small_disk(kind, tmp_path, demo) as (service, disk, _start):
        proof = service.post("/v1/zkp/generate", PID_BODY).json()["proof"]
        if kind == "sqlite":
            empty_log(disk)
        disk.fill()
        refused = first_refusal(service)
        assert refused.status_code == 503, refused.text
        assert refused.json()["type"] == "urn:zkctl:problem:database-unavailable"
        assert "retry-after" in refused.headers
        service.wait_for(503, "/health")  # an answer of the database serves for half a second
        for _ in range(N_LOOKS):
            health = service.get("/health")
            assert (health.status_code, health.json()["database"]) == (503, "read-only")
            time.sleep(LOOK_S)
        verify_all(service, [proof])
        disk.free()
        service.wait_for(200, "/health")
        again = service.post("/v1/zkp/generate", PID_BODY)
        assert again.status_code == 200, again.text
        verify_all(service, [again.json()["proof"]])


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_jobs_while_the_disk_fills_again_and_again(
    kind: str, demo: Path, tmp_path: Path, check: Check
) -> None:
    seconds = chaos_seconds(10)
    with on_small_disk(kind, tmp_path, demo) as (service, disk, start):
        chaos = Chaos(service, chaos_seed())
        with chaos.under([full(disk, 2.0, start)], 2.0, seconds):
            n = run(chaos, seconds)
        start()
        chaos.wait_for_results()
        check(chaos, n)
        if kind == "sqlite":
            with closing(open_sqlite(database_file(disk))) as database:
                assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
