"""Serve a ceremony until a signal asks to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI

from zkctl.errors import EnvironmentProblem, UsageError
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.service.coordinator.app import application
from zkctl.service.coordinator.queue import Coordinator
from zkctl.service.coordinator.settings import CoordinatorSettings
from zkctl.service.coordinator.verification import VerificationProcess
from zkctl.service.http.connections import Connections
from zkctl.service.http.protocol import protocol_of
from zkctl.toolchain.ceremony.coordinator_client import public_address

_STOP_SECONDS = 10
_LONGEST_STEP = 5.0  # seconds between two looks at the clock
LOOPBACK_HOSTS = ("127.0.0.1", "[::1]", "localhost")
_WILDCARDS = ("", "0.0.0.0", "::")  # noqa: S104  (recognized, not used)


@record
class ListenAddress:
    """The address that a server listens on; `trust_proxy` accepts the addresses that a proxy reports."""

    host: str
    port: int
    trust_proxy: bool = False


@record
class ServeSummary:
    """The address and folders of a running coordinator."""

    url: str
    folder: str
    state: str


def serve(
    folder: Path,
    state: Path,
    place: ListenAddress,
    settings: CoordinatorSettings,
    ready: Callable[[ServeSummary], None],
) -> None:
    """Coordinate the ceremony of a folder until SIGTERM or SIGINT; `ready` receives the address.

    Raises: EnvironmentProblem if the address is taken or another server runs; as `open_ceremony`.
    """
    if place.host in _WILDCARDS and not settings.addresses:
        raise UsageError(
            f"the address {printable(place.host)!r} names no host: expected the public address as well",
            hint="pass the address that contributors use in `addresses`",
        )
    coordinator = Coordinator(folder.resolve(), state.absolute(), settings, ServiceClock())
    child = VerificationProcess(coordinator.slot_seconds)
    try:
        app = application(coordinator, child.verify)
        with _listen(place) as listener:
            summary = ServeSummary(_address(listener, place), str(folder), str(state))
            if not coordinator.addresses:
                coordinator.addresses = own_addresses(summary.url)
            server = server_of(app, place, coordinator)
            asyncio.run(_until_stopped(server, listener, lambda: ready(summary), child))
    finally:
        coordinator.close()
    logging.getLogger("zkctl.coordinator").info("stopped")


class ServiceClock:
    """The seconds of service: a pause of the whole process does not count.

    The server asks for the time at least each half second; a longer silence is not its clients' fault.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._last, self._served = now, now(), 0.0
        self._lock = threading.Lock()

    def __call__(self) -> float:
        """Return the seconds of service."""
        with self._lock:
            now = self._now()
            self._served += min(now - self._last, _LONGEST_STEP)
            self._last = now
            return self._served


def _listen(place: ListenAddress) -> socket.socket:
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


def _address(listener: socket.socket, place: ListenAddress) -> str:
    host = f"[{place.host}]" if ":" in place.host else place.host
    return f"http://{host}:{listener.getsockname()[1]}/"


def own_addresses(url: str) -> set[str]:
    """Return the spellings of a listener's address; on loopback also localhost."""
    host = urlsplit(url).hostname or ""
    found = {public_address(url)}
    if ip_address(host).is_loopback if _is_ip(host) else host == "localhost":
        port = urlsplit(url).port
        found |= {public_address(f"http://{name}:{port}") for name in LOOPBACK_HOSTS}
    return found


def _is_ip(host: str) -> bool:
    with suppress(ValueError):
        return bool(ip_address(host))
    return False


class _Server(uvicorn.Server):
    """A server that leaves signals to us: it would raise them again after a graceful end."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture nothing."""
        yield


def server_of(app: FastAPI, place: ListenAddress, coordinator: Coordinator) -> uvicorn.Server:
    """Return the server of an application, with our own limits."""
    limits = coordinator.settings.connection_limits
    connections = Connections(
        replace(limits, per_address=0) if place.trust_proxy else limits,
        is_holder=coordinator.is_holder_address,
        is_known=coordinator.is_known_address,
        on_full=coordinator.slots.note_starved,
    )
    config = uvicorn.Config(
        app,
        http=protocol_of(connections),
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=place.trust_proxy,
        ws="none",
        timeout_keep_alive=30,
        timeout_graceful_shutdown=_STOP_SECONDS,
    )
    return _Server(config)


async def _until_stopped(
    server: uvicorn.Server,
    listener: socket.socket,
    ready: Callable[[], None],
    child: VerificationProcess,
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
