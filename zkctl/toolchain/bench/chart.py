"""A run of `zkctl bench` as a picture: one bar per measurement on a logarithmic scale, as plain SVG."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape
from itertools import groupby

from zkctl.toolchain.bench.measurements import BenchSummary, Measurement

WIDTH, MARGIN = 920, 28
BARS_FROM, BARS_TO, VALUES = 310, 712, 800  # where the scale lies, and the right end of the figures
ROW, BAR, GAP, TOP = 26, 14, 22, 104
COLOURS = {"kernels": "#3b6fb6", "setup": "#8a63b0", "prove": "#d0742b", "verify": "#2f9476"}
_STYLE = """
  text { font: 13px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #24303c }
  .title { font-size: 20px; font-weight: 600 } .faint { fill: #6b7885; font-size: 12px }
  .group { font-weight: 600 } .value { font-variant-numeric: tabular-nums }
  .line { stroke: #e3e8ed } .wall { stroke: #24303c; stroke-width: 2 }
  .better { fill: #237a57 } .worse { fill: #b3372f } .paper { fill: #ffffff }
"""


def chart(summary: BenchSummary) -> str:
    """Return the picture as SVG."""
    scale = _Scale(summary.measurements)
    rows = list(_rows(summary.measurements, scale))
    groups = len({one.group for one in summary.measurements})
    bottom = TOP + ROW * len(summary.measurements) + (ROW + GAP) * groups
    height = bottom + 34
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"'
        f' width="{WIDTH}" height="{height}" role="img" aria-label="zkctl bench">',
        f"<style>{_STYLE}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{height}"/>',
        _text(MARGIN, 40, f"zkctl {summary.zkctl} bench", "title"),
        _text(MARGIN, 62, f"{summary.machine}; {summary.kernels}", "faint"),
        _text(MARGIN, 80, _legend(summary), "faint"),
        *_column_heads(summary),
        *scale.grid(bottom),
        *rows,
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _legend(summary: BenchSummary) -> str:
    threads = "1 thread" if summary.threads == 1 else f"{summary.threads} threads"
    compared = "; pale bar: CPU time of the baseline" if summary.baseline else ""
    return f"bar: CPU time of all threads, median; tick: wall-clock time; {threads}{compared}"


def _column_heads(summary: BenchSummary) -> Iterator[str]:
    yield _text(BARS_FROM - 14, TOP, "size", "faint", anchor="end")
    yield _text(VALUES, TOP, "CPU", "faint", anchor="end")
    if summary.baseline:
        yield _text(WIDTH - MARGIN, TOP, "to baseline", "faint", anchor="end")


class _Scale:
    """Nanoseconds to horizontal positions, by decades."""

    def __init__(self, measurements: list[Measurement]) -> None:
        times = [
            ns
            for one in measurements
            for ns in (one.cpu_ns, one.wall_ns, one.baseline_cpu_ns)
            if ns
        ]
        logs = [math.log10(ns) for ns in times or [1]]
        self.first, self.last = math.floor(min(logs)), math.floor(max(logs)) + 1

    def at(self, ns: int) -> float:
        """Return the position of a time."""
        part = (math.log10(max(ns, 1)) - self.first) / (self.last - self.first)
        return round(BARS_FROM + part * (BARS_TO - BARS_FROM), 1)

    def grid(self, bottom: int) -> Iterator[str]:
        """Yield a line for every decade."""
        for decade in range(self.first, self.last + 1):
            x = self.at(10**decade)
            yield f'<line class="line" x1="{x}" x2="{x}" y1="{TOP}" y2="{bottom}"/>'
            label = duration(10**decade).replace(".00", "").replace("0.0 ", "0 ")
            yield _text(x, bottom + 18, label, "faint", anchor="middle")


def _rows(measurements: list[Measurement], scale: _Scale) -> Iterator[str]:
    y = TOP
    for group, members in groupby(measurements, key=lambda one: one.group):
        y += GAP
        yield _text(MARGIN, y + 12, group, "group")
        y += ROW
        for one in members:
            yield from _row(one, y, scale)
            y += ROW


def _row(one: Measurement, y: int, scale: _Scale) -> Iterator[str]:
    colour = COLOURS.get(one.group, "#3b6fb6")
    yield _text(MARGIN + 12, y + 13, one.name)
    if one.size > 1:
        yield _text(BARS_FROM - 14, y + 13, f"{one.size:,}", "faint value", anchor="end")
    if one.baseline_cpu_ns is not None:
        yield _bar(scale.at(one.baseline_cpu_ns), y - 1, BAR + 6, colour, opacity=0.28)
    yield _bar(scale.at(one.cpu_ns), y + 2, BAR, colour)
    x = scale.at(one.wall_ns)
    yield f'<line class="wall" x1="{x}" x2="{x}" y1="{y}" y2="{y + BAR + 4}"/>'
    yield _text(VALUES, y + 13, duration(one.cpu_ns), "value", anchor="end")
    if one.ratio is not None:
        verdict = "better" if one.ratio < 0.95 else "worse" if one.ratio > 1.05 else "faint"
        yield _text(
            WIDTH - MARGIN, y + 13, f"\u00d7 {one.ratio:.2f}", f"value {verdict}", anchor="end"
        )


def _bar(end: float, y: int, height: int, colour: str, opacity: float = 1.0) -> str:
    width = round(max(end - BARS_FROM, 1), 1)
    return (
        f'<rect x="{BARS_FROM}" y="{y}" width="{width}" height="{height}" rx="2"'
        f' fill="{colour}" fill-opacity="{opacity:g}"/>'
    )


def _text(x: float, y: int, text: str, style: str = "", anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" class="{style}" text-anchor="{anchor}">{escape(text)}</text>'


def duration(ns: float) -> str:
    """Return a time with three digits and its unit."""
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3), ("ns", 1.0)):
        if ns >= size or unit == "ns":
            value = ns / size
            digits = max(0, 2 - math.floor(math.log10(value))) if value else 0
            return f"{value:.{digits}f} {unit}" if value < 100 or digits else f"{value:.0f} {unit}"
    raise AssertionError
