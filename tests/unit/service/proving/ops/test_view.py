"""The view of a service that has worked."""

from __future__ import annotations

import time

import pytest

from tests.support.ops_sample import sample_service
from zkctl.service.proving.ops.samples import OpsHistory, read_exposition
from zkctl.service.proving.ops.view import OpsView, ops_view
from zkctl.service.proving.service import Service

pytestmark = pytest.mark.anyio
HEALTH = {"status": "healthy", "circuits": "loaded", "database": "connected"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def view_of(service: Service, history: OpsHistory, at: float) -> OpsView:
    history.add(at, read_exposition(await service.parent.metrics_text()))
    return ops_view(service, history, HEALTH)


async def test_everything_is_there() -> None:
    service, history = sample_service(None), OpsHistory()
    view = await view_of(service, history, 0.0)
    assert (view.service, view.queue, view.oldest_seconds) == ("zkp-prover", [7.0], 12.0)
    assert [one.n for one in view.latencies] == [40, 40, 41]
    assert all(one.p95 is not None and one.p50 is not None for one in view.latencies)
    (first, second) = view.circuits
    assert (first.n_queued, first.load_seconds, first.canary) == (7, 0.4, True)
    assert (second.n_queued, second.load_seconds, second.canary) == (0, None, None)
    assert [(one.name, one.state, one.memory_mib) for one in view.processes] == [
        ("parent", "", 40.0),
        ("worker-0", "proving", 300.0),
        ("worker-1", "starting", None),
    ]
    assert [one.pid for one in view.processes] == [4700, 4711, 4712]
    assert (view.database_up, view.cache_up) == (True, False)
    assert {(one.where, one.code, one.n) for one in view.errors} == {
        ("generate", "unsatisfied", 1),
        ("verify", "root", 1),
        ("POST /v1/zkp/verify", "422", 1),
    }
    assert all(one.seconds_ago is None for one in view.errors)


async def test_ages_grow_without_a_message_of_the_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    service, history = sample_service(None), OpsHistory()
    before = [one.age_seconds or 0.0 for one in (await view_of(service, history, 0.0)).processes]
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 3600)
    after = [one.age_seconds or 0.0 for one in ops_view(service, history, HEALTH).processes]
    assert len(before) == len(after) == 3
    assert all(new - old >= 3600 for old, new in zip(before, after, strict=True))


async def test_new_failures_come_first() -> None:
    service, history = sample_service(None), OpsHistory()
    await view_of(service, history, 0.0)
    service.metrics.proof_failed("membership-v1", "crashed")
    view = await view_of(service, history, 10.0)
    assert (view.errors[0].code, view.errors[0].seconds_ago) == ("crashed", 0.0)
    assert view.generate_rates == [0.1]
    view = await view_of(service, history, 30.0)
    assert (view.errors[0].code, view.errors[0].seconds_ago) == ("crashed", 20.0)


async def test_a_process_without_parent_and_flag() -> None:
    service = sample_service(None, parent=None, flags=None)
    view = ops_view(service, OpsHistory(), {})
    assert (view.processes, view.flag, view.errors) == ([], None, [])
