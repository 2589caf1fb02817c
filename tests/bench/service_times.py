"""Times that the service's specification bounds, and the times of refused API keys: rows for docs/design/service-results.md.

.venv/bin/python tests/bench/service_times.py keys refusal switch stop --database postgresql

keys      Welch's t-test on the times of refusals, interleaved at random: |t| < 4.5 is no difference (security.md 5.2)
refusal   the answer to a request beyond the limit of the queue (check 10: 50 ms)
switch    from the command that switches zkp off to the last proof (check 20: 10 s)
stop      from SIGTERM under load to the end of the process (check 12: 30 s)
"""

from __future__ import annotations

import argparse
import json
import math
import os
import secrets
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.support.demo_service import PID_BODY, RunningService, serving, shared_demo
from tests.support.servers import postgres_server
from zkctl.toolchain.bench.run import machine

MOST = 4.5  # |t|, as dudect takes it
CROP = 0.9  # dudect leaves out the longest times: they are those of the machine
ROOMY = {"ZKCTL_GENERATE_PER_MINUTE": "60000", "ZKCTL_MAX_UNFINISHED_PER_TENANT": "1000"}
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
GENERATE = "/v1/zkp/generate"


@contextmanager
def running(database: str, **environ: str) -> Iterator[RunningService]:
    folder = Path(tempfile.mkdtemp(prefix="service-times-"))
    server: Any = postgres_server() if database == "postgresql" else nullcontext()
    with server as postgres:
        if postgres is not None:
            environ |= {"DATABASE_URL": postgres.new_database(), "ZKCTL_MIGRATE": "true"}
        with serving(folder, shared_demo(folder), environ=ROOMY | environ) as service:
            service.wait_for()
            yield service


class Line:
    """One connection that times its requests."""

    def __init__(self, url: str) -> None:
        place = urlsplit(url)
        self._socket = socket.create_connection((place.hostname or "", place.port or 0), 30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def time_of(self, key: str) -> float:
        """Send a refused request and return its time in microseconds."""
        head = f"POST /v1/zkp/challenges HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\n"
        raw = f"{head}Content-Length: 2\r\n\r\n{{}}".encode()
        begun = time.perf_counter_ns()
        self._socket.sendall(raw)
        answer = b""
        while not answer.endswith(b"}"):  # the only one: the body is one flat object
            piece = self._socket.recv(65536)
            assert piece
            answer += piece
        ended = time.perf_counter_ns()
        assert answer.startswith(b"HTTP/1.1 401"), answer
        return (ended - begun) / 1000


def wrong_keys(key: str) -> dict[str, Callable[[], str]]:
    """Make refused keys of each class; `key` is right."""
    start, secret = key[: -len(key.split("_", 3)[3])], key.split("_", 3)[3]

    def other(letter: str) -> str:
        return "A" if letter != "A" else "B"

    def unknown_id() -> str:
        return "".join(secrets.choice(LETTERS) for _ in range(8))

    kind = start[: start.rindex("_", 0, -1) + 1]
    fixed = unknown_id()
    return {
        "known id, first letter of the secret wrong": lambda: start + other(secret[0]) + secret[1:],
        "known id, last letters of the secret wrong": lambda: (
            start + secret[:-2] + other(secret[-2]) + secret[-1]
        ),
        "known id, wholly wrong secret": lambda: start + secrets.token_urlsafe(32),
        "one unknown id": lambda: f"{kind}{fixed}_{secret}",
        "unknown ids, each once": lambda: f"{kind}{unknown_id()}_{secrets.token_urlsafe(32)}",
    }


def measure(service: RunningService, n: int) -> dict[str, list[float]]:
    """Return the times of n requests of each class, in an order that nobody chose."""
    made = wrong_keys(service.key)
    times: dict[str, list[float]] = {name: [] for name in made}
    order = [(name, made[name]()) for name in made for _ in range(n)]
    secrets.SystemRandom().shuffle(order)
    line, right = Line(service.url), time.monotonic()
    assert service.get("/v1/zkp/jobs/x").status_code == 404
    for name, key in order:
        if time.monotonic() - right > 1:  # the right key is in use, as it is in a service
            assert service.get("/v1/zkp/jobs/x").status_code == 404
            right = time.monotonic()
        times[name].append(line.time_of(key))
    return times


def welch(one: list[float], two: list[float]) -> float:
    """Return Welch's t: (m1 - m2) / sqrt(v1 / n1 + v2 / n2)."""
    spread = statistics.variance(one) / len(one) + statistics.variance(two) / len(two)
    return (statistics.fmean(one) - statistics.fmean(two)) / math.sqrt(spread)


def cropped(one: list[float], two: list[float]) -> tuple[list[float], list[float]]:
    """Leave out what is longer than the quantile of both together."""
    limit = statistics.quantiles([*one, *two], n=100)[round(100 * CROP) - 1]
    return [each for each in one if each <= limit], [each for each in two if each <= limit]


def keys(database: str, n: int) -> bool:
    with running(database) as service:
        measure(service, 200)  # connections and caches
        times = measure(service, n)
    print("| refused keys | requests | mean, us | median, us |\n|---|---|---|---|")
    for name, found in times.items():
        middle = statistics.median(found)
        print(f"| {name} | {len(found)} | {statistics.fmean(found):.1f} | {middle:.1f} |")
    print("\n| compared | t, all | t, the quicker 90 % |\n|---|---|---|")
    worst, names = 0.0, list(times)
    for k, one in enumerate(names):
        for two in names[k + 1 :]:
            both = times[one], times[two]
            found = welch(*both), welch(*cropped(*both))
            worst = max(worst, *map(abs, found))
            print(f"| {one} / {two} | {found[0]:.2f} | {found[1]:.2f} |")
    print(f"largest |t| {worst:.2f}, wanted below {MOST}")
    return worst < MOST


def refusal(database: str, n: int) -> bool:
    """Fill the queue, then ask again and again."""
    with running(database, ZKCTL_MAX_UNFINISHED_PER_TENANT="0") as service:
        times = []
        headers = {"Prefer": "wait=25"}
        for _ in range(n):
            begun = time.perf_counter()
            answer = service.post(GENERATE, PID_BODY, headers=headers)
            times.append(1000 * (time.perf_counter() - begun))
            assert answer.status_code == 429
            assert int(answer.headers["retry-after"]) > 0
            time.sleep(0.01)
    return row("refused by the queue (check 10)", times, 50, "ms")


def row(name: str, times: list[float], most: float, unit: str) -> bool:
    parts = (
        statistics.quantiles(times, n=100, method="inclusive")
        if len(times) > 1
        else [times[0]] * 99
    )
    shown = " | ".join(f"{each:.1f}" for each in (parts[49], parts[94], parts[98], max(times)))
    print(f"| {name} | {len(times)} | {shown} | {most:.0f} {unit} |")
    return max(times) <= most


def switch(database: str, n: int) -> bool:
    """Switch zkp off and on while one client asks without a pause."""
    times = []
    with running(database) as service:
        proof = service.post(GENERATE, PID_BODY).json()["proof"]
        for _ in range(n):
            begun = time.monotonic()
            for is_on, status in ((False, 503), (True, 200)):
                body = {"zkp_enabled": is_on}
                httpx.post(f"{service.admin_url}/feature-flags", json=body, trust_env=False)
                while service.post("/v1/zkp/verify", {"proof": proof}).status_code != status:
                    time.sleep(0.01)
                if not is_on:
                    times.append(time.monotonic() - begun)
    return row("zkp switched off, last proof (check 20)", times, 10, "s")


def stop(database: str, n: int) -> bool:
    """Stop a service that makes proofs."""
    times = []
    for _ in range(n):
        with running(database) as service:
            until = threading.Event()

            def load(service: RunningService = service, until: threading.Event = until) -> None:
                with httpx.Client(timeout=60, trust_env=False) as client, suppress(httpx.HTTPError):
                    while not until.is_set():
                        headers = service.authorization
                        client.post(service.url + GENERATE, json=PID_BODY, headers=headers)

            clients = [threading.Thread(target=load) for _ in range(4)]
            for each in clients:
                each.start()
            time.sleep(2)
            begun = time.monotonic()
            assert service.stop(15) == 0
            times.append(time.monotonic() - begun)
            until.set()
            for each in clients:
                each.join()
    return row("SIGTERM under load, exit 0 (check 12)", times, 30, "s")


WORK: dict[str, tuple[Callable[[str, int], bool], int]] = {
    "keys": (keys, 10_000),
    "refusal": (refusal, 500),
    "switch": (switch, 10),
    "stop": (stop, 3),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", nargs="+", choices=list(WORK))
    parser.add_argument("--n", type=int, help="requests of each class, or repetitions")
    parser.add_argument("--database", default="embedded", choices=["embedded", "postgresql"])
    given = parser.parse_args()
    print(f"{machine()}; {given.database}; load of the machine {os.getloadavg()[0]:.1f}")
    results = {}
    for name in given.what:
        work, n = WORK[name]
        results[name] = work(given.database, given.n or n)
    print(json.dumps(results))
    sys.exit(not all(results.values()))


if __name__ == "__main__":
    main()
