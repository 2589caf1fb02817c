"""Services for the acceptance checks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.demo_service import RunningService, serving, shared_demo
from tests.support.servers import postgres, redis_server  # noqa: F401  (fixtures)
from tests.support.service_api import InProcessApi, open_api


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the demo's circuit, keys and holder."""
    return shared_demo(tmp_path_factory.getbasetemp().parent)


@pytest.fixture(scope="session")
def served(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """A service of everything with one worker, SQLite and one API key; shared by the tests of a process, which do not stop it."""
    with serving(tmp_path_factory.mktemp("served"), demo) as service:
        yield service


@pytest.fixture(scope="session")
def api(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcessApi]:
    """The API in this process with SQLite and a worker; shared by the tests of a process, which change nothing that others see."""
    with open_api(tmp_path_factory.mktemp("api"), demo) as running:
        yield running


@pytest.fixture(scope="session")
def proof(api: InProcessApi) -> dict[str, Any]:
    """A proof of the API, scope 7 and context 9."""
    return api.prove()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
