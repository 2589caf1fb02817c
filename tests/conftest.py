"""Shared fixtures: where the real files are, and what to do when they are not."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Whoever starts the tests in the background (nohup, a shell's &) has signals ignored, which child processes inherit;
# some tests send them.
with suppress(ValueError):  # not in the main thread
    for _number, _default in (
        (signal.SIGINT, signal.default_int_handler),
        (signal.SIGHUP, signal.SIG_DFL),
    ):
        if signal.getsignal(_number) == signal.SIG_IGN:
            signal.signal(_number, _default)


def missing(what: str) -> None:
    """Skip with the reason; in CI a missing prerequisite is a failure."""
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(f"{what} (CI does not skip)")
    pytest.skip(what)


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real files made by others (ZKCTL_TEST_DATA, default ../shared/data)."""
    folder = Path(os.environ.get("ZKCTL_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        missing(f"no test data at {folder}: set ZKCTL_TEST_DATA")
    return folder
