"""Fixtures of the unit tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from zkctl.field.kernels.host import host

VARIANTS = [(w, "0") for w in (2, 4, 8) if w <= host().width] + [(8, "1")] * host().fused


@pytest.fixture(params=VARIANTS, ids=lambda v: f"{v[0]} lanes{' fused' * int(v[1])}")
def width(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Every vector width and limb plan that this machine can run."""
    monkeypatch.setenv("ZKCTL_VECTOR_WIDTH", str(request.param[0]))
    monkeypatch.setenv("ZKCTL_IFMA", request.param[1])
    host.cache_clear()
    yield request.param[0]
    monkeypatch.undo()
    host.cache_clear()
