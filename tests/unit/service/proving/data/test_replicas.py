"""The choice of a replica by its lag; a real one is in tests/service/proving/test_check_23_replicas.py."""

from __future__ import annotations

import pytest

from zkctl.service.proving.data.replicas import Replicas
from zkctl.service.proving.store.database import StoreUnavailable

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Server:
    """A server with a position in the log; None: it does not answer."""

    def __init__(self, position: int | None, *, is_listening: bool = True) -> None:
        self.position, self.is_listening = position, is_listening

    async def run(self, statement: str) -> list:
        if self.position is None:
            raise StoreUnavailable("the database does not answer")
        return [{"position": self.position}]

    async def close(self) -> None:
        self.position = None


async def test_lags_are_of_positions_of_the_primary() -> None:
    times = [0.0]
    primary, near, far, down = Server(10), Server(10), Server(10), Server(None)
    replicas = Replicas(primary, [near, far, down], max_lag_s=5, clock=lambda: times[0])
    assert replicas.choose() is None  # not measured yet
    for second in range(8):
        times[0] = second
        primary.position = near.position = 10 + second
        await replicas.measure()
    assert replicas.lags() == [0, 7, float("inf")]
    assert {replicas.choose() for _ in range(4)} == {near}
    far.position = 15
    await replicas.measure()
    assert replicas.lags()[1] == 2
    assert {replicas.choose() for _ in range(4)} == {near, far}
    far.position = 9  # before all that is known
    await replicas.measure()
    assert replicas.lags()[1] == float("inf")
    await replicas.close()
    assert near.position is None


async def test_without_notices_or_measurements_the_primary_is_read() -> None:
    times = [0.0]
    primary, replica = Server(1), Server(1)
    replicas = Replicas(primary, [replica], max_lag_s=5, clock=lambda: times[0])
    await replicas.measure()
    assert replicas.choose() is replica
    primary.is_listening = False
    assert replicas.choose() is None
    primary.is_listening = True
    times[0] = 3.0
    assert replicas.choose() is None


async def test_a_primary_that_is_down_makes_the_lag_grow() -> None:
    times = [0.0]
    primary, replica = Server(1), Server(1)
    replicas = Replicas(primary, [replica], max_lag_s=5, clock=lambda: times[0])
    await replicas.measure()
    primary.position = None
    for second in (2.0, 4.0, 6.0):
        times[0] = second
        await replicas.measure()
    assert replicas.lags() == [6.0]
    assert replicas.choose() is None
    times[0] = 61.0
    await replicas.measure()
    assert replicas.lags() == [float("inf")]
