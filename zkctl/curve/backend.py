"""Choose the implementation of the group kernels (see zkctl/field/backend.py)."""

from __future__ import annotations

from functools import cache
from typing import Any

from zkctl.curve.parameters import Group
from zkctl.field.backend import uses_compiled_kernels


@cache
def group_kernels(group: Group) -> Any:
    """The kernels of one group."""
    if uses_compiled_kernels():
        from zkctl.curve.kernels_compiled import CompiledGroupKernels

        return CompiledGroupKernels(group)
    from zkctl.curve.kernels_numpy import NumpyGroupKernels

    return NumpyGroupKernels(group)
