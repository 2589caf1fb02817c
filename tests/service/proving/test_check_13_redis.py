"""Check 13: Redis off, with a wrong password, flushed, slow or poisoned: no wrong answer, no 5xx, and soon no delay."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.servers import (  # noqa: F401  (a fixture)
    RedisServer,
    free_port,
    redis_server,
    redis_server_of_own,
)
from tests.support.service_api import CACHE_KEY, InProcessApi, open_api
from zkctl.formats.json.bundle import bundle_text, parse_bundle
from zkctl.service.proving.cache import RedisCache, open_cache
from zkctl.service.proving.service import Service

N_REQUESTS = 20


@contextmanager
def cached_by(folder: Path, demo: Path, url: str, **settings: Any) -> Iterator[InProcessApi]:
    def with_redis(service: Service) -> Service:
        cache = open_cache(
            replace(service.settings, redis_url=url),
            CACHE_KEY,
            metrics=service.metrics,
            log=service.log,
        )
        return replace(service, cache=cache)

    with open_api(folder, demo, worker=False, change=with_redis, **settings) as api:
        yield api
        api.run(api.service.cache.close())


def statements(proof: dict[str, Any]) -> tuple[str, str]:
    """A proof that holds and one that does not."""
    parts, public = parse_bundle(proof["proof"]), proof["publicSignals"]
    wrong = [*public[:-1], "10"]
    assert isinstance(parts.proof.value, dict)
    made = bundle_text(parts.circuit_id, parts.curve, parts.protocol, parts.proof.value, wrong)
    return proof["proof"], made


def check_answers(
    api: InProcessApi, proof: dict[str, Any], disturb: Callable[[int], Any] = lambda _k: None
) -> list[dict[str, Any]]:
    """Verify a right and a wrong statement many times; every answer is the right one."""
    right, wrong = statements(proof)
    found = []
    for k in range(N_REQUESTS):
        disturb(k)
        for text, valid in ((right, True), (wrong, False)):
            answer = api.post("/v1/zkp/verify", {"proof": text})
            assert answer.status_code == 200, (answer.text, api.faults)
            assert answer.json()["valid"] is valid
            found.append(answer.json())
    return found


def test_check_13_redis_is_used(
    demo: Path,
    tmp_path: Path,
    proof: dict[str, Any],
    redis_server: RedisServer,  # noqa: F811
) -> None:
    with cached_by(tmp_path, demo, redis_server.url, cache_timeout_ms=2000) as api:
        found = check_answers(api, proof)
        assert [each["cached"] for each in found] == [False, False, *[True] * (len(found) - 2)]
    folder = tmp_path / "another process"
    folder.mkdir()
    with cached_by(folder, demo, redis_server.url, cache_timeout_ms=2000) as api:
        assert all(each["cached"] for each in check_answers(api, proof))


def test_check_13_redis_off(demo: Path, tmp_path: Path, proof: dict[str, Any]) -> None:
    url = f"redis://127.0.0.1:{free_port()}/0"
    with cached_by(tmp_path, demo, url) as api:
        assert not any(each["cached"] for each in check_answers(api, proof))
        assert not api.service.cache.is_up
        events = [each["event"] for each in api.events()]
        assert events.count("cache_off") == 1  # asked three times, then not for five seconds


def test_check_13_wrong_password(demo: Path, tmp_path: Path, proof: dict[str, Any]) -> None:
    with redis_server_of_own("--requirepass", "right") as server:
        url = f"redis://:wrong@127.0.0.1:{server.port}/0"
        with cached_by(tmp_path, demo, url) as api:
            assert not any(each["cached"] for each in check_answers(api, proof))
            assert "wrong" not in api.log.getvalue()


def test_check_13_flushed_and_poisoned(demo: Path, tmp_path: Path, proof: dict[str, Any]) -> None:
    import redis

    with redis_server_of_own() as server, redis.Redis.from_url(server.url) as client:

        def disturb(k: int) -> None:
            keys = list(client.scan_iter("zkp:1:v:*"))
            if k % 4 == 0:
                client.flushall()
            elif k % 4 == 1:
                for key in keys:
                    value = client.get(key)
                    assert isinstance(value, bytes)
                    client.set(key, bytes([1 - value[0]]) + value[1:])
            elif k % 4 == 2 and len(keys) == 2:
                first, second = (client.get(key) for key in keys)
                client.set(keys[0], second)  # the verdict of the other statement
                client.set(keys[1], first)
            elif keys:
                client.delete(*keys)
                client.lpush(keys[0], "a list")  # a value of another type

        with cached_by(tmp_path, demo, server.url, cache_timeout_ms=2000) as api:
            check_answers(api, proof, disturb)


@pytest.mark.parametrize("how", ["stopped", "paused"])
def test_check_13_five_seconds_late(
    demo: Path, tmp_path: Path, proof: dict[str, Any], how: str
) -> None:
    """A Redis that answers late is left alone after three answers that did not come; then each request is as fast as without."""
    import redis

    with (
        redis_server_of_own() as server,
        redis.Redis.from_url(server.url) as client,
        cached_by(tmp_path, demo, server.url) as api,
    ):
        check_answers(api, proof)
        assert server.process is not None
        if how == "stopped":
            server.process.send_signal(signal.SIGSTOP)
        else:
            client.client_pause(5000)
        found = check_answers(api, proof)
        assert not any(each["cached"] for each in found)
        n_errors = sum(each["event"] == "cache_off" for each in map(json.loads, _lines(api)))
        assert n_errors >= 1
        assert isinstance(api.service.cache, RedisCache)
        server.process.send_signal(signal.SIGCONT)


def test_redis_is_asked_again(demo: Path, tmp_path: Path, proof: dict[str, Any]) -> None:
    with (
        redis_server_of_own() as server,
        cached_by(tmp_path, demo, server.url, cache_pause_s=0.2) as api,
    ):
        check_answers(api, proof)
        server.stop(signal.SIGKILL)
        check_answers(api, proof)
        server.start()
        time.sleep(0.3)
        check_answers(api, proof)
        assert check_answers(api, proof)[-1]["cached"] is True


def _lines(api: InProcessApi) -> list[str]:
    return api.log.getvalue().splitlines()
