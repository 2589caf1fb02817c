"""Jobs under faults: clients that never give an idempotency key up, a schedule of faults, and the verdict at the end.

Each run is seeded; the seed and every fault are printed.  ZKCTL_CHAOS_SECONDS and ZKCTL_CHAOS_SEED change a run.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.support.demo_service import PID_BODY, RunningService

TERMINAL = ("done", "failed", "cancelled", "expired")
# for a request to be accepted, and after the last fault for all jobs to end
PATIENCE_S = 180.0
Fault = Callable[[random.Random], str]  # does something and says what


def chaos_seconds(default: float) -> float:
    return float(os.environ.get("ZKCTL_CHAOS_SECONDS", default))


def chaos_seed() -> int:
    return int(os.environ.get("ZKCTL_CHAOS_SEED") or random.SystemRandom().randrange(1 << 32))


@dataclass
class Chaos:
    """One run of jobs against a service."""

    service: RunningService
    seed: int
    jobs: dict[str, str] = field(default_factory=dict)  # idempotency key -> id of the accepted job
    results: dict[str, dict[str, Any]] = field(default_factory=dict)  # id -> the last answer
    statuses: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    started: float = field(default_factory=time.monotonic)

    def submit(self, n: int, seconds: float, clients: int = 4) -> None:
        """Send n jobs, spread over the time, from several clients; each key is sent again until it is accepted."""
        keys = [f"chaos-{self.seed}-{k}" for k in range(n)]
        begin = time.monotonic()

        def send(share: Sequence[tuple[int, str]]) -> None:
            with httpx.Client(timeout=15, trust_env=False) as http:
                for k, key in share:
                    time.sleep(max(0.0, begin + k * seconds / n - time.monotonic()))
                    self._accepted(http, key)
                    if k % 3 == 0:  # the same request once more: the same job
                        self._accepted(http, key)

        numbered = list(enumerate(keys))
        threads = [
            threading.Thread(target=send, args=(numbered[first::clients],), daemon=True)
            for first in range(clients)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _accepted(self, http: httpx.Client, key: str) -> None:
        headers = {"Idempotency-Key": key, "Prefer": "respond-async"}
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            answer = self._ask(http, "POST", "/v1/zkp/generate", json=PID_BODY, headers=headers)
            if answer is not None and answer.status_code in (200, 202):
                found = answer.json()["jobId"]
                with self.lock:
                    before = self.jobs.setdefault(key, found)
                if before != found:
                    self._complain(f"{key} has two jobs: {before} and {found}")
                return
            if answer is not None and answer.status_code not in (408, 429, 503):
                self._complain(f"{key}: {answer.status_code} {answer.text[:200]}")
                return
            time.sleep(0.1)
        self._complain(f"{key} was never accepted")

    def _ask(
        self, http: httpx.Client, method: str, path: str, **options: Any
    ) -> httpx.Response | None:
        """The answer, None if the connection broke; a 5xx must be a 503 that says when to come back."""
        headers = {**self.service.authorization, **options.pop("headers", {})}
        try:
            answer = http.request(method, self.service.url + path, headers=headers, **options)
        except httpx.TransportError as problem:
            with self.lock:
                self.statuses[type(problem).__name__] += 1
            return None
        with self.lock:
            self.statuses[str(answer.status_code)] += 1
        if answer.status_code >= 500 and not (
            answer.status_code == 503 and "retry-after" in answer.headers
        ):
            self._complain(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        return answer

    def wait_for_results(self) -> None:
        """Ask for every job until it is terminal."""
        until = time.monotonic() + PATIENCE_S
        waiting = list(self.jobs.values())
        with httpx.Client(timeout=15, trust_env=False) as http:
            while waiting and time.monotonic() < until:
                left = []
                for job in waiting:
                    answer = self._ask(http, "GET", f"/v1/zkp/jobs/{job}")
                    if answer is None or answer.status_code not in (200, 202):
                        left.append(job)
                        continue
                    self.results[job] = answer.json()
                    if self.results[job]["state"] not in TERMINAL:
                        left.append(job)
                waiting = left
                time.sleep(0.2)
        if waiting:
            self._complain(f"{len(waiting)} jobs never ended: {waiting[:3]}")

    def proofs(self) -> Iterator[str]:
        """The published proofs."""
        for answer in self.results.values():
            if answer["state"] == "done":
                yield answer["proof"]

    def states(self) -> Counter[str]:
        return Counter(answer["state"] for answer in self.results.values())

    def _complain(self, text: str) -> None:
        with self.lock:
            self.complaints.append(text)

    @contextmanager
    def under(self, faults: Sequence[Fault], pause: float, seconds: float) -> Iterator[None]:
        """Do a random fault each `pause` seconds, for so many seconds or until the end of the block."""
        stop, chosen = threading.Event(), random.Random(self.seed)
        until = time.monotonic() + seconds

        def repeat() -> None:
            while not stop.wait(pause) and time.monotonic() < until:
                try:
                    what = chosen.choice(faults)(chosen)
                except Exception as problem:
                    self._complain(f"a fault failed: {type(problem).__name__}: {problem}")
                    return
                self.faults.append(f"{time.monotonic() - self.started:.1f} s: {what}")

        thread = threading.Thread(target=repeat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def report(self) -> str:
        """Everything that happened, for a failed test and for the record."""
        lines = [
            f"seed {self.seed}",
            f"answers {dict(self.statuses)}",
            f"jobs {dict(self.states())}",
            f"errors {dict(Counter(each['error'] for each in self.results.values() if 'error' in each))}",
        ]
        return "\n".join([*lines, *self.complaints, *self.faults])
