"""Choose the implementation of the group kernels."""

from __future__ import annotations

from functools import cache
from typing import Any

from zkctl.curve.parameters import Group


@cache
def group_kernels(group: Group) -> Any:
    """The kernels of one group."""
    from zkctl.curve.kernels_compiled import CompiledGroupKernels

    return CompiledGroupKernels(group)
