"""The parts of a running service that routes see."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zkctl.service.proving.admission import Admission
from zkctl.service.proving.lifecycle import Lifecycle
from zkctl.service.proving.settings import ServiceSettings
from zkctl.service.proving.tracing import Tracing

if TYPE_CHECKING:
    from zkctl.service.proving.api_keys import ApiKeys
    from zkctl.service.proving.cache import VerdictCache
    from zkctl.service.proving.circuits import Registry
    from zkctl.service.proving.custody import Custodian
    from zkctl.service.proving.database_time import DatabaseTime
    from zkctl.service.proving.health import Parts
    from zkctl.service.proving.logs import Log
    from zkctl.service.proving.metrics import Metrics
    from zkctl.service.proving.store.queue import JobQueue

PROVER, VERIFIER = "zkp-prover", "zkp-verifier"


@dataclass(frozen=True)
class Service:
    """One API process.  The fields are the interfaces of the other modules; a part that is not there is None.

    `store` is the JobStore; `keys`, `uses`, `audit`, `roots`, `addresses` and `revocations` are the tables
    by their modules; `pepper` is the key of digests of requests.
    """

    settings: ServiceSettings
    registry: Registry
    store: JobQueue
    keys: ApiKeys
    cache: VerdictCache
    metrics: Metrics
    log: Log
    flags: Any = None
    uses: Any = None  # records uses of nullifiers and challenges
    audit: Any = None
    roots: Any = None  # Roots
    trees: Any = None  # TreeFiles
    replicas: Any = None  # Replicas
    addresses: Any = None
    revocations: Any = None
    sealing: Any = None  # SealingKeys
    custodian: Custodian | None = None  # turns a PID into inputs
    admission: Admission = field(default_factory=lambda: Admission.within(1.0))
    tracing: Tracing = field(default_factory=Tracing)
    lifecycle: Lifecycle = field(default_factory=Lifecycle)
    parent: Any = None  # ParentLink: merged metrics, the states of the workers
    database_time: DatabaseTime | None = None
    parts: Callable[[], Awaitable[Parts]] | None = None  # the states of /health
    service_file: Path | None = None
    pepper: bytes = b""
    name: str = PROVER  # as in the log
    clock: Callable[[], float] = time.time

    async def now(self) -> float:
        """Return the database's time in seconds since 1970.  Raises: Problem clock, database-unavailable."""
        return self.clock() if self.database_time is None else await self.database_time.now()

    @property
    def can_prove(self) -> bool:
        """True if this service takes jobs."""
        return self.name == PROVER
