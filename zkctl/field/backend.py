"""Choose the implementation of the kernels: compiled code, or pure numpy where that cannot run.

The interface is what the numpy classes show: `NumpyFieldKernels`, `NumpyGroupKernels` (zkctl/curve) and `NumpySchedule`; every
algorithm above it is written once.  ZKCTL_KERNELS=numpy chooses the fallback by hand.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any

from zkctl.errors import UsageError
from zkctl.field.prime import PrimeField


@cache
def uses_compiled_kernels() -> bool:
    """May machine code be made and run here?  False where executable memory is forbidden."""
    asked = os.environ.get("ZKCTL_KERNELS", "auto")
    if asked not in ("auto", "compiled", "numpy"):
        raise UsageError(
            f"ZKCTL_KERNELS is {asked!r}, not auto, compiled or numpy", hint="unset ZKCTL_KERNELS"
        )
    if asked == "numpy":
        return False
    from zkctl.field.kernels.cache import can_execute

    return asked == "compiled" or can_execute()


@cache
def field_kernels(field: PrimeField) -> Any:
    """The kernels of one prime field."""
    if uses_compiled_kernels():
        from zkctl.field.kernels.compiled.field import CompiledFieldKernels

        return CompiledFieldKernels(field)
    from zkctl.field.kernels.numpy.field import NumpyFieldKernels

    return NumpyFieldKernels(field)


@cache
def schedule_kernels() -> Any:
    """The scheduling kernels (digits, sorting, pairing up)."""
    if uses_compiled_kernels():
        from zkctl.field.kernels.compiled.schedule import CompiledSchedule

        return CompiledSchedule()
    from zkctl.field.kernels.numpy.schedule import NumpySchedule

    return NumpySchedule()


def describe() -> dict[str, Any]:
    """Facts for `zkctl doctor`: which kernels, vector width, CPU, cache folder and its objects."""
    if not uses_compiled_kernels():
        return {"kernels": "numpy", "vector_width": 1, "cache_folder": None, "objects": []}
    from zkctl.field.kernels.cache import cache_folder, cache_warning
    from zkctl.field.kernels.host import host

    machine, folder = host(), cache_folder()
    found = sorted(p.name for p in folder.glob("*.o")) if folder and folder.is_dir() else []
    return {
        "kernels": "compiled",
        "vector_width": machine.width,
        "cpu": machine.cpu,
        "cache_folder": str(folder) if folder else None,
        "objects": found,
        "cache_warning": cache_warning(),
    }
