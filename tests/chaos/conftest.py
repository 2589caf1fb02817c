"""Services and servers for the chaos tests."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest

from tests.chaos.driver import Chaos
from tests.chaos.verdict import Check, judge
from tests.interop.conftest import node_modules  # noqa: F401  # a fixture
from tests.service.proving.conftest import demo  # noqa: F401  # a fixture


@pytest.fixture
def check(demo: Path, node_modules: Path) -> Check:  # noqa: F811
    """The verdict on a run of n jobs."""
    vkey = demo / "build" / "membership-v1.vkey.json"

    def check_run(chaos: Chaos, n: int, *, others: Collection[str] = ()) -> None:
        judge(chaos, n, vkey, node_modules, others)

    return check_run
