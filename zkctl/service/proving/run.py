"""Serve until a signal asks to stop: the parent process from its first check to its end."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from zkctl.errors import EnvironmentProblem
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record
from zkctl.service.proving.control import Message
from zkctl.service.proving.first_key import first_key
from zkctl.service.proving.logs import Log, UserIds
from zkctl.service.proving.loop_errors import log_loop_errors
from zkctl.service.proving.metrics import Metrics
from zkctl.service.proving.preparation import PreparedStart, prepare
from zkctl.service.proving.process_limits import protect_memory
from zkctl.service.proving.sealing_keys import (
    DAY_S,
    private_keys,
    published_keys,
    signing_public_key,
)
from zkctl.service.proving.secret_files import load_secret, load_secrets
from zkctl.service.proving.service import PROVER, VERIFIER
from zkctl.service.proving.settings import ServiceSettings, host_and_port
from zkctl.service.proving.store.database import StoreUnavailable
from zkctl.service.proving.store.steady_time import offset_now
from zkctl.service.proving.supervisor import API, WORKER, Child, Supervision, Supervisor

STOP_S = 29.0  # a container is given 40 s, a service 30 s
_SEALING_REFRESH_S = 600.0


class ServeRole(StrEnum):
    """The processes of this machine: verification only, or proving as well."""

    VERIFIER = "verifier"
    PROVER = "prover"
    ALL = "all"


@record
class ServeOptions:
    """The options of `zkctl serve`: settings by their names, and the file of settings."""

    role: ServeRole
    options: Mapping[str, Any]
    service_file: Path | None


@record
class ServiceSummary:
    """The addresses of a running service, and the key that its first start made, shown once."""

    url: str
    admin_url: str
    api_key: str
    demo: bool


def serve(
    request: ServeOptions,
    ready: Callable[[ServiceSummary], None],
    note: Callable[[str], None] = lambda _text: None,
) -> int:
    """Serve until SIGTERM or SIGINT and return the exit code; `ready` receives the addresses once requests are accepted.

    Raises: UsageError for settings; EnvironmentProblem if an address is taken, another service uses the database, migrations or
    secrets are missing.
    """
    protect_memory()
    with ExitStack() as stack:
        prepared = prepare(request.options, request.service_file, stack, note)
        settings = prepared.settings
        listeners = [stack.enter_context(_listen(each)) for each in _places(settings)]
        parent = _Parent(request.role, prepared, listeners)

        def report(api_key: str) -> None:
            url = _url("http" if settings.tls_cert is None else "https", listeners[0])
            ready(ServiceSummary(url, _url("http", listeners[1]), api_key, settings.demo))

        return asyncio.run(parent.run(report))


@dataclass
class _Parent:
    role: ServeRole
    prepared: PreparedStart
    listeners: list[socket.socket]

    def __post_init__(self) -> None:
        self.settings = self.prepared.settings
        self.secrets = load_secrets(self.settings)
        is_verifier = self.role is ServeRole.VERIFIER
        self.service = VERIFIER if is_verifier else PROVER
        n_workers = 0 if is_verifier else self.settings.workers
        self.sealing = b"" if is_verifier else load_secret(self.settings, "sealing_secret_file")
        self.log = Log(
            self.service,
            user_ids=UserIds(self.settings.user_ids),
            pepper=self.secrets.pepper,
            least=self.settings.log_level,
        )
        supervision = Supervision(
            start_of=self.start_of,
            listeners=tuple(each.fileno() for each in self.listeners),
            workers=n_workers,
            proof_timeout_s=self.settings.proof_timeout_s,
            on_message=self.on_message,
            on_change=self.announce,
        )
        self.supervisor = Supervisor(supervision, Metrics(), self.log)
        self.time_offset = offset_now()
        self.n_signals = 0
        self.tasks: set[asyncio.Task[None]] = set()

    async def run(self, ready: Callable[[str], None]) -> int:
        """Run the children; the first signal stops them in order, a second one at once."""
        self.ready: Callable[[str], None] | None = ready
        log_loop_errors(self.log)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.on_signal, number)
        loop.add_signal_handler(signal.SIGHUP, self.supervisor.send, "reload")
        refreshing = asyncio.create_task(self.refresh_sealing())
        try:
            await self.supervisor.run()
        finally:
            refreshing.cancel()
        self.log.event("stopped")
        if self.supervisor.cannot_start:
            raise EnvironmentProblem("the API process cannot start", hint="see its error above")
        return 0 if self.n_signals < 2 else 1

    def start_of(self, child: Child) -> Message:
        """Return the start message of a child: a worker gets private sealing keys, the API process the published ones."""
        file = self.prepared.service_file
        common: Message = {
            "worker_id": child.worker_id,
            "options": {name: _plain(value) for name, value in self.prepared.options.items()},
            "service_file": str(file) if file else "",
            "service": self.service,
            "time_offset": self.time_offset,
        }
        return {**common, **self.sealing_of(child.role)}

    def sealing_of(self, role: str) -> Message:
        """Return the sealing keys as a role may have them."""
        if not self.sealing:
            return {"private_keys": [], "published_keys": [], "signed_by": ""}
        now = time.time()
        if role == WORKER:
            kept = self.settings.job_deadline_s + DAY_S
            keys = private_keys(self.sealing, now, kept_s=kept)
            return {"private_keys": [each.hex() for each in keys]}
        signing = self.secrets.signing_key
        published = published_keys(self.sealing, signing, now)
        return {
            "published_keys": [each.document() for each in published],
            "signed_by": signing_public_key(signing),
        }

    async def refresh_sealing(self) -> None:
        """Send the sealing keys again and again: they change each day."""
        while self.sealing:
            await asyncio.sleep(_SEALING_REFRESH_S)
            for role in (API, WORKER):
                self.supervisor.send("sealing", role=role, **self.sealing_of(role))

    def announce(self) -> None:
        """Report the address once the API and a worker are ready, or the worker cannot start."""
        supervisor = self.supervisor
        workers = supervisor.workers
        is_waiting = workers and not any(each.is_ready or each.pause_s for each in workers)
        if self.ready is not None and supervisor.api.is_ready and not is_waiting:
            ready, self.ready = self.ready, None
            task = asyncio.create_task(self.report(ready))
            self.tasks.add(task)

    async def report(self, ready: Callable[[str], None]) -> None:
        """Make the first key of a service on loopback and report it with the address: no start that failed has used it up."""
        api_key = ""
        if self.settings.is_loopback and not self.settings.no_auth:
            with suppress(StoreUnavailable):  # the next start makes it
                api_key = await first_key(self.settings, self.secrets.pepper)
        self.log.event("started")
        ready(api_key)

    def on_message(self, _child: Child, message: Message) -> None:
        """Take a message of the API process."""
        if message["name"] == "reload":
            self.supervisor.send("reload", role=WORKER)

    def on_signal(self, number: int) -> None:
        """Stop in order at the first signal, at once at the second."""
        self.n_signals += 1
        if self.n_signals == 1:
            self.supervisor.stopping.set()
            self.log.event("stopping")
            # a person at a terminal does not wait until a balancer has noticed
            delay = 0.0 if number == signal.SIGINT else self.settings.drain_delay_s
            task = asyncio.create_task(self.stop(delay))
            self.tasks.add(task)
        else:
            self.supervisor.kill()

    async def stop(self, delay: float) -> None:
        """Not ready at once; after `delay` no more connections; the running proofs may end; at last all processes must."""
        self.supervisor.send("drain", role=API)
        self.supervisor.send("stop", role=WORKER, grace_s=self.settings.grace_s)
        await asyncio.sleep(delay)
        self.supervisor.send("stop", role=API)
        await asyncio.sleep(max(STOP_S - delay, 0.0))
        self.supervisor.kill()


def _plain(value: Any) -> Any:
    """Return an option as JSON can hold it."""
    if isinstance(value, Path):
        return str(value)
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def _places(settings: ServiceSettings) -> list[tuple[str, int]]:
    return [host_and_port(settings.listen), host_and_port(settings.admin_listen)]


def _listen(place: tuple[str, int]) -> socket.socket:
    host, port = place
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except (OSError, OverflowError) as problem:
        number = getattr(
            problem, "errno", None
        )  # the text of create_server has the address as Python writes it
        reason = (os.strerror(number) if number else str(problem)).lower()
        raise EnvironmentProblem(
            f"cannot listen: {reason}",
            where=f"{printable(host)} port {port}",
            hint="stop the other program, or choose another address with `listen_address`",
        ) from None


def _url(scheme: str, listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"
