"""The chart: well-formed, one bar per measurement, nothing from outside unescaped."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from zkctl.toolchain.bench.chart import BARS_FROM, BARS_TO, chart, duration
from zkctl.toolchain.bench.measurements import BenchSummary, Measurement

SVG = "{http://www.w3.org/2000/svg}"
MEASUREMENTS = [
    Measurement("kernels", "multiply", 65536, 370_000, 371_000, 25, 370_000),
    Measurement("kernels", "invert", 65536, 1_200_000, 700_000, 25, 2_000_000),
    Measurement("prove", "prove", 4096, 58_000_000, 60_000_000, 7, 30_000_000),
    Measurement("verify", "verify", 1, 6_500_000, 6_500_000, 25),
]


def summary(
    measurements: list[Measurement] = MEASUREMENTS, baseline: str | None = "old.json"
) -> BenchSummary:
    return BenchSummary(
        "zkctl-bench/1", "0.1.0", "<Fast & Co>", "numpy kernels", 2, measurements, baseline
    )


def elements(text: str, name: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(text).iter(SVG + name))  # noqa: S314  # our own output


def words(text: str) -> list[str]:
    return [element.text or "" for element in elements(text, "text")]


def test_a_bar_for_every_measurement_and_its_baseline() -> None:
    bars = elements(chart(summary()), "rect")[1:]
    assert len(bars) == 4 + 3
    for bar in bars:
        left, width = float(bar.attrib["x"]), float(bar.attrib["width"])
        assert left == BARS_FROM
        assert 0 < width <= BARS_TO - BARS_FROM


def test_longer_times_have_longer_bars() -> None:
    bars = elements(chart(summary(baseline=None)), "rect")[1:]
    full = [float(bar.attrib["width"]) for bar in bars if bar.attrib["fill-opacity"] == "1"]
    times = [one.cpu_ns for one in MEASUREMENTS]
    assert sorted(range(4), key=full.__getitem__) == sorted(range(4), key=times.__getitem__)


def test_what_it_says() -> None:
    said = words(chart(summary()))
    assert "zkctl 0.1.0 bench" in said
    assert "<Fast & Co>; numpy kernels" in said
    assert {"370 µs", "1.20 ms", "58.0 ms", "65,536", "4,096", "to baseline"} <= set(said)
    assert {"\u00d7 1.00", "\u00d7 0.60", "\u00d7 1.93"} <= set(said)
    assert {"100 µs", "1 ms", "10 ms", "100 ms"} <= set(said)
    assert "to baseline" not in words(chart(summary(baseline=None)))


def test_verdicts_are_coloured() -> None:
    styles = {e.text: e.attrib["class"] for e in elements(chart(summary()), "text")}
    assert "better" in styles["\u00d7 0.60"]
    assert "worse" in styles["\u00d7 1.93"]
    assert "faint" in styles["\u00d7 1.00"]


def test_no_measurements_is_still_a_picture() -> None:
    assert elements(chart(summary([])), "svg")


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "0 ns"),
        (5.74, "5.74 ns"),
        (999, "999 ns"),
        (1_000, "1.00 µs"),
        (12_345, "12.3 µs"),
        (123_456, "123 µs"),
        (999_999, "1000 µs"),
        (1_500_000, "1.50 ms"),
        (3_530_000_000, "3.53 s"),
        (353_000_000_000, "353 s"),
    ],
)
def test_durations(ns: float, text: str) -> None:
    assert duration(ns) == text
