"""The reasons to replace a worker."""

from __future__ import annotations

from zkctl.service.proving.process_limits import resident_bytes
from zkctl.service.proving.recycling import RecycleLimits, Recycling


def test_reasons() -> None:
    clock, resident = [0.0], [50 << 20]
    life = Recycling(
        RecycleLimits(2, 100, 60.0), now=lambda: clock[0], resident=lambda: resident[0]
    )
    resident[0] = 101 << 20  # a leak
    assert life.reason() == ""  # before the first proof
    life.count_job()
    assert life.reason() == "memory"
    resident[0] = 50 << 20
    clock[0] = 61
    assert life.reason() == "age"
    life.count_job()
    assert life.reason() == "jobs"


def test_no_limit_of_memory() -> None:
    life = Recycling(RecycleLimits(2, 0, 60.0), resident=lambda: 1 << 50)
    life.count_job()
    assert life.reason() == ""
    assert resident_bytes() > 1 << 20
