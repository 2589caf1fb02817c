"""The static checks of circom programs, on desugared trees: what the compiler refuses before it executes anything."""

from __future__ import annotations

from zkctl.circom.checks.run import check

__all__ = ["check"]
