"""Compile every kernel program of this machine ahead of its first use."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np

from zkctl.ceremony.primitives.blake2b.compress import compress
from zkctl.curve import CURVES
from zkctl.curve.backend import curve_programs
from zkctl.errors import EnvironmentProblem
from zkctl.field.backend import describe, schedule_kernels
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record


@record
class WarmUpSummary:
    """The result: programs in the cache folder, and the processor seconds it took."""

    cache_folder: str
    objects: int
    cpu_seconds: float


def warm_up(*, progress: Progress = silent) -> WarmUpSummary:
    """Compile every program that the cache folder does not have.

    Raises: EnvironmentProblem where machine code cannot run or cannot be kept.
    """
    facts = describe()
    if facts["kernels"] != "compiled":
        raise EnvironmentProblem(
            "compiled kernels are not used: expected executable memory and ZKCTL_KERNELS unset",
            hint="nothing needs to be compiled here",
        )
    if facts["cache_warning"]:
        raise EnvironmentProblem(f"kernels compiled now would be lost: {facts['cache_warning']}")
    begun, uses = time.process_time(), dict(_uses())
    for k, (name, use) in enumerate(uses.items()):
        progress(f"preparing the kernels of {name}", k / len(uses))
        use()
    facts = describe()
    found = facts["objects"]
    return WarmUpSummary(
        cache_folder=str(facts["cache_folder"]),
        objects=len(found) if isinstance(found, list) else 0,
        cpu_seconds=round(time.process_time() - begun, 2),
    )


def _uses() -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what compiles each program, with the program's name."""
    yield "schedule", lambda: schedule_kernels().kinds(np.zeros((1, 4), np.uint64), 8)
    yield "blake2b", lambda: compress([0] * 8, memoryview(bytes(1 << 16)), 0)
    for curve in CURVES:
        for program in curve_programs(curve):
            yield program.name, program.get
