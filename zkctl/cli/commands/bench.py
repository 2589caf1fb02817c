"""The command `zkctl bench`."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from zkctl.cli.command import CommandGroup, Force, command, data_file
from zkctl.cli.output import Answer, Terminal
from zkctl.cli.parameters import Option
from zkctl.runtime.standard_streams import STDIN, STDOUT

if TYPE_CHECKING:
    from zkctl.toolchain.bench.measurements import BenchSummary, Measurement

Power = Annotated[
    int,
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


def register(app: CommandGroup) -> None:
    """Add this command to the application."""
    command(app, "bench", threads=True)(bench)


def bench(
    terminal: Terminal,
    power: Power = 12,
    only: Only = None,
    baseline: Baseline = None,
    save: Save = None,
    svg: Svg = None,
    force: Force = False,
) -> Answer:
    """Measure this machine: kernels, setup, proving, verifying.

    Takes some ten seconds with the default size. Times are medians, CPU time counts all threads.

    Example:
        zkctl bench --power 8 --only verify
    """
    from zkctl.toolchain.bench.cases import GROUPS
    from zkctl.toolchain.bench.run import bench as measure

    summary = measure(
        power=power,
        groups=only or GROUPS,
        baseline=baseline,
        save=save,
        svg=svg,
        force=force,
        progress=terminal.progress,
    )
    return Answer(summary, text=bench_text(summary))


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
