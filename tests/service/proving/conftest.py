"""Servers for the tests of the whole service."""

from __future__ import annotations

import pytest

from tests.support.servers import postgres, redis_server  # noqa: F401  (fixtures)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
