"""Choose the implementation of the kernels: compiled code, or pure numpy where executable memory is forbidden."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from zkctl.field.prime import PrimeField

if TYPE_CHECKING:
    pass


@cache
def field_kernels(field: PrimeField) -> Any:
    """The kernels of one prime field."""
    from zkctl.field.kernels_compiled import CompiledFieldKernels

    return CompiledFieldKernels(field)


@cache
def schedule_kernels() -> Any:
    """The scheduling kernels (digits, sorting, pairing up)."""
    from zkctl.field.schedule import CompiledSchedule

    return CompiledSchedule()
