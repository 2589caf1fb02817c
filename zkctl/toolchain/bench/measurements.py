"""The result of `zkctl bench`: measurements, and the machine they belong to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from zkctl.runtime.records import record


class MeasurementKey(NamedTuple):
    """The identity of a measurement, equal in comparable ones."""

    group: str
    name: str
    size: int


@record
class Measurement:
    """A median; times in nanoseconds.  `baseline_cpu_ns`: CPU time of the baseline."""

    group: str
    name: str
    size: int
    cpu_ns: int
    wall_ns: int
    runs: int
    baseline_cpu_ns: int | None = None

    @property
    def key(self) -> MeasurementKey:
        """The key, equal in comparable measurements."""
        return MeasurementKey(self.group, self.name, self.size)

    @property
    def ratio(self) -> float | None:
        """CPU time by that of the baseline."""
        return self.cpu_ns / self.baseline_cpu_ns if self.baseline_cpu_ns else None


@dataclass(frozen=True)
class BenchSummary:
    """The measurements of one run, and the machine."""

    schema: str
    zkctl: str
    machine: str
    kernels: str
    threads: int
    measurements: list[Measurement]
    baseline: str | None = None
    files: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
