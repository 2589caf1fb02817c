"""Services for the acceptance checks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.demo_service import RunningService, serving, shared_demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the demo's circuit, keys and holder."""
    return shared_demo(tmp_path_factory.getbasetemp().parent)


@pytest.fixture(scope="session")
def served(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """A service of everything with one worker, SQLite and one API key; shared by the tests of a process, which do not stop it."""
    with serving(tmp_path_factory.mktemp("served"), demo) as service:
        yield service
