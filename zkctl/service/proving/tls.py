"""TLS of the listener: version 1.3 only, client certificates where a CA is set, certificates re-read when the files change."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from pathlib import Path

from zkctl.errors import EnvironmentProblem, UsageError
from zkctl.runtime.printable import printable
from zkctl.service.proving.settings import ServiceSettings

LOOK_S = 5.0  # between two looks at the files


class TlsListener:
    """The context of a listener, and the files that it was made of."""

    def __init__(self, cert: Path, key: Path, client_ca: Path | None) -> None:
        """Load the files.  Raises: EnvironmentProblem."""
        self._cert, self._key, self._client_ca = cert, key, client_ca
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_3
        self.context.num_tickets = 0  # a client shows its certificate at every connection
        if client_ca is not None:
            self.context.verify_mode = ssl.CERT_REQUIRED
        self._load()
        self._seen = self._times()

    @classmethod
    def of(cls, settings: ServiceSettings) -> TlsListener | None:
        """Return the listener of the settings, None without a certificate.  Raises: UsageError, EnvironmentProblem."""
        cert, key, ca = settings.tls_cert, settings.tls_key, settings.tls_client_ca
        if cert is None and key is None and ca is None:
            return None
        if cert is None or key is None:
            raise UsageError(
                "TLS needs a certificate and its key: expected tls_cert and tls_key, got one of them",
                hint="set ZKCTL_TLS_CERT and ZKCTL_TLS_KEY",
            )
        return cls(cert, key, ca)

    def reload(self) -> bool:
        """Load the files again if they changed; return whether they did.  Raises: EnvironmentProblem, and the old ones stay."""
        found = self._times()
        if found == self._seen:
            return False
        self._load()
        self._seen = found
        return True

    async def watch(self, on_fault: Callable[[EnvironmentProblem], None]) -> None:
        """Reload whenever the files change, for ever; open connections keep theirs."""
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                self.reload()
            except EnvironmentProblem as problem:  # half written, or wrong: the old ones serve
                on_fault(problem)

    def _load(self) -> None:
        try:
            trial = ssl.SSLContext(
                ssl.PROTOCOL_TLS_SERVER
            )  # a failed load leaves a context without a pair
            for context in (trial, self.context):
                context.load_cert_chain(self._cert, self._key)
                if self._client_ca is not None:
                    context.load_verify_locations(self._client_ca)
        except (OSError, ssl.SSLError) as problem:
            raise EnvironmentProblem(
                f"the certificate cannot be loaded: {printable(str(problem), 200)}",
                where=printable(self._cert),
                hint="check that certificate and key are PEM files of one pair",
            ) from None

    def _times(self) -> list[tuple[int, int]]:
        paths = filter(None, (self._cert, self._key, self._client_ca))
        found = []
        for path in paths:
            try:
                status = path.stat()
                found.append((status.st_mtime_ns, status.st_ino))
            except OSError:
                found.append((0, 0))
        return found
