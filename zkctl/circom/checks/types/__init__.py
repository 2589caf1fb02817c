"""Types: numbers and arrays of them by their number of dimensions, buses, components; only what main reaches is checked."""

from __future__ import annotations

from zkctl.circom.checks.types.stage import reached_definitions

__all__ = ["reached_definitions"]
