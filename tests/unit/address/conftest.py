"""The published vectors of the address protocol."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def vectors(data: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((data / "address" / "vectors.json").read_text())
    return loaded
