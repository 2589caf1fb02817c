"""`zkctl bench --service`: send a load to a running service in an open loop.

Each request has an intended time, and its latency counts from there, whether or not earlier requests are answered: a service that
stops for a second delays all that should have arrived in it.  A closed loop would send less meanwhile and report one slow request.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from zkctl import __version__
from zkctl.errors import NetworkError
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.standard_streams import name_of
from zkctl.storage.atomic import atomic_outputs, check_destinations
from zkctl.toolchain.bench.run import machine
from zkctl.toolchain.bench.service.chart import load_chart
from zkctl.toolchain.bench.service.connections import LoadConnections
from zkctl.toolchain.bench.service.outcomes import (
    LoadSummary,
    RequestOutcome,
    figures,
    objective_results,
    percentile,
)
from zkctl.toolchain.bench.service.plan import Arrival, LoadKind, LoadPlan, arrivals, check_plan
from zkctl.toolchain.bench.service.proof_variants import verify_bodies
from zkctl.toolchain.bench.service.requests import Requests
from zkctl.toolchain.http_source import Client, parse_address

LOAD_SCHEMA = "zkctl-load/1"
LATE_MS = 25.0  # p99 of this program's own delay from which a warning is due
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def bench_service(
    plan: LoadPlan,
    *,
    key: str = "",
    save: Path | None = None,
    svg: Path | None = None,
    force: bool = False,
    progress: Progress = silent,
) -> LoadSummary:
    """Send the load of a plan with an API key; write the figures as JSON and as a chart.

    Raises: UsageError for an impossible plan or address; NetworkError if the service does not answer at the start; CheckFailed
    if it makes no proof to verify; EnvironmentProblem if an output exists.
    """
    check_plan(plan)
    allowed = (*_LOOPBACK, *([_host(plan.url)] if plan.allow_http else []))
    address = parse_address(
        plan.url, Client(plain_hosts=allowed), hint="pass `allow_http` if you trust the network"
    )
    outputs = [path for path in (save, svg) if path is not None]
    check_destinations(outputs, force=force, inputs=[], stdout=True)
    started = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    since = time.monotonic()
    connections = LoadConnections(address)
    outcomes = asyncio.run(_send_all(plan, Requests(connections, key, plan.request), progress))
    summary = _summary(plan, outcomes, started, time.monotonic() - since)
    summary.files.extend(name_of(path) for path in outputs)
    texts = [
        make(summary) for path, make in ((save, saved_load), (svg, load_chart)) if path is not None
    ]
    with atomic_outputs(outputs, force=force, inputs=[], stdout=True) as files:
        for file, text in zip(files, texts, strict=True):
            file.write(text.encode())
    return summary


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # parse_address says so
        return ""


async def _send_all(plan: LoadPlan, requests: Requests, progress: Progress) -> list[RequestOutcome]:
    """Send every request at its time, wait for all answers."""
    try:
        await _prepare(plan, requests, progress)
        outcomes: list[RequestOutcome] = []
        begin = time.perf_counter()

        async def send(arrival: Arrival, late: float) -> None:
            found = await requests.send(arrival)
            latency = time.perf_counter() - begin - arrival.at
            outcomes.append(
                RequestOutcome(arrival.kind, arrival.at, latency, late, found.verdict, found.cause)
            )

        shown = 0
        async with _no_collection(), asyncio.TaskGroup() as group:
            for arrival in arrivals(plan):
                pause = begin + arrival.at - time.perf_counter()
                await asyncio.sleep(max(0.0, pause))
                late = max(0.0, time.perf_counter() - begin - arrival.at)
                group.create_task(send(arrival, late))
                if int(arrival.at) > shown:
                    shown = int(arrival.at)
                    progress("sending requests", arrival.at / plan.seconds)
        return outcomes
    finally:
        requests.connections.close()


async def _prepare(plan: LoadPlan, requests: Requests, progress: Progress) -> None:
    """Ask for the service's health; make the proofs to verify."""
    progress("asking the service", None)
    found = await requests.send(Arrival(0.0, LoadKind.HEALTH, 0))
    if not found.cause[:1].isdecimal():
        raise NetworkError(
            f"the service does not answer: {found.cause}", hint="check the address and the service"
        )
    if LoadKind.VERIFY in plan.rates:
        progress("making the proofs to verify", None)
        bundle = plan.bundle or await requests.first_proof()
        requests.verify_bodies = verify_bodies(bundle, plan.n_requests(LoadKind.VERIFY))


@asynccontextmanager
async def _no_collection() -> AsyncIterator[None]:
    """Keep the garbage collector away: its pauses would count as latency of the service."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _summary(
    plan: LoadPlan, outcomes: Sequence[RequestOutcome], started: str, seconds: float
) -> LoadSummary:
    kinds = figures(plan, outcomes)
    late = percentile(sorted(1000 * one.late for one in outcomes), 0.99) or 0.0
    return LoadSummary(
        schema=LOAD_SCHEMA,
        zkctl=__version__,
        machine=machine(),
        url=plan.url,
        started=started,
        seconds=plan.seconds,
        wall_seconds=round(seconds, 3),
        late_p99=round(late, 3),
        kinds=kinds,
        objectives=objective_results(plan.objectives, kinds),
        warnings=_warnings(late),
    )


def _warnings(late_ms: float) -> list[str]:
    if late_ms <= LATE_MS:
        return []
    load = f" (load {os.getloadavg()[0]:.1f})" if hasattr(os, "getloadavg") else ""
    return [
        f"this program sent its requests up to {late_ms:.0f} ms late{load}: the latencies include its delay; send the load"
        " from another machine, or less of it"
    ]


def saved_load(summary: LoadSummary) -> str:
    """Return the figures as JSON."""
    facts = asdict(summary)
    del facts["files"]
    return json.dumps({**facts, "all_met": summary.all_met}, indent=1) + "\n"
