"""A coordinator on a real socket of this machine, and a line to it that breaks when it is told to."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.service.harness import Harness
from zkctl.service.coordinator.app import application
from zkctl.service.coordinator.run import ListenAddress, server_of

_SERVED: dict[str, Harness] = {}  # by address: a line to it is one more address of it


@contextmanager
def serving(harness: Harness) -> Iterator[str]:
    """The address of a running server; verification happens in this process."""
    app = application(harness.coordinator, harness.verify_now)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = server_of(app, ListenAddress("127.0.0.1", 0), harness.coordinator)
        work = threading.Thread(target=lambda: asyncio.run(server.serve([listener])), daemon=True)
        work.start()
        while not server.started:
            assert work.is_alive()
            threading.Event().wait(0.01)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        harness.coordinator.addresses.add(url)
        _SERVED[url] = harness
        yield url
        server.should_exit = True
        work.join(30)


@dataclass
class Line:
    """Passes bytes on; each connection breaks after so many bytes to or from the server."""

    port: int
    cuts: list[tuple[int, int]] = field(default_factory=list)  # of the next connections
    n_cut: int = 0
    url: str = ""

    def limits(self) -> tuple[int, int]:
        return self.cuts.pop(0) if self.cuts else (1 << 40, 1 << 40)

    def serve(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client: socket.socket) -> None:
        up, down = self.limits()
        with client, socket.create_connection(("127.0.0.1", self.port)) as server:
            back = threading.Thread(target=self._pass, args=(server, client, down), daemon=True)
            back.start()
            self._pass(client, server, up)
            back.join(10)

    def _pass(self, source: socket.socket, target: socket.socket, limit: int) -> None:
        with suppress(OSError):
            while data := source.recv(min(65536, limit)):
                target.sendall(data)
                limit -= len(data)
                if limit <= 0:
                    self.n_cut += 1
                    break
        for end in (source, target):  # whatever ended it: nobody waits for the other side
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def line_to(url: str) -> Iterator[Line]:
    """A breakable line to a server."""
    line = Line(int(url.rstrip("/").rpartition(":")[2]))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        line.url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        if url in _SERVED:
            _SERVED[url].coordinator.addresses.add(line.url)
        threading.Thread(target=line.serve, args=(listener,), daemon=True).start()
        yield line
        listener.shutdown(socket.SHUT_RDWR)
