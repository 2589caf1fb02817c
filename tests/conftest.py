"""Shared fixtures: where the real files are, and what to do when they are not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


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
