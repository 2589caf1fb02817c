"""A load as a picture: for each kind the latency over the time on a logarithmic scale, and the failed requests, as plain SVG."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape

from zkctl.toolchain.bench.chart import duration
from zkctl.toolchain.bench.service.outcomes import KindFigures, LoadSlice, LoadSummary

WIDTH, MARGIN = 920, 28
LEFT, RIGHT = 96, 700  # of the plots; figures stand to their right
PLOT, GAP, TOP = 150, 64, 112
_STYLE = """
  text { font: 13px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #24303c }
  .title { font-size: 20px; font-weight: 600 } .faint { fill: #6b7885; font-size: 12px }
  .group { font-weight: 600 } .value { font-variant-numeric: tabular-nums }
  .line { stroke: #e3e8ed } .paper { fill: #ffffff }
  .p50 { stroke: #3b6fb6; stroke-width: 1.5; fill: none } .p95 { stroke: #d0742b; stroke-width: 1.5; fill: none }
  .limit { stroke: #b3372f; stroke-dasharray: 5 4 } .bad { fill: #b3372f; fill-opacity: 0.35 }
  .better { fill: #237a57 } .worse { fill: #b3372f }
"""


def load_chart(summary: LoadSummary) -> str:
    """Return the picture as SVG."""
    limits = {one.name: one.limit for one in summary.objectives if one.unit == "ms"}
    height = TOP + len(summary.kinds) * (PLOT + GAP) + 24 * len(summary.objectives) + 16
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"'
        f' width="{WIDTH}" height="{height}" role="img" aria-label="load on a service">',
        f"<style>{_STYLE}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{height}"/>',
        _text(MARGIN, 40, f"zkctl {summary.zkctl}: load on a service", "title"),
        _text(MARGIN, 62, f"{summary.url}, {summary.started}, {summary.machine}", "faint"),
        _text(
            MARGIN,
            80,
            "lines: p50 (blue) and p95 (orange) from the intended time; dashed: objective of p95;"
            " red bars: share of requests that were not served",
            "faint",
        ),
    ]
    top = TOP
    for one in summary.kinds:
        parts += _plot(one, top, summary.seconds, limits.get(f"{one.kind}.p95"))
        top += PLOT + GAP
    parts += _objectives(summary, top)
    return "\n".join([*parts, "</svg>"]) + "\n"


class _Scale:
    """Milliseconds to vertical positions by decades; the limit is always visible."""

    def __init__(self, one: KindFigures, top: int, limit: float | None) -> None:
        times = [ms for part in one.slices for ms in (part.p50, part.p95) if ms]
        logs = [math.log10(ms) for ms in [*times, *([limit] if limit else [])] or [1.0]]
        self.first, self.last = math.floor(min(logs)), math.floor(max(logs)) + 1
        self.top = top

    def at(self, ms: float) -> float:
        part = (math.log10(max(ms, 1e-3)) - self.first) / (self.last - self.first)
        return round(self.top + PLOT * (1 - min(max(part, 0.0), 1.0)), 1)


def _plot(one: KindFigures, top: int, seconds: float, limit: float | None) -> Iterator[str]:
    scale = _Scale(one, top, limit)
    width = (RIGHT - LEFT) / max(len(one.slices), 1)
    yield _text(MARGIN, top - 12, f"{one.kind}, {one.rate:g} a second", "group")
    for decade in range(scale.first, scale.last + 1):
        y = scale.at(10.0**decade)
        yield f'<line class="line" x1="{LEFT}" x2="{RIGHT}" y1="{y}" y2="{y}"/>'
        yield _text(
            LEFT - 8,
            y + 4,
            _time(10.0**decade).replace(".00", "").replace("0.0 ", "0 "),
            "faint",
            "end",
        )
    for k, part in enumerate(one.slices):
        if part.n_bad:
            high = round(PLOT * part.n_bad / part.n, 1)
            yield (
                f'<rect class="bad" x="{LEFT + k * width:.1f}" y="{top + PLOT - high}"'
                f' width="{width:.1f}" height="{high}"/>'
            )
    if limit is not None:
        y = scale.at(limit)
        yield f'<line class="limit" x1="{LEFT}" x2="{RIGHT}" y1="{y}" y2="{y}"/>'
    for name in ("p50", "p95"):
        points = _points(one.slices, name, width, scale)
        yield f'<polyline class="{name}" points="{points}"/>'
    yield _text(LEFT, top + PLOT + 18, "0 s", "faint")
    yield _text(RIGHT, top + PLOT + 18, f"{seconds:g} s", "faint", "end")
    rows = [(name, getattr(one, name)) for name in ("p50", "p95", "p99", "max")]
    shown = [(name, _time(value)) for name, value in rows]
    shown += [(name, f"{getattr(one, name):,}") for name in ("sent", "refused", "errors")]
    for k, (name, value) in enumerate(shown):
        yield _text(RIGHT + 24, top + 12 + 20 * k, name, "faint")
        yield _text(WIDTH - MARGIN, top + 12 + 20 * k, value, "value", "end")


def _points(slices: list[LoadSlice], name: str, width: float, scale: _Scale) -> str:
    return " ".join(
        f"{LEFT + (k + 0.5) * width:.1f},{scale.at(value)}"
        for k, part in enumerate(slices)
        if (value := getattr(part, name)) is not None
    )


def _objectives(summary: LoadSummary, top: int) -> Iterator[str]:
    for k, one in enumerate(summary.objectives):
        style = "better" if one.is_met else "worse"
        yield _text(MARGIN, top + 24 * k, one.text, style)


def _time(ms: float | None) -> str:
    return "-" if ms is None else duration(1e6 * ms)


def _text(x: float, y: float, text: str, style: str = "", anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" class="{style}" text-anchor="{anchor}">{escape(text)}</text>'
