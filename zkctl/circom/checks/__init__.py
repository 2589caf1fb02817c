"""The static checks of circom programs, on desugared trees, before the execution."""

from __future__ import annotations

from zkctl.circom.checks.run import warnings_of

__all__ = ["warnings_of"]
