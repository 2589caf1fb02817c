"""Both databases for the tests of the store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.servers import postgres, redis_server  # noqa: F401  (fixtures)
from tests.support.stores import KINDS, empty_database
from zkctl.service.proving.store.open import open_store
from zkctl.service.proving.store.queue import JobQueue


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database without rows, of each kind."""
    return empty_database(request, tmp_path)


@pytest.fixture
async def store(database_url: str, anyio_backend: str) -> AsyncIterator[JobQueue]:
    opened = open_store(database_url)
    yield opened
    await opened.close()
