"""Check 18: unique private values through every endpoint and error path are found nowhere afterwards.

Searched: logs, PostgreSQL with its WAL and a backup, or SQLite with its WAL, Redis, metrics, temporary files, command lines, and the
service's folder.  ZKCTL_CANARIES sets the number of requests; the acceptance run has 2,000.
"""

from __future__ import annotations

import base64
import json
import os
import random
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.support.canaries import Canaries, files_below
from tests.support.demo_service import PID_BODY, RunningService, serving
from tests.support.process_watch import descendants
from tests.support.servers import client, postgres_server, redis_server_of_own

N = int(os.environ.get("ZKCTL_CANARIES", "200"))
JOBS = 12  # requests that reach a worker
ENVIRON = {
    "ZKCTL_GENERATE_PER_MINUTE": "60000",
    "ZKCTL_RESPONSE_QUANTUM_MS": "0",
    "ZKCTL_MAX_UNFINISHED_PER_TENANT": "1000",
    "ZKCTL_MIGRATE": "true",
}
POSTS = (
    "/v1/zkp/generate",
    "/v1/zkp/generate/batch",
    "/v1/zkp/verify",
    "/v1/zkp/verify/batch",
    "/v1/zkp/challenges",
    "/v1/addresses",
    "/v1/revocations",
)
GETS = ("/v1/zkp/jobs/{}", "/v1/zkp/circuits/{}", "/v1/registry/{}/snapshot", "/{}")


class Requests:
    """Requests with canaries in all their fields."""

    def __init__(self, service: RunningService, canaries: Canaries, seed: int) -> None:
        self.service, self.canaries, self.random = service, canaries, random.Random(seed)
        self.answers: list[str] = []
        self.statuses: set[int] = set()
        self.faults: list[str] = []

    def send(self, method: str, path: str, where: str, **options: Any) -> None:
        url = options.pop("url", self.service.url)
        headers = {**self.service.authorization, **options.pop("headers", {})}
        answer = self.service.http.request(method, url + path, headers=headers, **options)
        self.statuses.add(answer.status_code)
        self.answers.append(answer.text)
        if answer.status_code >= 500 and "retry-after" not in answer.headers:
            self.faults.append(f"{where}: {method} {path.partition('?')[0]}: {answer.text}")

    def one(self, k: int) -> None:
        """The k-th request: each kind of error path in turn, on a random endpoint."""
        path = self.random.choice(POSTS)
        c, where = self.canaries, f"{k} {path}"
        kind = k % 10
        word, number = c.word(where), c.number(where)
        if kind == 0:
            self.send("POST", path, where, json={"pid": f"JP-{word}", "pattern": "membership"})
        elif kind == 1:
            self.send("POST", path, where, json={word: number, "inputs": {word: number}})
        elif kind == 2:
            self.send("POST", path, where, content=f'{{"pid": "{word}", {number}'.encode())
        elif kind == 3:
            self.send("POST", path, where, json=full_body(word, number))
        elif kind == 4:
            sealed = base64.urlsafe_b64encode(number.encode() * 3).decode().rstrip("=")
            body = {"pattern": "membership", "sealedInputs": sealed}
            self.send("POST", "/v1/zkp/generate", where, json=body)
        elif kind == 5:
            headers = {"Authorization": f"Bearer zk_live_{word[:8]}_{word}{number[:11]}"}
            self.send("POST", path, where, json=PID_BODY, headers=headers)
        elif kind == 6:
            self.send(
                "POST", path + f"?pid={word}", where, json={"pattern": word, "inputs": number}
            )
        elif kind == 7:
            headers = {"Content-Type": f"text/{word}", "Content-Encoding": number}
            self.send("POST", path, where, content=word.encode(), headers=headers)
        elif kind == 8:
            asked = self.random.choice(GETS).format(word)
            self.send(self.random.choice(("GET", "DELETE", "PATCH")), asked, where)
        else:
            form = {"version": "0", "zkp_enabled": "true", "rollout_percentage": "5", "key": word}
            self.send("POST", "/ops/flag", where, data=form, url=self.service.admin_url)

    def job(self, k: int, sample: dict[str, Any]) -> None:
        """Inputs of the right shape with a canary among them: a worker finds them unsatisfied."""
        inputs = dict(sample)
        inputs["holder_secret"] = self.canaries.number(f"job {k}")
        body = {"circuitId": "membership-v1", "inputs": inputs}
        headers = {"Prefer": "wait=20"} if k % 2 else {"Prefer": "respond-async"}
        self.send("POST", "/v1/zkp/generate", f"job {k}", json=body, headers=headers)


def full_body(word: str, number: str) -> dict[str, Any]:
    """Every member of every shape, private values in each."""
    statement = {"proof": {"pi_a": [number, word]}, "publicSignals": [number]}
    return {
        "pattern": "membership",
        "pid": word,
        "scope": number,
        "context": {"verifierId": word, "nonce": number, "expiry": 1},
        "resultKey": word,
        "allowed": [word],
        "reveal": [word],
        "statements": [statement],
        "requests": [{"pid": word, "pattern": "membership"}],
        "expect": {"scope": number},
        "pidCommitment": number + "0" * 60,
        "leaf": number + "0" * 60,
        **statement,
    }


@contextmanager
def command_lines(root: int) -> Iterator[list[bytes]]:
    """The command lines of a service's processes, seen while the block runs."""
    found: list[bytes] = []
    stop = threading.Event()

    def repeat() -> None:
        while not stop.wait(0.2):
            for pid in [root, *descendants(root)]:
                with suppress(OSError):
                    found.append(Path(f"/proc/{pid}/cmdline").read_bytes())

    thread = threading.Thread(target=repeat, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_check_18_canary(demo: Path, tmp_path: Path, database: str) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    places: dict[str, bytes] = {}
    canaries = Canaries()
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    sample = json.loads((demo / "build" / "membership-v1.sample.json").read_text())
    environ = ENVIRON | {"TMPDIR": str(temporary)}
    with postgres_server() as postgres, redis_server_of_own("--appendonly", "yes") as redis:
        environ["REDIS_URL"] = redis.url
        if database == "postgresql":
            environ["DATABASE_URL"] = postgres.new_database()
        with serving(tmp_path, demo, environ=environ) as service:
            requests = Requests(service, canaries, seed)
            with command_lines(service.process.pid) as lines:
                for k in range(N):
                    requests.one(k)
                for k in range(JOBS):
                    requests.job(k, sample)
                assert service.post("/v1/zkp/generate", PID_BODY).status_code == 200
            places["answers"] = "\n".join(requests.answers).encode()
            places["metrics"] = service.http.get(service.admin_url + "/metrics").content
            places["operator's page"] = service.http.get(service.admin_url + "/ops").content
            places["command lines"] = b"\n".join(lines)
            add_files(places, tmp_path / "state")  # SQLite's WAL is there while it runs
            if database == "postgresql":
                dump = [client("pg_dump"), environ["DATABASE_URL"]]
                places["backup"] = subprocess.run(dump, check=True, capture_output=True).stdout
            assert service.stop() == 0
        places["log"] = "".join(service.lines).encode()
        add_files(places, tmp_path / "state", temporary)
        if database == "postgresql":
            postgres.stop()
            add_files(places, postgres.folder)
        redis.stop()
        add_files(places, redis.folder)
    assert not requests.faults, requests.faults
    assert {200, 400, 401, 404, 415, 422} <= requests.statuses, requests.statuses
    assert canaries.n >= 2 * N + JOBS
    assert any(
        len(data)
        for name, data in places.items()
        if "service.db" in name or "demo.db" in name or "base" in name
    )
    found = {name: sorted(hits) for name, data in places.items() if (hits := canaries.hits(data))}
    assert not found, found


def add_files(places: dict[str, bytes], *folders: Path) -> None:
    for path in files_below(folders):
        with suppress(FileNotFoundError):
            places[str(path)] = path.read_bytes()


def test_the_search_finds_what_leaks() -> None:
    """The search itself: a value in each spelling, at each place of a text."""
    canaries = Canaries()
    number = canaries.number("a request")
    raw = int(number).to_bytes(16, "big")
    coded = [base64.urlsafe_b64encode(b"x" * k + number.encode()) for k in range(4)]
    for each in (number.encode(), raw, raw[::-1], raw.hex().encode(), *coded):
        for k in range(9):
            assert canaries.hits(b"y" * k + each + b"z") == {"a request"}
    assert canaries.hits(b"") == canaries.hits(b"short") == canaries.hits(os.urandom(4096)) == set()
