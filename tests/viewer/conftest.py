"""A headless Chromium for the tests, and a finished ceremony for it to look at."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.ceremony_folders import PLAIN, begin
from tests.conftest import missing
from tests.unit.ceremony.test_drand import SIGNATURE
from tests.viewer.browser import Browser, Opener, Page, find_browser
from zkctl.ceremony.drand import QUICKNET, round_time
from zkctl.errors import FormatError
from zkctl.toolchain import clock
from zkctl.toolchain.ceremony_accept import accept_contribution
from zkctl.toolchain.ceremony_finish import finalize_ceremony
from zkctl.toolchain.ceremony_run import beacon_in_folder, contribute_in_folder
from zkctl.toolchain.receipts import generate_signing_key

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
def finished(tmp_path_factory) -> Path:
    """alice and two hostile names, signed; a refused file; one unsigned; the announced beacon."""
    folder = tmp_path_factory.mktemp("viewer")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: round_time(1000) - 3600)
        rules = replace(PLAIN, minimum_players=4, beacon_source=QUICKNET, beacon_round=1000)
        ceremony = begin(folder, rules)
        generate_signing_key(folder / "key")
        for name in ("alice", *HOSTILE[:2]):
            contribute_in_folder(ceremony, name=name, signing_key=folder / "key")
        with pytest.raises(FormatError):
            accept_contribution(ceremony, folder / "c.r1cs")
        contribute_in_folder(ceremony, name=HOSTILE[2])
        patch.setattr(clock, "now", lambda: round_time(1000) + 60)
        beacon_in_folder(ceremony, drand_round=1000, drand_signature=SIGNATURE)
        finalize_ceremony(ceremony)
    return ceremony


@pytest.fixture
def copy(finished: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    shutil.copytree(finished, tmp_path / "c")
    return tmp_path / "c"
