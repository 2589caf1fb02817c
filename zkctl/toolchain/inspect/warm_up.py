"""Compile every kernel program of this machine ahead of its first use."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from zkctl.ceremony.primitives.blake2b.compress import compress
from zkctl.curve import CURVES, G1Array, G2Array, Group
from zkctl.curve.backend import compile_pairing, group_kernels
from zkctl.errors import EnvironmentProblem
from zkctl.field.backend import describe, field_kernels, schedule_kernels
from zkctl.field.prime import PrimeField
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record


@record
class WarmUpSummary:
    """The result: programs in the cache folder, and the processor seconds it took."""

    cache_folder: str
    objects: int
    cpu_seconds: float


def warm_up(*, progress: Progress = silent) -> WarmUpSummary:
    """Use every program once, which compiles those that the cache folder does not have.

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
    """Yield a use of each program, with a name for the reader."""
    yield "schedules", lambda: schedule_kernels().kinds(np.zeros((1, 4), np.uint64), 8)
    yield "blake2b", lambda: compress([0] * 8, memoryview(bytes(1 << 16)), 0)
    for curve in CURVES:
        for field in (curve.base_field, curve.scalar_field):
            yield field.name, partial(_multiply, field)
        yield f"{curve.name} transforms", partial(_transform, curve.scalar_field)
        for group in (curve.g1, curve.g2):
            yield group.name, partial(_double, group)
        yield f"{curve.name} pairings", partial(compile_pairing, curve)


def _multiply(field: PrimeField) -> None:
    rows = np.zeros((1, field.n_words), np.uint64)
    field_kernels(field).multiply(rows, rows)


def _transform(field: PrimeField) -> None:
    log_n = 6
    rows = np.zeros((1 << log_n, field.n_words), np.uint64)
    field_kernels(field).transform(rows, field.root_of_unity(log_n))


def _double(group: Group) -> None:
    generator = (G1Array if group.degree == 1 else G2Array).generator(group)
    group_kernels(group).double_repeatedly(generator.data[None], 1)
