"""The database's time in one process."""

from __future__ import annotations

import asyncio

import pytest

from zkctl.service.proving.database_time import DatabaseTime
from zkctl.service.proving.problems import Problem
from zkctl.service.proving.settings import ServiceSettings


class Clocks:
    """A database and a machine whose clocks a test sets."""

    def __init__(self) -> None:
        self.database, self.local, self.monotonic = 1000.0, 1000.0, 0.0
        self.is_down, self.n_asked = False, 0
        self.time = DatabaseTime(
            self.ask, ServiceSettings(), lambda: self.local, lambda: self.monotonic
        )

    async def ask(self) -> float:
        self.n_asked += 1
        if self.is_down:
            raise OSError
        return self.database

    def advance(self, seconds: float) -> None:
        self.database += seconds
        self.local += seconds
        self.monotonic += seconds

    def now(self) -> float:
        return asyncio.run(self.time.now())


def test_it_is_measured_each_few_seconds() -> None:
    clocks = Clocks()
    assert clocks.now() == 1000
    clocks.advance(3)
    assert clocks.now() == 1003
    assert clocks.n_asked == 1
    clocks.advance(3)
    assert clocks.now() == 1006
    assert clocks.n_asked == 2


@pytest.mark.parametrize("skew", [-31.0, 31.0, 3600.0])
def test_a_machine_with_another_time(skew: float) -> None:
    clocks = Clocks()
    clocks.local += skew
    with pytest.raises(Problem) as caught:
        clocks.now()
    assert caught.value.slug == "clock"
    clocks.local -= skew
    assert clocks.now() == 1000


def test_a_clock_that_jumps_is_noticed_at_once() -> None:
    clocks = Clocks()
    clocks.now()
    clocks.local += 3600
    with pytest.raises(Problem, match="clock"):
        clocks.now()


def test_without_a_database() -> None:
    clocks = Clocks()
    clocks.now()
    clocks.is_down = True
    clocks.advance(59)
    assert clocks.now() == 1059
    clocks.advance(2)
    with pytest.raises(Problem, match="database-unavailable"):
        clocks.now()
    never = Clocks()
    never.is_down = True
    with pytest.raises(Problem, match="database-unavailable"):
        never.now()
