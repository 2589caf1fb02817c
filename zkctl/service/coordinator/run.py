"""Serve a ceremony until a signal asks to stop."""

from __future__ import annotations

import asyncio
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import uvicorn

from zkctl.ceremony.record.signing import canonical_public_key
from zkctl.errors import EnvironmentProblem, InputError
from zkctl.runtime.printable import printable
from zkctl.service.coordinator.app import application
from zkctl.service.coordinator.queue import Coordinator, Tell
from zkctl.service.coordinator.settings import CoordinatorSettings
from zkctl.service.coordinator.verdict import Child
from zkctl.storage.mapped import read_bytes

MAX_LIST_BYTES = 1 << 20
_STOP_SECONDS = 10


@dataclass(frozen=True)
class Place:
    """Where a server listens, and whether what stands before it is believed about addresses."""

    host: str
    port: int
    trust_proxy: bool = False


@dataclass(frozen=True)
class ServeSummary:
    """Where a ceremony is served."""

    url: str
    folder: str
    state: str


def serve(
    folder: Path,
    state: Path,
    place: Place,
    settings: CoordinatorSettings,
    ready: Callable[[ServeSummary], None],
    tell: Tell,
) -> None:
    """Coordinate the ceremony of a folder until SIGTERM or SIGINT; `ready` is told the address.

    Raises: EnvironmentProblem if the address is taken or another server runs; as `open_ceremony`.
    """
    begun = time.monotonic()
    coordinator = Coordinator(
        folder.resolve(), state.absolute(), settings, lambda: time.monotonic() - begun, tell
    )
    child = Child(coordinator.slot_seconds)
    try:
        app = application(coordinator, child.verify)
        with _listen(place) as listener:
            summary = ServeSummary(_address(listener, place), str(folder), str(state))
            server = server_of(app, place, settings)
            asyncio.run(_until_stopped(server, listener, lambda: ready(summary), child))
    finally:
        coordinator.close()
    tell("stopped")


def read_participants(path: Path) -> frozenset[str]:
    """The public keys of a list like authorized_keys.  Raises: FormatError naming the line."""
    where = printable(path)
    lines = read_bytes(path, MAX_LIST_BYTES).decode("utf-8", "replace").splitlines()
    keys = [
        canonical_public_key(line, f"{where}, line {number}")
        for number, line in enumerate(lines, 1)
        if line.strip() and not line.startswith("#")
    ]
    if not keys:
        raise InputError("the list of participants is empty", where=where)
    return frozenset(keys)


def _listen(place: Place) -> socket.socket:
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    try:
        listener = socket.create_server((place.host, place.port), family=family, backlog=256)
    except (OSError, OverflowError) as problem:
        reason = (getattr(problem, "strerror", None) or str(problem)).lower()
        raise EnvironmentProblem(
            f"cannot listen: {reason}", where=f"{printable(place.host)} port {place.port}"
        ) from None
    listener.set_inheritable(False)
    return listener


def _address(listener: socket.socket, place: Place) -> str:
    host = f"[{place.host}]" if ":" in place.host else place.host
    return f"http://{host}:{listener.getsockname()[1]}/"


class _Server(uvicorn.Server):
    """A server that leaves signals to us: it would raise them again after a graceful end."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture nothing."""
        yield


def server_of(app: object, place: Place, settings: CoordinatorSettings) -> uvicorn.Server:
    """The server of an application, with the limits of our own."""
    config = uvicorn.Config(
        app,  # type: ignore[arg-type]  # an ASGI application
        http="h11",  # limits the length of a head; httptools, where it is installed, does not
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=place.trust_proxy,
        ws="none",
        limit_concurrency=settings.connections,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=_STOP_SECONDS,
    )
    return _Server(config)


async def _until_stopped(
    server: uvicorn.Server, listener: socket.socket, ready: Callable[[], None], child: Child
) -> None:
    """Serve; the first signal lets requests end, and the verification stop."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        child.stop()
        server.should_exit = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        serving = asyncio.ensure_future(server.serve([listener]))
        while not server.started and not serving.done():
            await asyncio.sleep(0.01)
        if server.started:
            ready()
        await serving
    finally:
        child.stop()
        with suppress(ValueError):
            for number, handler in before.items():
                signal.signal(number, handler)
