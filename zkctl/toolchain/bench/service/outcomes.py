"""The outcomes of a load: answers and latencies as figures, compared with the objectives."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from zkctl.runtime.records import record
from zkctl.toolchain.bench.service.plan import LoadKind, LoadPlan, Objective, Statistic

SLICES = 60  # of the time of a load, for the chart


class AnswerVerdict(StrEnum):
    """The judgement of one answer."""

    SERVED = "served"  # as expected
    REFUSED = "refused"  # 429 or 503 with Retry-After
    ERROR = "error"  # everything else


@record
class RequestOutcome:
    """One finished request; times in seconds, `latency` from the intended time of sending."""

    kind: LoadKind
    at: float
    latency: float
    late: float  # of the sending, behind the intended time
    verdict: AnswerVerdict
    cause: str  # a status code, or the kind of a failure


@dataclass(frozen=True)
class LoadSlice:
    """A part of the time: it begins `at` seconds after the start; latencies in ms, None without a served request."""

    at: float
    n: int
    n_bad: int
    p50: float | None
    p95: float | None


@dataclass(frozen=True)
class KindFigures:
    """The figures of one kind; latencies in milliseconds, of served requests."""

    kind: str
    rate: float
    sent: int
    served: int
    refused: int
    errors: int
    p50: float | None
    p95: float | None
    p99: float | None
    max: float | None
    causes: dict[str, int]  # of all answers
    slices: list[LoadSlice]


@dataclass(frozen=True)
class ObjectiveResult:
    """An objective and the figure; `measured` is None if no request was served."""

    name: str
    unit: str
    limit: float
    measured: float | None
    is_met: bool

    @property
    def text(self) -> str:
        """The objective in words: the figure, and its bound."""
        shown = "no request served" if self.measured is None else f"{self.measured:g} {self.unit}"
        return f"{self.name}: {shown}, at most {self.limit:g} {self.unit}"


@dataclass(frozen=True)
class LoadSummary:
    """The result of a load.  `late_p99`: milliseconds by which this program sent its requests late."""

    schema: str
    zkctl: str
    machine: str
    url: str
    started: str
    seconds: float
    wall_seconds: float
    late_p99: float
    kinds: list[KindFigures]
    objectives: list[ObjectiveResult]
    files: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def all_met(self) -> bool:
        """The objectives are all met."""
        return all(one.is_met for one in self.objectives)


def percentile(values: Sequence[float], part: float) -> float | None:
    """Return the smallest value that `part` of the sorted values do not exceed (nearest rank), None without values."""
    return values[max(0, math.ceil(part * len(values)) - 1)] if values else None


def figures(plan: LoadPlan, outcomes: Sequence[RequestOutcome]) -> list[KindFigures]:
    """Return the figures of each kind of the plan."""
    return [
        _of_kind(kind, plan, [one for one in outcomes if one.kind is kind]) for kind in plan.rates
    ]


def _of_kind(kind: LoadKind, plan: LoadPlan, outcomes: Sequence[RequestOutcome]) -> KindFigures:
    verdicts = Counter(one.verdict for one in outcomes)
    times = _served_ms(outcomes)
    return KindFigures(
        kind=str(kind),
        rate=plan.rates[kind],
        sent=len(outcomes),
        served=verdicts[AnswerVerdict.SERVED],
        refused=verdicts[AnswerVerdict.REFUSED],
        errors=verdicts[AnswerVerdict.ERROR],
        p50=percentile(times, 0.5),
        p95=percentile(times, 0.95),
        p99=percentile(times, 0.99),
        max=times[-1] if times else None,
        causes=dict(sorted(Counter(one.cause for one in outcomes).items())),
        slices=_slices(plan, outcomes),
    )


def _served_ms(outcomes: Iterable[RequestOutcome]) -> list[float]:
    return sorted(
        round(1000 * one.latency, 3) for one in outcomes if one.verdict is AnswerVerdict.SERVED
    )


def _slices(plan: LoadPlan, outcomes: Sequence[RequestOutcome]) -> list[LoadSlice]:
    length = plan.seconds / SLICES
    parts: list[list[RequestOutcome]] = [[] for _ in range(SLICES)]
    for one in outcomes:
        parts[min(int(one.at / length), SLICES - 1)].append(one)
    found = []
    for k, part in enumerate(parts):
        times = _served_ms(part)
        found.append(
            LoadSlice(
                at=round(k * length, 3),
                n=len(part),
                n_bad=len(part) - len(times),
                p50=percentile(times, 0.5),
                p95=percentile(times, 0.95),
            )
        )
    return found


def objective_results(
    objectives: Iterable[Objective], kinds: Sequence[KindFigures]
) -> list[ObjectiveResult]:
    """Return the objectives of kinds that were sent, and those of shares.

    An objective of a latency is not met if no request of the kind was served.
    """
    by_name = {one.kind: one for one in kinds}
    found = []
    for objective in objectives:
        if objective.kind is None:
            measured: float | None = _share(objective.statistic, kinds)
        elif objective.kind in by_name:
            measured = getattr(by_name[objective.kind], objective.statistic)
        else:
            continue
        is_met = measured is not None and measured <= objective.limit
        found.append(
            ObjectiveResult(objective.name, objective.unit, objective.limit, measured, is_met)
        )
    return found


def _share(statistic: Statistic, kinds: Sequence[KindFigures]) -> float:
    sent = sum(one.sent for one in kinds)
    n = sum(one.refused if statistic is Statistic.REFUSED else one.errors for one in kinds)
    return round(100 * n / sent, 4) if sent else 0.0
