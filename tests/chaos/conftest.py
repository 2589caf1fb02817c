"""Services and servers for the chaos tests."""

from __future__ import annotations

from tests.service.proving.conftest import demo  # noqa: F401  # a fixture
