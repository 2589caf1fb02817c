"""A headless Chromium for the tests, and a finished ceremony for it to look at."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.support.ceremony_folders import finish
from tests.viewer.browser import Browser, Opener, Page, find_browser

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    'bob"></script><!--<script> & {{script}} {{data}} \\u003c',
    "مرحبا \u202e evil \u2028 line",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = find_browser()
    if program is None:
        missing("no chromium: install it (apt-get install chromium) or set ZKCTL_CHROMIUM")
    running = Browser(str(program))
    yield running
    running.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Opener]:
    """Opens pages; each must have loaded nothing from elsewhere and broken no rule of its policy."""
    pages: list[Page] = []

    def opened(address: str, before: str = "") -> Page:
        pages.append(Page(browser, address, before))
        return pages[-1]

    yield opened
    for page in pages:
        page.close()


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """alice and two hostile names, signed; a refused file; one unsigned; the announced beacon."""
    names = ("alice", *HOSTILE[:2])
    return finish(tmp_path_factory.mktemp("viewer"), signed=names, unsigned=HOSTILE[2:])


@pytest.fixture
def copy(finished: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    shutil.copytree(finished, tmp_path / "c")
    return tmp_path / "c"
