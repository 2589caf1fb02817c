"""The command `zkctl bench`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from zkctl.cli.command import CommandGroup, Force, command, data_file
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import Option
from zkctl.errors import CheckFailed, LimitError, UsageError
from zkctl.runtime.standard_streams import STDIN, STDOUT

if TYPE_CHECKING:
    from zkctl.toolchain.bench.measurements import BenchSummary, Measurement
    from zkctl.toolchain.bench.service.outcomes import KindFigures, LoadSummary
    from zkctl.toolchain.bench.service.plan import LoadPlan

Power = Annotated[
    int | None,
    Option(
        "--power", metavar="POWER", min=4, max=20, help="Measure a circuit of 2^POWER constraints."
    ),
]
Only = Annotated[
    list[str] | None,
    Option("--only", metavar="GROUP", help="kernels, setup, prove or verify; repeatable."),
]
Baseline = Annotated[
    Path | None,
    Option(
        "--baseline",
        metavar="FILE.json",
        help="A saved run to compare with.",
        callback=data_file,
        stream=STDIN,
    ),
]
Save = Annotated[
    Path | None,
    Option("--save", metavar="FILE.json", help="Save this run as a baseline.", stream=STDOUT),
]
Svg = Annotated[Path | None, Option("--svg", metavar="FILE.svg", help="Draw a chart.")]

# of a load on a service
ServiceUrl = Annotated[
    str | None,
    Option("--service", metavar="URL", help="Send a load to this service, instead of measuring."),
]
Rate = Annotated[
    float | None,
    Option("--rate", metavar="R", min=0.001, max=5000, help="Requests a second, 20 by default."),
]
Duration = Annotated[
    float | None,
    Option("--for", metavar="SECONDS", min=0.1, max=86400, help="The time, 60 s by default."),
]
Mix = Annotated[
    str | None,
    Option(
        "--mix",
        metavar="KIND=WEIGHT,...",
        help="Shares of verify, generate, malformed and health; verify by default.",
    ),
]
Objectives = Annotated[
    list[str] | None,
    Option(
        "--slo",
        metavar="NAME=LIMIT",
        help="An objective, as verify.p95=100 (ms) or errors=0.1 (%); repeatable.",
    ),
]
RequestBody = Annotated[
    Path | None,
    Option(
        "--request", metavar="FILE.json", help="The body of generate requests.", callback=data_file
    ),
]
BundleFile = Annotated[
    Path | None,
    Option("--bundle", metavar="FILE", help="The proof to verify.", callback=data_file),
]
AllowHttp = Annotated[
    bool, Option("--allow-http", help="Send the key over plain HTTP to another machine.")
]
DEFAULT_RATE, DEFAULT_SECONDS = 20.0, 60.0
MAX_REQUEST_BYTES = 1 << 20


def register(app: CommandGroup) -> None:
    """Add this command to the application."""
    command(app, "bench", threads=True)(bench)


def bench(
    terminal: Terminal,
    power: Power = None,
    only: Only = None,
    baseline: Baseline = None,
    service: ServiceUrl = None,
    rate: Rate = None,
    seconds: Duration = None,
    mix: Mix = None,
    slo: Objectives = None,
    request: RequestBody = None,
    bundle: BundleFile = None,
    allow_http: AllowHttp = False,
    save: Save = None,
    svg: Svg = None,
    force: Force = False,
) -> Answer:
    """Measure this machine, or send a load to a service.

    Measures kernels, setup, proving and verifying in some ten seconds with the default size. Times are medians, CPU time
    counts all threads.

    With --service sends requests at a fixed rate, whether or not earlier ones are answered, and measures each latency from the
    intended time. The exit code is 1 if an objective is not met. The API key is read from ZKCTL_API_KEY.

    Example:
        zkctl bench --power 8 --only verify
        zkctl bench --service http://127.0.0.1:8080 --rate 20 --for 60
    """
    own = {"--power": power, "--only": only, "--baseline": baseline}
    load = {"--rate": rate, "--for": seconds, "--mix": mix, "--slo": slo, "--request": request}
    load |= {"--bundle": bundle, "--allow-http": allow_http or None}
    if service is not None:
        _check_absent(own, "with", "measurements of this machine and a load on a service")
        from zkctl.toolchain.bench.service.plan import load_plan

        plan = load_plan(
            service, rate or DEFAULT_RATE, seconds or DEFAULT_SECONDS, mix or "verify", slo or []
        )
        plan = replace(plan, allow_http=allow_http, **_files(request, bundle))
        return _bench_service(terminal, plan, save, svg, force)
    _check_absent(load, "without", "a load needs a service")
    from zkctl.toolchain.bench.cases import GROUPS
    from zkctl.toolchain.bench.run import bench as measure

    summary = measure(
        power=12 if power is None else power,
        groups=only or GROUPS,
        baseline=baseline,
        save=save,
        svg=svg,
        force=force,
        progress=terminal.progress,
    )
    return Answer(summary, text=bench_text(summary))


def _check_absent(options: Mapping[str, object], word: str, why: str) -> None:
    given = [name for name, value in options.items() if value is not None]
    if given:
        raise UsageError(f"{given[0]} {word} --service: {why}", hint=f"omit {' and '.join(given)}")


def _files(request: Path | None, bundle: Path | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if request is not None:
        found["request"] = _read(request)
    if bundle is not None:
        found["bundle"] = _read(bundle).decode("utf-8", "replace")
    return found


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(MAX_REQUEST_BYTES + 1)
    if len(data) > MAX_REQUEST_BYTES:
        raise LimitError(
            f"the file is too large: expected at most {MAX_REQUEST_BYTES} bytes", where=str(path)
        )
    return data


def _bench_service(
    terminal: Terminal, plan: LoadPlan, save: Path | None, svg: Path | None, force: bool
) -> Answer:
    from zkctl.toolchain.bench.service.run import bench_service

    key = os.environ.get("ZKCTL_API_KEY", "")
    summary = bench_service(
        plan, key=key, save=save, svg=svg, force=force, progress=terminal.progress
    )
    missed = [one.name for one in summary.objectives if not one.is_met]
    failure = None
    if missed:
        failure = CheckFailed(
            f"{len(missed)} of {len(summary.objectives)} objectives are not met: {', '.join(missed)}"
        )
    return Answer(summary, text=load_text(summary), failure=failure, include_result=True)


def load_text(summary: LoadSummary) -> str:
    """Return the figures of a load as a table, and the objectives."""
    from zkctl.toolchain.bench.chart import duration

    def cells(one: KindFigures) -> list[str]:
        times = [
            "-" if ms is None else duration(1e6 * ms) for ms in (one.p50, one.p95, one.p99, one.max)
        ]
        counts = [f"{n:,}" for n in (one.sent, one.refused, one.errors)]
        return [one.kind, f"{one.rate:g}/s", *counts, *times]

    head = ["", "rate", "sent", "refused", "errors", "p50", "p95", "p99", "max"]
    table = [head, *map(cells, summary.kinds)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [
        f"{row[0]:<{widths[0]}}"
        + "".join(f"  {cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True))
        for row in table
    ]
    lines.append("")
    for one in summary.kinds:
        unexpected = {cause: n for cause, n in one.causes.items() if cause != "200"}
        if one.refused + one.errors:
            counts = ", ".join(f"{cause}: {n:,}" for cause, n in unexpected.items())
            lines.append(f"{one.kind} answers other than 200: {counts}")
    for objective in summary.objectives:
        mark = "met   " if objective.is_met else "MISSED"
        lines.append(f"{mark} {objective.text}")
    lines.append(f"\n{summary.url}, {summary.seconds:g} s; {summary.machine}")
    return "\n".join(lines)


def bench_text(summary: BenchSummary) -> str:
    """Return the measurements as a table, group by group."""
    from zkctl.toolchain.bench.chart import duration

    def cells(one: Measurement) -> list[str]:
        row = [f"  {one.name}", f"{one.size:,}", duration(one.cpu_ns), duration(one.wall_ns)]
        row.append(duration(one.cpu_ns / one.size))
        if summary.baseline is not None:
            row.append("" if one.ratio is None else f"{one.ratio:.2f}")
        return row

    head = ["", "size", "CPU", "wall", "CPU each"]
    if summary.baseline is not None:
        head.append("baseline")
    table: list[list[str]] = [head]
    for group, members in groupby(summary.measurements, key=lambda one: one.group):
        table += [[group], *map(cells, members)]
    widths = [max(len(row[k]) for row in table if len(row) > k) for k in range(len(head))]
    lines = [
        f"{row[0]:<{widths[0]}}"
        + "".join(f"  {cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=False))
        for row in table
    ]
    threads = "1 thread" if summary.threads == 1 else f"{summary.threads} threads"
    lines.append(f"\n{summary.machine}; {summary.kernels}; {threads}")
    return "\n".join(line.rstrip() for line in lines)
