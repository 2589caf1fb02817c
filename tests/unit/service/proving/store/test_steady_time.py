"""The time of an embedded service."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.support.stores import enqueue, new_job
from zkctl.service.proving.jobs import QueueLimits
from zkctl.service.proving.migrate import migrate
from zkctl.service.proving.store.open import open_store
from zkctl.service.proving.store.steady_time import offset_now, seconds_since_boot, steady_time


def test_it_is_the_time_of_day_at_first_and_no_jump_later(monkeypatch: pytest.MonkeyPatch) -> None:
    offset = offset_now()
    before = time.time()
    first = steady_time(offset)
    assert abs(first - before) < 60
    monkeypatch.setattr(time, "time", lambda: before + 3600)
    assert 0 <= steady_time(offset) - first < 60
    assert offset_now() - offset > 3500


def test_the_clock_goes_forward() -> None:
    assert seconds_since_boot() <= seconds_since_boot()


@pytest.mark.anyio
async def test_the_times_of_a_sqlite_store_are_those_of_its_offset(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path}/service.db"
    migrate(url)
    async with open_store(url, time_offset=offset_now() + 7200) as store:
        now = await store.database.now()
        assert 7100 < now - time.time() < 7300
        accepted = await enqueue(store, new_job(deadline_s=5.0), QueueLimits())
        assert abs(accepted.job.queued_at - now) < 60
        assert accepted.job.deadline - accepted.job.queued_at == pytest.approx(5.0, abs=0.5)
