"""The chart of a load: well-formed, a plot for each kind, nothing from outside unescaped."""

from __future__ import annotations

from xml.etree import ElementTree

from zkctl.toolchain.bench.service.chart import load_chart
from zkctl.toolchain.bench.service.outcomes import (
    AnswerVerdict,
    LoadSummary,
    RequestOutcome,
    figures,
    objective_results,
)
from zkctl.toolchain.bench.service.plan import LoadKind, LoadPlan

SVG = "{http://www.w3.org/2000/svg}"


def summary(outcomes: list[RequestOutcome]) -> LoadSummary:
    plan = LoadPlan("https://a.example/<b>", {LoadKind.VERIFY: 10.0, LoadKind.HEALTH: 1.0}, 10.0)
    kinds = figures(plan, outcomes)
    results = objective_results(plan.objectives, kinds)
    return LoadSummary(
        "zkctl-load/1",
        "0.1.0",
        "a & b",
        plan.url,
        "2026-01-01T00:00:00Z",
        10.0,
        10.1,
        0.1,
        kinds,
        results,
    )


OUTCOMES = [
    RequestOutcome(LoadKind.VERIFY, 0.1 * k, 0.01 + k / 1000, 0.0, AnswerVerdict.SERVED, "200")
    for k in range(90)
] + [RequestOutcome(LoadKind.VERIFY, 9.95, 1.0, 0.0, AnswerVerdict.ERROR, "500")]


def elements(text: str, name: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(text).iter(SVG + name))  # noqa: S314  # our own output


def test_two_lines_for_each_kind_and_a_bar_for_failures() -> None:
    text = load_chart(summary(OUTCOMES))
    assert [line.attrib["class"] for line in elements(text, "polyline")] == ["p50", "p95"] * 2
    assert [bar.attrib["class"] for bar in elements(text, "rect")] == ["paper", "bad"]
    words = [element.text or "" for element in elements(text, "text")]
    assert "verify, 10 a second" in words
    assert "https://a.example/<b>, 2026-01-01T00:00:00Z, a & b" in words
    assert "verify.p95: 95 ms, at most 100 ms" in words


def test_points_lie_in_the_plot() -> None:
    (line, *_) = elements(load_chart(summary(OUTCOMES)), "polyline")
    for point in line.attrib["points"].split():
        x, y = map(float, point.split(","))
        assert 96 <= x <= 700
        assert 112 <= y <= 262


def test_no_answers_are_still_a_picture() -> None:
    assert elements(load_chart(summary([])), "svg")
