"""Charts of the operator's page: well-formed, in their frame, titles escaped."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from zkctl.service.proving.ops.charts import HEIGHT, WIDTH, histogram_chart, line_chart, seconds
from zkctl.service.proving.ops.samples import HistogramPart


def parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)  # noqa: S314  # our own output


@pytest.mark.parametrize("values", [[], [0.0], [3.0], [0.0, 5.0, 2.0], [0.0] * 5])
def test_lines_stay_in_the_frame(values: list[float]) -> None:
    chart = parsed(line_chart(values, "<a> & b"))
    assert chart.attrib["aria-label"] == "<a> & b"
    points = chart[0].attrib["points"].split()
    assert len(points) == len(values)
    for point in points:
        x, y = map(float, point.split(","))
        assert 0 <= x <= WIDTH
        assert 0 <= y <= HEIGHT


def test_the_highest_value_is_at_the_top() -> None:
    points = parsed(line_chart([0.0, 5.0], "x"))[0].attrib["points"].split()
    assert [float(point.split(",")[1]) for point in points] == [HEIGHT - 2, 2]


def test_bars_name_their_bucket() -> None:
    parts = [HistogramPart(0, 0.1, 1500), HistogramPart(0.1, float("inf"), 0)]
    chart = parsed(histogram_chart(parts, "x"))
    assert [bar[0].text for bar in chart] == ["up to 100 ms: 1,500", "more: 0"]
    assert [float(bar.attrib["height"]) for bar in chart] == [HEIGHT - 4, 0]


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "-"), (0.0012, "1.2 ms"), (1.5, "1.5 s"), (600, "10 min"), (90_000, "25 h")],
)
def test_times(value: float | None, text: str) -> None:
    assert seconds(value) == text
