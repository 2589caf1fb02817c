"""A load as data: kinds of requests with their shares, the rate, the time, and the objectives."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from enum import StrEnum

from zkctl.errors import UsageError
from zkctl.runtime.printable import printable
from zkctl.runtime.records import record

MAX_RATE = 5000.0  # requests a second; one process of Python sends no more
MAX_SECONDS = 86_400.0
DEFAULT_REQUEST = b'{"pid": "JP-13-113-01", "pattern": "membership"}'  # of `serve --demo`


class LoadKind(StrEnum):
    """The kinds of requests of a load."""

    VERIFY = "verify"  # a valid proof, in other bytes each time
    GENERATE = "generate"  # from the request to the proof at hand
    MALFORMED = "malformed"  # a body to be refused with a 4xx
    HEALTH = "health"


class Statistic(StrEnum):
    """The figures that an objective may limit."""

    P50 = "p50"
    P95 = "p95"
    P99 = "p99"
    MAX = "max"
    ERRORS = "errors"
    REFUSED = "refused"


LATENCIES = (Statistic.P50, Statistic.P95, Statistic.P99, Statistic.MAX)  # in milliseconds
SHARES = (Statistic.ERRORS, Statistic.REFUSED)  # in percent of the requests


@record
class Objective:
    """An upper bound: of a latency in ms for one kind, or of a share in percent for all kinds (`kind` is None)."""

    kind: LoadKind | None
    statistic: Statistic
    limit: float

    @property
    def name(self) -> str:
        """The name as an option has it."""
        return str(self.statistic) if self.kind is None else f"{self.kind}.{self.statistic}"

    @property
    def unit(self) -> str:
        """The unit of the limit."""
        return "ms" if self.statistic in LATENCIES else "%"


DEFAULT_OBJECTIVES = (
    Objective(LoadKind.VERIFY, Statistic.P95, 100.0),
    Objective(LoadKind.GENERATE, Statistic.P95, 10_000.0),
    Objective(None, Statistic.ERRORS, 0.1),
    Objective(None, Statistic.REFUSED, 0.1),
)


@record
class LoadPlan:
    """The requests to send: `rates` in requests a second for each kind, for so many seconds.

    `request` is the body of a generate request, `bundle` a proof string to verify; without one the service makes a proof first.
    """

    url: str
    rates: dict[LoadKind, float]
    seconds: float
    objectives: tuple[Objective, ...] = DEFAULT_OBJECTIVES
    request: bytes = DEFAULT_REQUEST
    bundle: str | None = None
    allow_http: bool = False

    @property
    def rate(self) -> float:
        """Requests a second, of all kinds."""
        return sum(self.rates.values())

    def n_requests(self, kind: LoadKind) -> int:
        """Return the number of requests of a kind, at least one."""
        return max(1, math.floor(self.rates[kind] * self.seconds))


@record
class Arrival:
    """One request to send: its kind, its number within the kind, and its time in seconds from the start."""

    at: float
    kind: LoadKind
    number: int


def load_plan(
    url: str, rate: float, seconds: float, mix: str, objectives: Sequence[str] = ()
) -> LoadPlan:
    """Return the plan of a mix and objectives in words.  Raises: UsageError as `parse_mix` and `parse_objectives`."""
    return LoadPlan(url, parse_mix(mix, rate), seconds, parse_objectives(objectives))


def arrivals(plan: LoadPlan) -> list[Arrival]:
    """Return all requests in the order of their times: equal distances within a kind, half of one before its first."""
    return sorted(_all_arrivals(plan), key=lambda one: one.at)


def _all_arrivals(plan: LoadPlan) -> Iterator[Arrival]:
    for kind, rate in plan.rates.items():
        for number in range(plan.n_requests(kind)):
            yield Arrival(min((number + 0.5) / rate, plan.seconds), kind, number)


def parse_mix(words: str, rate: float) -> dict[LoadKind, float]:
    """Return the rate of each kind: `verify=40,generate=1` shares out `rate` requests a second 40 to 1.

    Raises: UsageError for an unknown kind, a kind named twice, or a weight that is no positive number.
    """
    weights: dict[LoadKind, float] = {}
    for word in words.split(","):
        name, _, weight = word.strip().partition("=")
        kind = _kind(name)
        if kind in weights:
            raise UsageError(f"the mix names {kind} twice: expected each kind once, got {words!r}")
        weights[kind] = _positive(weight or "1", f"the weight of {kind} in the mix")
    total = sum(weights.values())
    return {kind: rate * weight / total for kind, weight in weights.items()}


def parse_objectives(words: Sequence[str]) -> tuple[Objective, ...]:
    """Return the default objectives with these in their places, such as `verify.p95=100` or `errors=0.1`.

    Raises: UsageError.
    """
    found = {one.name: one for one in DEFAULT_OBJECTIVES}
    for word in words:
        one = _objective(word)
        found[one.name] = one
    return tuple(found.values())


def _objective(word: str) -> Objective:
    name, equals, limit = word.partition("=")
    kind, dot, statistic = name.strip().rpartition(".")
    allowed = LATENCIES if dot else SHARES
    if not equals or statistic not in allowed:
        raise UsageError(
            f"{printable(word, 60)!r} is no objective: expected KIND.STATISTIC=MS or errors=PERCENT",
            hint=f"a statistic is one of {', '.join(LATENCIES)}; shares are {' and '.join(SHARES)}",
        )
    value = 0.0 if limit.strip() == "0" else _positive(limit, f"the limit of {name.strip()}")
    return Objective(_kind(kind) if dot else None, Statistic(statistic), value)


def _kind(name: str) -> LoadKind:
    if name not in tuple(LoadKind):
        raise UsageError(
            f"unknown kind of request {printable(name, 40)!r}: expected one of {', '.join(LoadKind)}"
        )
    return LoadKind(name)


def _positive(text: str, what: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < math.inf:
        raise UsageError(f"{what} is {printable(text, 40)!r}: expected a positive number")
    return value


def check_plan(plan: LoadPlan) -> None:
    """Check rate and time.  Raises: UsageError."""
    for what, value, most in (
        ("rate", plan.rate, MAX_RATE),
        ("time in seconds", plan.seconds, MAX_SECONDS),
    ):
        if not 0 < value <= most:
            raise UsageError(f"the {what} is {value:g}: expected more than 0, at most {most:g}")
