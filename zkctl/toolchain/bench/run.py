"""Measurements of this machine: `zkctl bench`.

Times are medians of several runs in this process, CPU time of all threads and wall-clock time, in
nanoseconds.  A run saved as JSON can be the baseline of a later one.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import time
from collections.abc import Collection, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from zkctl import __version__
from zkctl.curve.backend import prepare_pairing
from zkctl.curve.curves.bn254 import BN254
from zkctl.errors import UsageError
from zkctl.field.backend import describe
from zkctl.formats.json.kinds import document_of
from zkctl.formats.json.strict import Node, load_json
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.settings import thread_count
from zkctl.runtime.standard_streams import name_of
from zkctl.storage.atomic import atomic_outputs, check_destinations
from zkctl.toolchain.bench.cases import GROUPS, Case, Pipeline, kernel_cases
from zkctl.toolchain.bench.chart import chart
from zkctl.toolchain.bench.measurements import BenchSummary, Measurement, MeasurementKey

SCHEMA = "zkctl-bench/1"
DEFAULT_POWER = 12  # log2 of the circuit's domain
LOG_SIZES = (16, 14, 12)  # of the kernels' data
WARM_UP_LOG_SIZE = (
    3  # log2 of the cases that run first, so that no measurement includes compilation
)
ONCE_FROM_NS = 400_000_000  # slower cases are measured once
MAX_RUNS = 25


def bench(
    *,
    power: int = DEFAULT_POWER,
    groups: Collection[str] = GROUPS,
    baseline: Path | None = None,
    save: Path | None = None,
    svg: Path | None = None,
    force: bool = False,
    progress: Progress = silent,
) -> BenchSummary:
    """Measure the groups; compare with a saved run, save this one, draw a chart.

    Raises: UsageError for an unknown group; FormatError if the baseline is no saved run;
    EnvironmentProblem if an output exists.
    """
    unknown = [name for name in groups if name not in GROUPS]
    if unknown:
        raise UsageError(
            f"unknown group {unknown[0]!r}", hint=f"the groups are {', '.join(GROUPS)}"
        )
    outputs = [path for path in (save, svg) if path is not None]
    inputs = [] if baseline is None else [baseline]
    check_destinations(outputs, force=force, inputs=inputs, stdout=True)
    earlier = {} if baseline is None else read_run(baseline)
    warnings = _warnings()
    found = list(_measure_all(power, groups, earlier, progress))
    summary = BenchSummary(
        schema=SCHEMA,
        zkctl=__version__,
        machine=machine(),
        kernels=_kernels(),
        threads=thread_count(),
        measurements=found,
        baseline=None if baseline is None else name_of(baseline),
        files=[name_of(path) for path in outputs],
        warnings=warnings,
    )
    texts = [make(summary) for path, make in ((save, saved_run), (svg, chart)) if path is not None]
    with atomic_outputs(outputs, force=force, inputs=inputs, stdout=True) as files:
        for file, text in zip(files, texts, strict=True):
            file.write(text.encode())
    return summary


def _measure_all(
    power: int,
    groups: Collection[str],
    earlier: dict[MeasurementKey, int],
    progress: Progress,
) -> Iterator[Measurement]:
    progress("getting ready", None)
    prepare_pairing(BN254)
    for case in _cases(
        WARM_UP_LOG_SIZE, (WARM_UP_LOG_SIZE + 4, WARM_UP_LOG_SIZE, WARM_UP_LOG_SIZE), groups
    ):
        case.run()
    for case in _cases(power, LOG_SIZES, groups):
        progress(f"{case.group}: {case.name}", None)
        if case.group not in groups:
            case.run()  # later cases need it
            continue
        key = MeasurementKey(case.group, case.name, case.size)
        yield Measurement(*key, *measure(case), earlier.get(key))


def _cases(power: int, log_sizes: tuple[int, int, int], groups: Collection[str]) -> Iterator[Case]:
    """Yield the cases of these groups and the cases they need."""
    if "kernels" in groups:
        yield from kernel_cases(log_sizes)
    last = max(GROUPS.index(name) for name in groups) if groups else 0
    if last:
        yield from (case for case in Pipeline(power).cases() if GROUPS.index(case.group) <= last)


class Medians(NamedTuple):
    """Medians of times in nanoseconds, and the number of runs."""

    cpu_ns: int
    wall_ns: int
    runs: int


def measure(case: Case) -> Medians:
    """Return the medians of CPU and wall time.

    A quick case runs once more before, so that its tables exist and its data is in the cache.
    """
    times = [_time(case)]
    if times[0][1] <= ONCE_FROM_NS:
        n_runs = min(MAX_RUNS, max(3, ONCE_FROM_NS // max(times[0][1], 1)))
        times = [_time(case) for _ in range(n_runs)]
    cpu, wall = (int(statistics.median(column)) for column in zip(*times, strict=True))
    return Medians(cpu, wall, len(times))


def _time(case: Case) -> tuple[int, int]:
    cpu, wall = time.process_time_ns(), time.perf_counter_ns()
    case.run()
    return time.process_time_ns() - cpu, time.perf_counter_ns() - wall


def machine() -> str:
    """Return processor, cores that this process may use, and interpreter, in one line."""
    table = Path("/proc/cpuinfo")
    names = [
        line.partition(":")[2].strip()
        for line in (table.read_text() if table.is_file() else "").splitlines()
        if line.startswith("model name")
    ]
    name = names[0] if names else platform.processor() or platform.machine()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{name}, {cores} cores, {platform.system()}, Python {platform.python_version()}"


def _kernels() -> str:
    facts = describe()
    if facts["kernels"] != "compiled":
        return f"{facts['kernels']} kernels"
    return f"compiled kernels, {facts['vector_width']} lanes"


def _warnings() -> list[str]:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    if load < 0.5:
        return []
    return [f"the machine is busy (load {load:.1f}): only compare figures of the same run"]


def saved_run(summary: BenchSummary) -> str:
    """Return a run as JSON that `read_run` reads."""
    facts: dict[str, Any] = asdict(summary)
    kept = {name: facts[name] for name in ("schema", "zkctl", "machine", "kernels", "threads")}
    for one in facts["measurements"]:
        del one["baseline_cpu_ns"]
    return json.dumps({**kept, "measurements": facts["measurements"]}, indent=1) + "\n"


def read_run(path: Path) -> dict[MeasurementKey, int]:
    """Return CPU nanoseconds of a saved run by group, name and size.  Raises: FormatError."""
    root = Node(load_json(path), printable(path))
    if not root.has("schema"):
        raise root.fail(
            f"expected a saved run of the benchmarks, found {document_of(root.value).name}",
            hint="make a baseline with `saved_run()`",
        )
    schema = root.member("schema")
    if schema.text() != SCHEMA:
        raise schema.fail(
            f"the schema is {printable(schema.text(), 40)!r}, expected {SCHEMA!r}",
            hint="make a baseline with `saved_run()`",
        )
    found = {}
    for one in root.member("measurements").elements():
        key = MeasurementKey(
            one.member("group").text(), one.member("name").text(), one.member("size").number()
        )
        found[key] = one.member("cpu_ns").number()
    return found
