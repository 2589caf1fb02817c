"""Samples of the merged metrics over the last quarter of an hour: rates, quantiles, and when a count last grew."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from prometheus_client.parser import text_string_to_metric_families

from zkctl.runtime.records import record

SAMPLE_SECONDS = 10.0
N_SAMPLES = 91  # a quarter of an hour


class SeriesName(NamedTuple):
    """A series: the name of a line, and its labels in the order of their names."""

    name: str
    labels: tuple[tuple[str, str], ...] = ()


@record
class Sample:
    """All values of one moment; `at` in seconds of a monotonic clock."""

    at: float
    values: Mapping[SeriesName, float]


@record
class HistogramPart:
    """One bucket: times above `above` and up to `bound` seconds (infinite for the last one)."""

    above: float
    bound: float
    n: float


def read_exposition(text: str) -> dict[SeriesName, float]:
    """Return the values of the text format of Prometheus."""
    return {
        SeriesName(sample.name, tuple(sorted(sample.labels.items()))): float(sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


class OpsHistory:
    """The last N_SAMPLES samples."""

    def __init__(self) -> None:
        self._samples: deque[Sample] = deque(maxlen=N_SAMPLES)
        self._grew_at: dict[SeriesName, float] = {}

    def add(self, at: float, values: Mapping[SeriesName, float]) -> None:
        """Add a sample; it replaces the last one if that came less than SAMPLE_SECONDS after the one before."""
        before = self._samples[-1].values if self._samples else None
        for name, value in values.items():
            if before is not None and value > before.get(name, 0.0):
                self._grew_at[name] = at
        if len(self._samples) > 1:
            before_last, last = self._samples[-2], self._samples[-1]
            if last.at - before_last.at < SAMPLE_SECONDS:
                self._samples.pop()
        self._samples.append(Sample(at, dict(values)))

    @property
    def newest(self) -> Sample:
        """The newest sample; an empty one if there is none."""
        return self._samples[-1] if self._samples else Sample(0.0, {})

    def value(self, name: str, **labels: str) -> float | None:
        """Return the newest value of a series, None if there is none."""
        return self.newest.values.get(SeriesName(name, tuple(sorted(labels.items()))))

    def series(self, name: str) -> Iterator[tuple[dict[str, str], float]]:
        """Yield labels and newest value of all series of a name."""
        for key, value in self.newest.values.items():
            if key.name == name:
                yield dict(key.labels), value

    def grew_before(self, name: str, labels: Mapping[str, str]) -> float | None:
        """Return the seconds since a count last grew, None if it did not since the first sample."""
        at = self._grew_at.get(SeriesName(name, tuple(sorted(labels.items()))))
        return None if at is None else self.newest.at - at

    def sums(self, name: str) -> list[float]:
        """Return for each sample the sum of a gauge over its labels."""
        return [_sum(sample, name) for sample in self._samples]

    def rates(self, name: str) -> list[float]:
        """Return for each pair of samples the growth of a count a second, over its labels; a count that fell began again."""
        found = []
        for before, after in zip(self._samples, list(self._samples)[1:], strict=False):
            grown, seconds = _sum(after, name) - _sum(before, name), after.at - before.at
            found.append(max(grown, 0.0) / seconds if seconds > 0 else 0.0)
        return found

    def histogram(self, name: str, **labels: str) -> list[HistogramPart]:
        """Return the buckets with the newest counts, summed over the labels that are not given."""
        counts: dict[float, float] = {}
        for found, value in self.series(f"{name}_bucket"):
            if labels.items() <= found.items():
                bound = float(found["le"])
                counts[bound] = counts.get(bound, 0.0) + value
        parts, above, below = [], 0.0, 0.0
        for bound in sorted(counts):
            parts.append(HistogramPart(above, bound, counts[bound] - below))
            above, below = bound, counts[bound]
        return parts


def quantile(parts: list[HistogramPart], share: float) -> float | None:
    """Return the time that `share` of the counted times do not exceed, None without times.

    Within a bucket times are taken as evenly spread, as Prometheus' histogram_quantile does; the last bucket has no upper
    bound, so its lower one is returned.
    """
    total = sum(part.n for part in parts)
    if not total:
        return None
    rest = share * total
    for part in parts:
        if part.n and rest <= part.n:
            if math.isinf(part.bound):
                return part.above
            return part.above + (part.bound - part.above) * rest / part.n
        rest -= part.n
    return parts[-1].above


def _sum(sample: Sample, name: str) -> float:
    return sum(value for key, value in sample.values.items() if key.name == name)
