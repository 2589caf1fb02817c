"""Checks that no test can miss, because an earlier one always fires; each with the reason why it stays."""

from __future__ import annotations

UNREACHABLE: dict[str, str] = {}
