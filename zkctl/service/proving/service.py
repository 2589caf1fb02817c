"""The parts of a running service that routes see."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zkctl.service.proving.settings import ServiceSettings

if TYPE_CHECKING:
    from zkctl.service.proving.circuits import Registry

PROVER, VERIFIER = "zkp-prover", "zkp-verifier"


@dataclass(frozen=True)
class Service:
    """One API process.  The fields are the interfaces of the other modules; a part that is not there is None.

    `store` is the JobStore; `keys`, `nullifiers`, `challenges`, `audit`, `roots`, `addresses` and `revocations` are the tables
    by their modules; `pepper` is the key of digests of requests.
    """

    settings: ServiceSettings
    registry: Registry
    store: Any
    keys: Any
    cache: Any
    metrics: Any
    log: Any
    flags: Any = None
    nullifiers: Any = None
    challenges: Any = None
    audit: Any = None
    roots: Any = None
    addresses: Any = None
    revocations: Any = None
    sealing: Any = None  # seals inputs to a worker's key before a row is written
    pepper: bytes = b""
    name: str = PROVER  # as in the log
    clock: Callable[[], float] = time.time
    state: dict[str, Any] = field(default_factory=dict)  # what one process remembers: "draining"

    @property
    def can_prove(self) -> bool:
        """True if this service takes jobs."""
        return self.name == PROVER
