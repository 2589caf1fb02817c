"""The values of metrics in memory, their merging between processes, and the text for Prometheus.

Each process records into its own `Series` and sends `drain()` to the parent: the growth of counters and histograms, and
the gauges.  The parent adds them to a `MergedMetrics`.  A process that dies takes its gauges with it and no counts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from threading import Lock
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from zkctl.service.proving.families import FAMILIES, OTHER, Family, Kind

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
MAX_SERIES = 400  # lines with a value in one answer, whatever clients send
# the label sets with `other`, one of each family, always have room
_RESERVED = sum(family.n_series for family in FAMILIES.values())

Key = tuple[str, tuple[str, ...]]  # name of the metric, values of its labels
Cell = list[float]  # [value]; a histogram: number in each bucket with +Inf, then the sum


Row = tuple[str, list[str], Cell]  # a key with its cell, as JSON can hold it
# `growth` of counters and histograms since the last call, and the present `gauges`
Changes = dict[str, list[Row]]


class Series:
    """The values of one process, safe between threads."""

    def __init__(self) -> None:
        self._growth: dict[Key, Cell] = {}
        self._gauges: dict[Key, float] = {}
        self._known: set[Key] = set()
        self._room = MAX_SERIES - _RESERVED
        self._lock = Lock()

    def count(self, name: str, *labels: str, by: float = 1) -> None:
        """Add to a counter; `by=0` makes it visible."""
        with self._lock:
            self._growth.setdefault(self.key(name, labels), [0.0])[0] += by

    def observe(self, name: str, seconds: float, *labels: str) -> None:
        """Add one time to a histogram."""
        buckets = FAMILIES[name].buckets
        with self._lock:
            cell = self._growth.setdefault(self.key(name, labels), [0.0] * (len(buckets) + 2))
            cell[bisect_left(buckets, seconds)] += 1
            cell[-1] += seconds

    def set(self, name: str, value: float, *labels: str) -> None:
        """Set a gauge."""
        with self._lock:
            self._gauges[self.key(name, labels)] = float(value)

    def clear(self, name: str) -> None:
        """Forget a gauge with all its labels."""
        with self._lock:
            self._gauges = {key: value for key, value in self._gauges.items() if key[0] != name}

    def drain(self) -> Changes:
        """Return the growth since the last call and the present gauges, as JSON can hold them."""
        with self._lock:
            growth, self._growth = self._growth, {}
            gauges = {key: [value] for key, value in self._gauges.items()}
        return {"growth": _rows(growth), "gauges": _rows(gauges)}

    def key(self, name: str, labels: tuple[str, ...]) -> Key:
        """Return the key; of a label set beyond the limit that of `other`."""
        key = name, labels
        if key not in self._known:
            n_series = FAMILIES[name].n_series
            if n_series > self._room:
                return name, (OTHER,) * len(labels)
            self._room -= n_series
            self._known.add(key)
        return key


class MergedMetrics:
    """The values of all processes of one service, kept by the parent."""

    def __init__(self) -> None:
        self._total: dict[Key, Cell] = {}
        self._gauges: dict[str, dict[Key, float]] = {}  # by process
        self._limit = Series()
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)
        self._lock = Lock()

    def add(self, process: str, changes: Changes) -> None:
        """Add what a process sent; its gauges replace its earlier ones."""
        with self._lock:
            for name, labels, cell in changes["growth"]:
                key = self._limit.key(name, tuple(labels))
                before = self._total.get(key, [0.0] * len(cell))
                self._total[key] = [a + b for a, b in zip(before, cell, strict=True)]
            self._gauges[process] = {
                self._limit.key(name, tuple(labels)): cell[0]
                for name, labels, cell in changes["gauges"]
            }

    def forget(self, process: str) -> None:
        """Remove the gauges of a process that ended; its counts stay."""
        with self._lock:
            self._gauges.pop(process, None)

    def exposition(self) -> str:
        """Return the text of `GET /metrics`, of the type `CONTENT_TYPE`."""
        return generate_latest(self._registry).decode()

    def value(self, name: str, *labels: str) -> float | None:
        """Return a counter, a gauge, or the number of times in a histogram; None if there is none."""
        cell = self._merged().get((name, labels))
        if cell is None:
            return None
        return sum(cell[:-1]) if FAMILIES[name].kind is Kind.HISTOGRAM else cell[0]

    def collect(self) -> Iterator[Metric]:
        """Yield all metrics, as prometheus_client asks for them."""
        by_name: dict[str, list[tuple[tuple[str, ...], Cell]]] = {}
        for (name, labels), cell in sorted(self._merged().items()):
            by_name.setdefault(name, []).append((labels, cell))
        for name, family in FAMILIES.items():
            yield _metric(family, by_name.get(name, []))

    def _merged(self) -> dict[Key, Cell]:
        with self._lock:
            found = {key: list(cell) for key, cell in self._total.items()}
            for gauges in self._gauges.values():
                for key, value in gauges.items():
                    worst = min if FAMILIES[key[0]].worst == "min" else max
                    found[key] = [worst(found.get(key, [value])[0], value)]
            return found


def _rows(cells: dict[Key, Cell]) -> list[Row]:
    return [(name, list(labels), cell) for (name, labels), cell in cells.items()]


def _metric(family: Family, rows: list[tuple[tuple[str, ...], Cell]]) -> Metric:
    if family.kind is Kind.HISTOGRAM:
        histogram = HistogramMetricFamily(family.name, family.text, labels=family.labels)
        for labels, cell in rows:
            histogram.add_metric(labels, _cumulative(family, cell), cell[-1])
        return histogram
    kinds: dict[Kind, Any] = {Kind.COUNTER: CounterMetricFamily, Kind.GAUGE: GaugeMetricFamily}
    metric: Metric = kinds[family.kind](family.name, family.text, labels=family.labels)
    for labels, cell in rows:
        metric.add_metric(labels, cell[0])  # type: ignore[attr-defined]  # both kinds have it
    return metric


def _cumulative(family: Family, cell: Cell) -> list[tuple[str, float]]:
    """Return (upper bound, number of times up to it), as the text format wants."""
    bounds, below, found = [*(repr(float(b)) for b in family.buckets), "+Inf"], 0.0, []
    for bound, number in zip(bounds, cell[:-1], strict=True):
        below += number
        found.append((bound, below))
    return found
