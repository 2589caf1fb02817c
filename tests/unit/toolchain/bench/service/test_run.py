"""`zkctl bench --service` against a stand-in: what is sent, counted and judged; never how long it took."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.support.fake_service import FakeService, always, fake_service, in_turn
from tests.unit.toolchain.bench.service.test_proof_variants import bundle_of
from zkctl.errors import CheckFailed, EnvironmentProblem, NetworkError, UsageError
from zkctl.toolchain.bench.service.outcomes import KindFigures, LoadSummary
from zkctl.toolchain.bench.service.plan import LoadKind, LoadPlan, parse_objectives
from zkctl.toolchain.bench.service.run import bench_service

BUNDLE = bundle_of({"circuitId": "c", "proof": {"protocol": "plonk"}, "publicSignals": []})
DONE = {"state": "done", "proof": BUNDLE}
LOOSE = parse_objectives(["verify.p95=60000", "generate.p95=60000"])


@pytest.fixture
def service() -> Iterator[FakeService]:
    with fake_service() as running:
        running.behaviours["/v1/zkp/generate"] = always(200, DONE)
        yield running


def plan(service: FakeService, **rates: float) -> LoadPlan:
    named = {LoadKind(name): rate for name, rate in rates.items()}
    return LoadPlan(service.url, named, 0.5, LOOSE)


def only(summary: LoadSummary) -> KindFigures:
    (found,) = summary.kinds
    return found


def test_a_mix_is_sent_whole(service: FakeService) -> None:
    summary = bench_service(plan(service, verify=40.0, generate=4.0, health=4.0), key="zk_test_x")
    assert {one.kind: (one.sent, one.served) for one in summary.kinds} == {
        "verify": (20, 20),
        "generate": (2, 2),
        "health": (2, 2),
    }
    assert summary.all_met
    assert [one.name for one in summary.objectives] == [
        "verify.p95",
        "generate.p95",
        "errors",
        "refused",
    ]
    assert all(head["Authorization"] == "Bearer zk_test_x" for _, _, head, _ in service.asked)
    bodies = [json.loads(body) for _, path, _, body in service.asked if path.endswith("/verify")]
    assert bodies == [{"proof": BUNDLE, "circuitId": "c"}] * 20
    keys = [
        head["Idempotency-Key"] for _, path, head, _ in service.asked if path.endswith("/generate")
    ]
    assert len(set(keys)) == 3  # one for the proof to verify


def test_a_given_bundle_and_body_are_used(service: FakeService) -> None:
    load = plan(service, verify=10.0)
    bench_service(replace(load, bundle=BUNDLE))
    assert "/v1/zkp/generate" not in service.paths()
    bench_service(replace(plan(service, generate=4.0), request=b'{"pid": "other"}'))
    assert service.asked[-1][3] == b'{"pid": "other"}'


@pytest.mark.parametrize(
    ("status", "value", "headers", "cause", "counts"),
    [
        (200, {"valid": False}, {}, "200 with another result", (0, 0, 5)),
        (429, None, {"Retry-After": "1"}, "429", (0, 5, 0)),
        (503, None, {"Retry-After": "1"}, "503", (0, 5, 0)),
        (503, None, {}, "503 without Retry-After", (0, 0, 5)),
        (500, None, {}, "500", (0, 0, 5)),
        (200, None, {}, "200 with another result", (0, 0, 5)),
    ],
)
def test_answers_are_judged(
    service: FakeService,
    status: int,
    value: Any,
    headers: dict[str, str],
    cause: str,
    counts: tuple[int, int, int],
) -> None:
    service.behaviours["/v1/zkp/verify"] = always(status, value, headers)
    summary = bench_service(replace(plan(service, verify=10.0), bundle=BUNDLE))
    found = only(summary)
    assert (found.served, found.refused, found.errors) == counts
    assert found.causes == {cause: 5}
    assert not summary.all_met


def test_malformed_bodies_are_to_be_refused(service: FakeService) -> None:
    service.behaviours["/v1/zkp/verify"] = always(422)
    assert bench_service(plan(service, malformed=10.0)).all_met
    service.behaviours["/v1/zkp/verify"] = always(200, {"valid": True})
    assert only(bench_service(plan(service, malformed=10.0))).errors == 5


def test_a_job_is_followed_until_it_is_done(service: FakeService) -> None:
    running = always(202, {"state": "running"}, {"Retry-After": "0"})
    accepted = always(
        202, {"state": "queued"}, {"Location": f"{service.url}/v1/zkp/jobs/7", "Retry-After": "0"}
    )
    service.behaviours["/v1/zkp/generate"] = accepted
    service.behaviours["/v1/zkp/jobs/7"] = in_turn(
        running, always(200, {"state": "running"}, {"Retry-After": "0"}), always(200, DONE)
    )
    found = only(bench_service(plan(service, generate=2.0)))
    assert (found.sent, found.served) == (1, 1)
    assert [head["Prefer"] for _, path, head, _ in service.asked if "jobs" in path] == [
        "wait=25"
    ] * 3


@pytest.mark.parametrize("state", ["failed", "expired", "cancelled"])
def test_a_job_that_fails_is_an_error(service: FakeService, state: str) -> None:
    service.behaviours["/v1/zkp/generate"] = always(200, {"state": state})
    assert only(bench_service(plan(service, generate=2.0))).errors == 1


@pytest.mark.parametrize("location", ["", "jobs/7", "/a\x07b", "ftp://x/y"])
def test_a_job_without_a_path_is_an_error(service: FakeService, location: str) -> None:
    service.behaviours["/v1/zkp/generate"] = always(202, {}, {"Location": location})
    assert only(bench_service(plan(service, generate=2.0))).errors == 1


def test_a_connection_that_breaks_is_an_error_and_the_load_goes_on(service: FakeService) -> None:
    def broken(request: Any) -> None:
        request.close_connection = True

    service.behaviours["/v1/zkp/verify"] = in_turn(
        always(200, {"valid": True}), always(200, {"valid": True}), broken
    )
    found = only(bench_service(replace(plan(service, verify=20.0), bundle=BUNDLE)))
    assert (found.sent, found.served, found.errors) == (10, 2, 8)
    assert set(found.causes) == {"200", "IncompleteReadError"}


def test_a_service_that_is_not_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    load = LoadPlan(f"http://127.0.0.1:{port}", {LoadKind.HEALTH: 1.0}, 1.0)
    with pytest.raises(NetworkError, match="the service does not answer: ConnectionRefusedError"):
        bench_service(load)


def test_a_service_that_makes_no_proof(service: FakeService) -> None:
    service.behaviours["/v1/zkp/generate"] = always(403)
    with pytest.raises(
        CheckFailed, match="the service made no proof for the load: expected 200, got 403"
    ) as e:
        bench_service(plan(service, verify=10.0))
    assert e.value.hint.startswith("pass `request` with a body that it accepts, or `bundle`")


@pytest.mark.parametrize(
    "url", ["http://example.org", "ftp://127.0.0.1", "127.0.0.1:80", "http://["]
)
def test_addresses_are_checked(url: str) -> None:
    with pytest.raises(UsageError):
        bench_service(LoadPlan(url, {LoadKind.HEALTH: 1.0}, 1.0))


def test_files_are_written_and_kept(service: FakeService, tmp_path: Path) -> None:
    save, svg = tmp_path / "a.json", tmp_path / "a.svg"
    summary = bench_service(plan(service, health=10.0), save=save, svg=svg)
    assert summary.files == [str(save), str(svg)]
    facts = json.loads(save.read_text())
    assert facts["schema"] == "zkctl-load/1"
    assert facts["all_met"] is True
    assert facts["kinds"][0]["sent"] == 5
    ElementTree.parse(svg)  # noqa: S314  # our own output
    with pytest.raises(EnvironmentProblem, match="the output exists"):
        bench_service(plan(service, health=10.0), save=save)


def test_latency_counts_from_the_intended_time(
    service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stop of the service delays all requests of that time, not one."""
    from threading import Event

    stop = Event()

    def wait_once(request: Any) -> None:
        if not stop.is_set():
            stop.set()
            Event().wait(0.4)
        request.reply(200, {"valid": True})

    # the stand-in has a thread for each connection, so a lock makes it stop as a whole
    service.behaviours["/v1/zkp/verify"] = _locked(wait_once)
    found = only(bench_service(replace(plan(service, verify=100.0), bundle=BUNDLE)))
    assert found.sent == 50
    assert found.p50 is not None
    assert found.p50 > 100  # a closed loop would report one slow request of 50


def _locked(behave: Any) -> Any:
    from threading import Lock

    lock = Lock()

    def behave_alone(request: Any) -> None:
        with lock:
            behave(request)

    return behave_alone
