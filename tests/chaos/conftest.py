"""Services and servers for the chaos tests."""

from __future__ import annotations

from tests.interop.conftest import node_modules  # noqa: F401  # a fixture
from tests.service.proving.conftest import demo  # noqa: F401  # a fixture
