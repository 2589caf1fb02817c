"""The HTTP servers of an API process, on sockets that its parent bound."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import uvicorn

if TYPE_CHECKING:
    import socket

    from fastapi import FastAPI

    from zkctl.service.proving.settings import ServiceSettings

LONGEST_REQUEST_S = 20  # after the end of accepting


class _Server(uvicorn.Server):
    """A server that leaves signals to the parent process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture nothing."""
        yield


@dataclass
class HttpListener:
    """One application on one socket; `protocol` is the uvicorn protocol class."""

    app: FastAPI
    listener: socket.socket
    protocol: type[Any]
    settings: ServiceSettings
    tls: ssl.SSLContext | None = None

    def __post_init__(self) -> None:
        """Configure the server."""
        config = uvicorn.Config(
            self.app,
            http=self.protocol,
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            proxy_headers=False,  # the peer decides whether X-Client-Cert headers count
            ws="none",
            timeout_keep_alive=int(self.settings.keep_alive_s),
            timeout_graceful_shutdown=LONGEST_REQUEST_S,
            ssl_context_factory=None if self.tls is None else self._context,
        )
        self._server = _Server(config)

    def _context(self, _config: uvicorn.Config, _default: Any) -> ssl.SSLContext:
        assert self.tls is not None
        return self.tls

    async def serve(self) -> None:
        """Serve until `stop`, then until open requests have ended."""
        await self._server.serve([self.listener])

    async def started(self) -> None:
        """Wait until requests are accepted."""
        while not self._server.started:
            await asyncio.sleep(0.005)

    def stop(self) -> None:
        """Accept no more connections."""
        self._server.should_exit = True
