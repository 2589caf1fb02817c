"""Small charts as inline SVG: a line over time, and the bars of a histogram."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from zkctl.service.proving.ops.samples import HistogramPart

WIDTH, HEIGHT = 240, 48
_PAD = 2


def line_chart(values: Sequence[float], title: str) -> str:
    """Return the values as a line from the oldest to the newest; the scale begins at 0."""
    most = max([*values, 0.0]) or 1.0
    step = (WIDTH - 2 * _PAD) / max(len(values) - 1, 1)
    points = " ".join(
        f"{_PAD + k * step:.1f},{HEIGHT - _PAD - (HEIGHT - 2 * _PAD) * value / most:.1f}"
        for k, value in enumerate(values)
    )
    return _svg(title, f'<polyline class="line" points="{points}"/>')


def histogram_chart(parts: Sequence[HistogramPart], title: str) -> str:
    """Return one bar for each bucket, from the shortest times to the longest."""
    most = max((part.n for part in parts), default=0.0) or 1.0
    width = (WIDTH - 2 * _PAD) / max(len(parts), 1)
    bars = []
    for k, part in enumerate(parts):
        high = (HEIGHT - 2 * _PAD) * part.n / most
        bound = "more" if math.isinf(part.bound) else f"up to {seconds(part.bound)}"
        bars.append(
            f'<rect class="bar" x="{_PAD + k * width:.1f}" y="{HEIGHT - _PAD - high:.1f}"'
            f' width="{max(width - 2, 1):.1f}" height="{high:.1f}"><title>{bound}: {part.n:,.0f}</title></rect>'
        )
    return _svg(title, "".join(bars))


def _svg(title: str, content: str) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img"'
        f' aria-label="{escape(title)}">{content}</svg>'
    )


def seconds(value: float | None) -> str:
    """Return a time with two or three digits and its unit, a dash for None."""
    if value is None:
        return "-"
    if value < 1:
        return f"{1000 * value:.3g} ms"
    if value < 120:
        return f"{value:.3g} s"
    if value < 7200:
        return f"{value / 60:.0f} min"
    return f"{value / 3600:.0f} h"
