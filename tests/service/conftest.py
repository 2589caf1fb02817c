"""A small ceremony for all tests of the service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

pytest.importorskip("fastapi")

from tests.service.harness import Harness, ScriptedContributor, copy_of
from tests.support.ceremony_folders import begin


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a ceremony that nobody contributed to."""
    folder = tmp_path_factory.mktemp("service")
    begin(folder)
    return folder


@pytest.fixture
def harness(base: Path, tmp_path: Path) -> Iterator[Harness]:
    """A coordinator of its own for each test."""
    made = Harness(copy_of(base, tmp_path))
    yield made
    with suppress(Exception):  # a test may have closed it
        made.coordinator.close()


@pytest.fixture
def contributor(harness: Harness) -> Callable[[str], ScriptedContributor]:
    """person("ann") is in the queue."""
    return lambda name: ScriptedContributor(harness, name).enter()
