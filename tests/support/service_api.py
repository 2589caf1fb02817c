"""The API in this process: the application, a SQLite store and a worker in one event loop, which runs in a thread.

with open_api(folder, demo) as api:
    api.post("/v1/zkp/verify", {...}).json()

It has the same methods as RunningService, and its parts can be changed by a test.
"""

from __future__ import annotations

import asyncio
import io
import json
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import httpx

from zkctl.service.proving.api_keys import ApiKeys
from zkctl.service.proving.app import admin_application, application
from zkctl.service.proving.cache import MemoryCache
from zkctl.service.proving.circuits import Registry
from zkctl.service.proving.database_time import DatabaseTime
from zkctl.service.proving.demo.folder import DEPTH, HOLDER_FILE, SERVICE_FILE
from zkctl.service.proving.demo.holder import DemoCustodian, DemoHolder, DemoRoots
from zkctl.service.proving.lifecycle import Lifecycle, LifecycleState
from zkctl.service.proving.logs import Log
from zkctl.service.proving.metrics import Metrics
from zkctl.service.proving.migrate import migrate
from zkctl.service.proving.prover import CircuitProver
from zkctl.service.proving.recycling import RecycleLimits, Recycling
from zkctl.service.proving.sealed import SealingPrivateKeys
from zkctl.service.proving.sealing_keys import (
    SealingKeys,
    private_key,
    published_keys,
    signing_public_key,
)
from zkctl.service.proving.service import Service
from zkctl.service.proving.settings_sources import load_settings
from zkctl.service.proving.store.open import open_store
from zkctl.service.proving.uses import Uses
from zkctl.service.proving.worker import Reports, Worker

T = TypeVar("T")
CIRCUIT = "membership-v1"
PEPPER, CACHE_KEY, SECRET, SIGNING = (bytes([k]) * 32 for k in (1, 2, 3, 4))
ALL_SCOPES = ("prove", "verify", "registry", "admin")
_DAY_S = 86_400
_QUICK = {  # tests send more than one key may
    "prove_modes": ("inputs", "sealed", "custodial"),
    "response_quantum_ms": 0,
    "generate_per_minute": 1e6,
    "verify_burst": 10**6,
}


@dataclass
class InProcessApi:
    """A running API.  `key` has all scopes, tenant acme."""

    loop: asyncio.AbstractEventLoop
    service: Service
    holder: DemoHolder
    key: str = ""
    log: io.StringIO = field(default_factory=io.StringIO)
    faults: list[Exception] = field(default_factory=list)  # unforeseen exceptions
    client: httpx.AsyncClient | None = None
    admin: httpx.AsyncClient | None = None

    def run(self, awaitable: Awaitable[T], seconds: float = 120) -> T:
        """Run something in the loop of the service and return its result."""

        async def whole() -> T:
            return await awaitable

        return asyncio.run_coroutine_threadsafe(whole(), self.loop).result(seconds)

    @property
    def authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"} if self.key else {}

    async def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send a request from within the loop."""
        assert self.client is not None
        headers = {**self.authorization, **options.pop("headers", {})}
        return await self.client.request(method, path, headers=headers, **options)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self.run(self.ask(method, path, **options))

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        return self.request("POST", path, json=body, **options)

    def post_admin(self, path: str) -> httpx.Response:
        assert self.admin is not None
        return self.run(self.admin.post(path))

    def together(self, requests: list[dict[str, Any]]) -> list[httpx.Response]:
        """Send requests at the same time and return their answers."""

        async def all_of_them() -> list[httpx.Response]:
            return await asyncio.gather(*(self.ask(**each) for each in requests))

        return self.run(all_of_them())

    def new_key(
        self, *scopes: str, tenant: str = "acme", environment: str = "live", **more: Any
    ) -> str:
        keys = ApiKeys(self.service.store.database, PEPPER, environment=environment)
        return self.run(keys.create(tenant, f"did:{tenant}", scopes or ALL_SCOPES, **more)).text

    def inputs(self, *, scope: int = 7, context: int = 9) -> dict[str, Any]:
        """The inputs of the demo's holder."""
        return self.holder.inputs(DEPTH, scope=scope, context=context)

    def body(self, **signals: int) -> dict[str, Any]:
        """A body of generate."""
        return {"pattern": "membership", "inputs": self.inputs(**signals)}

    def prove(self, **signals: int) -> dict[str, Any]:
        """A proof of the service."""
        answer = self.post("/v1/zkp/generate", self.body(**signals))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.getvalue().splitlines()]


@contextmanager
def open_api(
    folder: Path,
    demo: Path,
    *,
    worker: bool = True,
    change: Callable[[Service], Service] = lambda service: service,
    **settings: Any,
) -> Iterator[InProcessApi]:
    """Run the API until the end of the block; `demo` is a folder of circuits, `settings` are changed from the defaults."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    url = f"sqlite:///{folder}/api.db"
    migrate(url)
    chosen = replace(
        load_settings({"circuits": demo}, {"DATABASE_URL": url}),
        **_QUICK | settings,
    )
    log, service_file = io.StringIO(), demo / SERVICE_FILE
    is_demo = (demo / HOLDER_FILE).is_file()
    holder = DemoHolder.read(demo / HOLDER_FILE) if is_demo else DemoHolder.generate()
    registry = Registry.load(chosen, service_file if service_file.is_file() else None)
    names = [each.id for each in registry]
    store = open_store(url)
    service = change(
        Service(
            settings=chosen,
            registry=registry,
            store=store,
            keys=ApiKeys(store.database, PEPPER, refresh_s=0.1),
            cache=MemoryCache(chosen.cache_entries, chosen.cache_ttl_s),
            metrics=Metrics(names),
            log=Log(stream=log),
            uses=Uses(store.database),
            roots=DemoRoots(holder, DEPTH, time.time),
            custodian=DemoCustodian(holder, DEPTH),
            sealing=SealingKeys(
                published_keys(SECRET, SIGNING, time.time()), signing_public_key(SIGNING)
            ),
            lifecycle=Lifecycle(),
            database_time=DatabaseTime(store.database.now, chosen),
            service_file=service_file,
            pepper=PEPPER,
        )
    )
    service.lifecycle.advance(LifecycleState.READY)
    service.log.set_circuits(names)
    api = InProcessApi(loop, service, holder, log=log)
    app = application(service, explain=api.faults.append)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    api.client = httpx.AsyncClient(transport=transport, base_url="http://api", timeout=120)
    admin = httpx.ASGITransport(admin_application(service), raise_app_exceptions=False)
    api.admin = httpx.AsyncClient(transport=admin, base_url="http://127.0.0.1", timeout=120)
    api.key = api.new_key()
    working = _worker(service) if worker else None
    running = asyncio.run_coroutine_threadsafe(working.run(), loop) if working else None
    try:
        yield api
    finally:
        if working is not None and running is not None:
            loop.call_soon_threadsafe(working.stopping.set)
            running.result(60)
        api.run(store.close())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


def _worker(service: Service) -> Worker:
    """A worker whose keys open everything that is sealed today."""
    provers = {
        each.id: CircuitProver.open(each, table_bytes=0)
        for each in service.registry
        if each.can_prove
    }
    keys = [private_key(SECRET, int(time.time() // _DAY_S) + k) for k in (0, 1)]
    settings = replace(service.settings, poll_s=0.05)
    return Worker(
        *("w1", settings, service.store, provers, SealingPrivateKeys(keys)),
        *(service.metrics, service.log, Recycling(RecycleLimits(10**6, 0, 1e9)), Reports()),
    )
