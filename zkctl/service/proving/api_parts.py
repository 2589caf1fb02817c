"""The parts of one API process, opened in order, and the tasks that it repeats."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from zkctl.errors import ZkctlError
from zkctl.runtime.collection import keep_present_objects
from zkctl.service.proving.admission import Admission
from zkctl.service.proving.api_keys import ApiKeys
from zkctl.service.proving.audit import Audit, AuditTail
from zkctl.service.proving.cache import open_cache
from zkctl.service.proving.canary import Canary
from zkctl.service.proving.child import ChildStart, log_of
from zkctl.service.proving.circuits import CircuitState, Registry
from zkctl.service.proving.control import Channel, Message
from zkctl.service.proving.data.custodian import AddressCustodian, CustodyUses
from zkctl.service.proving.data.keys_at_rest import open_sealer, trees_folder
from zkctl.service.proving.data.replicas import MEASURE_S, Replicas
from zkctl.service.proving.data.root_lookup import Roots
from zkctl.service.proving.data.tree_files import TreeFiles
from zkctl.service.proving.database_time import DatabaseTime
from zkctl.service.proving.demo.folder import DEPTH, HOLDER_FILE
from zkctl.service.proving.demo.holder import DemoCustodian, DemoHolder, DemoRoots
from zkctl.service.proving.flag_table import FlagWatch
from zkctl.service.proving.jobs import Reaped
from zkctl.service.proving.lifecycle import Lifecycle, LifecycleState
from zkctl.service.proving.logs import Log
from zkctl.service.proving.metrics import Metrics
from zkctl.service.proving.open_tracing import open_tracing
from zkctl.service.proving.parent_link import ParentLink
from zkctl.service.proving.part_states import PartStates
from zkctl.service.proving.sealing_keys import SealingKeys, parse_sealing_key
from zkctl.service.proving.service import PROVER, Service
from zkctl.service.proving.settings import ServiceSettings
from zkctl.service.proving.store.capacity import api_connections
from zkctl.service.proving.store.database import Database
from zkctl.service.proving.store.open import open_database, pool_limits, retention, store_of
from zkctl.service.proving.uses import Uses
from zkctl.service.proving.warm_up import warm_up

GAUGES_S = 1.0
_MAX_LAG_S = 86_400.0  # shown for a replica that does not answer
FLAG_FILE = "flag.json"  # the last flag, for a start without a database


@dataclass(frozen=True)
class AddressParts:
    """The tables and trees that roots and custodian read."""

    database: Database
    replicas: Replicas
    trees: TreeFiles
    log: Log


@dataclass
class ApiParts:
    """The service of this process, with the changes that the parent orders."""

    service: Service

    def __post_init__(self) -> None:
        """Begin without a broken circuit."""
        self._broken: set[str] = set()

    def take_sealing(self, message: Message) -> None:
        """Take the sealing keys of a new day."""
        self.service.sealing.replace(
            [parse_sealing_key(each) for each in message["published_keys"]]
        )

    def note_fault(self, problem: ZkctlError) -> None:
        """Note an error of a repeated task by its class."""
        self.service.log.event("request_failed", level="error", reason=type(problem).__name__)

    def repeated(self) -> list[Coroutine[Any, Any, None]]:
        """Return the tasks that run beside the requests."""
        service = self.service
        tasks = [self._reap(), self._gauge(), service.flags.run(), Canary(service).run()]
        if isinstance(service.roots, Roots):
            tasks += [service.roots.run(), self._replicas()]
        return tasks

    async def load(self) -> None:
        """Load the circuits in the background; probes see the state `loading` until then."""
        await self.reload()
        self.service.lifecycle.advance(LifecycleState.READY)
        await warm_up(self.service)
        keep_present_objects()

    async def _replicas(self) -> None:
        """Measure the replicas each second."""
        replicas: Replicas = self.service.replicas
        while replicas.lags():
            await replicas.measure()
            self.service.metrics.set_replica_lag(min(max(replicas.lags()), _MAX_LAG_S))
            await asyncio.sleep(MEASURE_S)

    async def reload(self) -> None:
        """Load the circuits again; on an error the old ones stay."""
        try:
            await self._load()
        except ZkctlError as problem:
            self.note_fault(problem)

    def take_broken(self, names: Iterable[str]) -> None:
        """Refuse requests for circuits that failed a worker's self-test, until a worker opens them."""
        self._broken = set(names)
        for name in self._broken:
            circuit = self.service.registry.get(name)
            if circuit is not None and circuit.state is not CircuitState.UNAVAILABLE:
                self.service.registry.mark_unavailable(name, "the keys failed the self-test")

    async def _load(self) -> None:
        service = self.service
        await asyncio.to_thread(service.registry.reload, service.settings, service.service_file)
        names = [circuit.id for circuit in service.registry]
        service.metrics.set_circuits(names)
        service.log.set_circuits(names)
        self.take_broken(self._broken)
        for circuit in service.registry:
            if circuit.state is CircuitState.UNAVAILABLE:
                service.log.event("circuit_unavailable", level="error", circuit_id=circuit.id)
            else:
                service.log.event("circuit_loaded", circuit_id=circuit.id)

    async def _reap(self) -> None:
        """Make exhausted and overdue jobs terminal, and log new rows of the audit log, again and again."""
        service, audit = self.service, AuditTail(self.service.store.database)
        while True:
            try:
                for event in await audit.events():
                    service.log.event(event)
                await asyncio.sleep(service.settings.reap_s)
                reaped = await service.store.reap(retention(service.settings))
            except ZkctlError:
                await asyncio.sleep(service.settings.reap_s)  # the gauge reports the database
                continue
            log_reaped(service.log, reaped)

    async def _gauge(self) -> None:
        """Look at queue and database each second."""
        service, was_up = self.service, True
        while True:
            try:
                counts = await service.store.counts()
                service.metrics.set_queue(counts.queued, counts.oldest_s)
                is_up = True
            except ZkctlError:
                is_up = False
            service.metrics.set_database(is_up)
            if is_up != was_up:
                event = "database_restored" if is_up else "database_lost"
                service.log.event(event, level="info" if is_up else "error")
            was_up = is_up
            await asyncio.sleep(GAUGES_S)


@asynccontextmanager
async def open_parts(start: ChildStart, channel: Channel) -> AsyncIterator[ApiParts]:
    """Open the parts of an API process and close them at the end of the block."""
    settings, secrets, metrics, log = start.settings, start.secrets, Metrics(), log_of(start)
    store = store_of(settings, api_connections(settings), start.time_offset)
    database = store.database
    cache = open_cache(settings, secrets.cache_key, metrics=metrics, log=log)
    replicas, trees = _replicas(settings, database), TreeFiles(trees_folder(settings))
    parts = AddressParts(database, replicas, trees, log)
    tracing = open_tracing(settings, start.fields["service"], log)
    registry, parent, lifecycle = Registry(is_loaded=False), ParentLink(channel), Lifecycle()
    database_time = DatabaseTime(database.now, settings)
    is_prover = start.fields["service"] == PROVER
    states = PartStates(registry, store, lifecycle, database_time, parent if is_prover else None)
    service = Service(
        settings=settings,
        registry=registry,
        store=store,
        keys=ApiKeys(
            database,
            secrets.pepper,
            environment=settings.environment,
            refresh_s=settings.key_refresh_s,
        ),
        cache=cache,
        metrics=metrics,
        log=log,
        flags=_flags(settings, database, metrics),
        uses=Uses(database),
        audit=Audit(database, secrets.pepper),
        sealing=SealingKeys(
            [parse_sealing_key(each) for each in start.fields["published_keys"]],
            start.fields["signed_by"],
        ),
        admission=Admission.within(settings.max_wait_ms / 1000),
        tracing=tracing,
        lifecycle=lifecycle,
        parent=parent,
        database_time=database_time,
        parts=states.parts,
        service_file=start.service_file,
        pepper=secrets.pepper,
        name=start.fields["service"],
        replicas=replicas,
        trees=trees,
        **(_demo_parts(settings) if settings.demo else _address_parts(start, parts)),
    )
    try:
        yield ApiParts(service)
    finally:
        await tracing.close()
        with suppress(ZkctlError):
            await replicas.close()
        with suppress(ZkctlError):
            await cache.close()
        with suppress(ZkctlError):
            await store.close()


def _flags(settings: ServiceSettings, database: Database, metrics: Metrics) -> FlagWatch:
    return FlagWatch(
        database,
        settings.state_dir / FLAG_FILE,
        time.time,
        on_change=lambda flag: metrics.set_rollout(
            float(flag.percentage()) if flag.zkp_enabled else 0.0
        ),
    )


def _replicas(settings: ServiceSettings, database: Database) -> Replicas:
    urls = settings.database_read_urls
    opened = [
        open_database(url, limits=pool_limits(settings, api_connections(settings))) for url in urls
    ]
    return Replicas(database, opened, max_lag_s=settings.max_replica_lag_s)


def _address_parts(start: ChildStart, parts: AddressParts) -> dict[str, Any]:
    """Return the roots, and the custodian if the provider keeps records of holders."""
    settings = start.settings
    roots = Roots(
        parts.database,
        replicas=parts.replicas,
        history=settings.root_history,
        grace_s=settings.roots_grace_s,
    )
    if "custodial" not in settings.accepted_modes:
        return {"roots": roots}
    pepper = start.secrets.pepper
    sealer = open_sealer(settings, pepper, os.environ)
    uses = CustodyUses(Audit(parts.database, pepper), parts.log)
    custodian = AddressCustodian(parts.database, sealer, roots, parts.trees, uses)
    return {"roots": roots, "custodian": custodian}


def _demo_parts(settings: ServiceSettings) -> dict[str, Any]:
    """Return the roots and the custodian of the demo."""
    holder = DemoHolder.read(settings.circuits / HOLDER_FILE)
    return {"roots": DemoRoots(holder, DEPTH, time.time), "custodian": DemoCustodian(holder, DEPTH)}


def log_reaped(log: Log, reaped: Reaped) -> None:
    """Write a line for each job that the reaper ended."""
    ended = (
        ("job_expired", None, reaped.expired),
        ("proof_generation_failed", "worker-crashed", reaped.crashed),
        ("proof_generation_failed", "circuit-unavailable", reaped.unserved),
    )
    for event, code, jobs in ended:
        for job in jobs:
            log.event(
                event,
                level="warning",
                circuit_id=job.circuit_id,
                request_id=job.request_id,
                code=code,
            )
