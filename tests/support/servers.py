"""PostgreSQL and Redis for tests: own data folders, random ports of 127.0.0.1, never as root.

The fixtures `postgres` and `redis_server` are shared by the tests of a process; a test that stops a server
takes its own: `with postgres_server() as server`.  ZKCTL_POSTGRES_BIN names another folder with initdb and postgres.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest

from tests.conftest import ROOT, missing

_START_S = 60
_NO_FSYNC = ("-c", "fsync=off", "-c", "full_page_writes=off")


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def postgres_folders() -> dict[str, Path]:
    """The folders of PostgreSQL's programs by major version: ZKCTL_POSTGRES_BIN (a list), Debian's, those of npm."""
    named = os.environ.get("ZKCTL_POSTGRES_BIN", "").split(os.pathsep)
    places = [Path(each) for each in named if each]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    places += sorted((ROOT / ".make" / "postgres").glob("node_modules/*/native/bin"))
    found: dict[str, Path] = {}
    for place in places:
        if (place / "initdb").is_file() and (place / "postgres").is_file():
            version = subprocess.check_output([place / "postgres", "--version"], text=True)
            found.setdefault(re.findall(r"\d+", version)[0], place)
    return found


def client(name: str) -> str:
    """The path of psql, pg_dump or another client program."""
    folders = postgres_folders().values()
    path = shutil.which(name) or shutil.which(name, path=os.pathsep.join(map(str, folders)))
    return path or missing(f"{name} is not installed") or ""


def _owner() -> str | None:
    """The user that servers run as: PostgreSQL refuses root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    return missing("no user but root can run a server")


@contextmanager
def server_folder(place: Path | None = None) -> Iterator[Path]:
    """A folder that the servers' user can write to, by default among the temporary files."""
    folder = Path(tempfile.mkdtemp(prefix="zkctl-server-", dir=place))
    owner = _owner()
    if owner:
        shutil.chown(folder, owner)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class PostgresServer:
    """A running server.  `url()` is the database `zkctl`, or a new empty one by `new_database()`."""

    folder: Path
    programs: Path
    port: int
    options: tuple[str, ...] = _NO_FSYNC
    process: subprocess.Popen | None = field(default=None, repr=False)

    def url(self, database: str = "postgres") -> str:
        """The address of a database."""
        return f"postgresql://zkctl@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """Create an empty database and return its address."""
        import psycopg

        name = f"test_{uuid4().hex[:12]}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def psql(self, url: str, *arguments: str, text: str = "") -> subprocess.CompletedProcess:
        """Run psql on a database with `text` as its input."""
        command = [client("psql"), "-X", url, *arguments]
        return subprocess.run(
            command, input=text, capture_output=True, text=True, timeout=60, check=False
        )

    def start(self) -> None:
        """Start the server and wait until it answers."""
        command = [self.programs / "postgres", "-D", self.folder / "data", "-p", str(self.port)]
        command += ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *self.options], user=_owner(), stdout=log, stderr=log, cwd=self.folder
            )
        _wait_until(self._answers, self.process, self.folder / "log")

    def start_if_ended(self) -> None:
        """Start the server again if it gave up: one that needs a recovery and finds no room ends."""
        if self.process is not None and self.process.poll() is not None:
            self.start()

    def _answers(self) -> bool:
        import psycopg

        with suppress(psycopg.OperationalError), psycopg.connect(self.url(), connect_timeout=2):
            return True
        return False

    def stop(self, how: int = signal.SIGINT) -> None:
        """Stop the server: SIGTERM smart, SIGINT fast, SIGQUIT immediate (no shutdown checkpoint)."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(_START_S)


@contextmanager
def postgres_server(
    version: str | None = None,
    options: tuple[str, ...] = _NO_FSYNC,
    place: Path | None = None,
) -> Iterator[PostgresServer]:
    """A server of its own for one test; `version` is a major version, by default the first one installed."""
    folders = postgres_folders()
    programs = folders.get(version) if version else next(iter(folders.values()), None)
    if programs is None:
        missing(f"PostgreSQL {version or ''} is not installed")
    with server_folder(place) as folder:
        command = [programs / "initdb", "-D", folder / "data", "-U", "zkctl", "--auth=trust"]
        command += ["--no-sync", "--no-instructions", "-E", "UTF8", "--locale=C"]
        subprocess.run(command, user=_owner(), cwd=folder, check=True, capture_output=True)
        server = PostgresServer(folder, programs, free_port(), options)
        server.start()
        try:
            yield server
        finally:
            server.stop(signal.SIGQUIT)


@dataclass
class RedisServer:
    """A running Redis."""

    folder: Path
    port: int
    options: tuple[str, ...] = ()
    process: subprocess.Popen | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """The address."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start the server and wait until it accepts connections."""
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1"]
        command += ["--dir", str(self.folder), "--save", "", *self.options]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, user=_owner(), stdout=log, stderr=log)
        _wait_until(self._answers, self.process, self.folder / "log")

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def stop(self, how: int = signal.SIGTERM) -> None:
        """Stop the server."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(_START_S)


@contextmanager
def redis_server_of_own(*options: str) -> Iterator[RedisServer]:
    """A Redis of its own for one test."""
    if shutil.which("redis-server") is None:
        missing("redis-server is not installed")
    with server_folder() as folder:
        server = RedisServer(folder, free_port(), options)
        server.start()
        try:
            yield server
        finally:
            server.stop(signal.SIGKILL)


def _wait_until(answers, process: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + _START_S
    while not answers():
        if process.poll() is not None or time.monotonic() > end:
            pytest.fail(f"the server does not start:\n{log.read_text()[-2000:]}")
        time.sleep(0.05)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server for all tests of this process; each takes a `new_database()`."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A Redis for all tests of this process; a test uses keys that no other test uses."""
    with redis_server_of_own() as server:
        yield server
