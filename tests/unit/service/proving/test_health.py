"""The answers of /health, /health/ready and /health/live."""

from __future__ import annotations

import json

import pytest

from zkctl.service.proving.health import Circuits, Database, Parts, health, liveness, readiness

GOOD = Parts(Circuits.LOADED, Database.CONNECTED, n_ready=1)


def test_the_healthy_answer_is_that_of_the_guide() -> None:
    status, body = health(GOOD)
    assert status == 200
    text = json.dumps(body, separators=(",", ":"))
    assert text == '{"status":"healthy","circuits":"loaded","database":"connected"}'


@pytest.mark.parametrize(
    ("parts", "status", "body"),
    [
        (Parts(), 503, ("unhealthy", "loading", "disconnected")),
        (Parts(Circuits.LOADING, Database.CONNECTED), 503, ("unhealthy", "loading", "connected")),
        (Parts(Circuits.LOADED, Database.CONNECTED), 200, ("healthy", "loaded", "connected")),
        (
            Parts(Circuits.LOADED, Database.DISCONNECTED, 1),
            503,
            ("unhealthy", "loaded", "disconnected"),
        ),
        (Parts(Circuits.LOADED, Database.READ_ONLY), 503, ("unhealthy", "loaded", "read-only")),
        (Parts(Circuits.PARTIAL, Database.CONNECTED), 200, ("degraded", "partial", "connected")),
        (Parts(Circuits.LOADED, Database.CONNECTED, 0), 200, ("degraded", "loaded", "connected")),
        (
            Parts(Circuits.LOADED, Database.CONNECTED, 1, is_flapping=True),
            200,
            ("degraded", "loaded", "connected"),
        ),
        (
            Parts(Circuits.LOADED, Database.CONNECTED, 1, is_clock_wrong=True),
            200,
            ("degraded", "loaded", "connected"),
        ),
    ],
)
def test_states(parts: Parts, status: int, body: tuple[str, str, str]) -> None:
    found, members = health(parts)
    assert (found, tuple(members), tuple(members.values())) == (
        status,
        ("status", "circuits", "database"),
        body,
    )


def test_readiness_lists_what_failed() -> None:
    assert readiness(GOOD) == (200, {"ready": True, "failed": []})
    stopping = Parts(Circuits.LOADED, Database.CONNECTED, 0, is_stopping=True)
    assert readiness(stopping) == (503, {"ready": False, "failed": ["stopping", "workers"]})
    assert readiness(Parts())[1]["failed"] == ["circuits", "database"]
    partial = Parts(Circuits.PARTIAL, Database.CONNECTED)
    assert readiness(partial) == (200, {"ready": True, "failed": []})


def test_a_process_that_answers_is_live() -> None:
    assert liveness() == (200, {"live": True})
