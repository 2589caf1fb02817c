"""A worker with the demo's circuit and a SQLite store."""

from __future__ import annotations

import asyncio
import io
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.demo_service import shared_demo
from tests.support.stores import enqueue
from zkctl.errors import EnvironmentProblem, InputError, LimitError, UnsatisfiedError
from zkctl.formats.json.bundle import parse_bundle
from zkctl.service.proving.circuits import Registry
from zkctl.service.proving.demo.folder import CIRCUIT, DEPTH, HOLDER_FILE
from zkctl.service.proving.demo.holder import DemoHolder
from zkctl.service.proving.jobs import Job, NewJob, QueueLimits
from zkctl.service.proving.logs import Log
from zkctl.service.proving.metrics import Metrics
from zkctl.service.proving.migrate import migrate
from zkctl.service.proving.prover import CircuitProver, WrongStatement
from zkctl.service.proving.recycling import RecycleLimits, Recycling
from zkctl.service.proving.sealed import (
    SealedFor,
    SealingKeyGone,
    SealingPrivateKeys,
    new_private_key,
    open_result,
    public_of,
    seal,
)
from zkctl.service.proving.settings_sources import load_settings
from zkctl.service.proving.states import JobState
from zkctl.service.proving.store.open import open_store
from zkctl.service.proving.store.queue import JobQueue
from zkctl.service.proving.worker import Reports, Worker, failure_of

TENANT, BINDING = "acme", b"key-1"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shared_demo(tmp_path_factory.getbasetemp().parent)


@pytest.fixture(scope="module")
def prover(demo: Path) -> CircuitProver:
    settings = load_settings({"circuits": demo}, {})
    registry = Registry.load(settings, demo / "service.yaml")
    return CircuitProver.open(registry.find(CIRCUIT), table_bytes=0)


class Bench:
    """One worker and its store; jobs are sealed to its key."""

    def __init__(self, prover: CircuitProver, demo: Path, store: JobQueue) -> None:
        self.private = new_private_key()
        self.prover, self.store, self.lines = prover, store, io.StringIO()
        self.inputs = DemoHolder.read(demo / HOLDER_FILE).inputs(DEPTH, scope=7, context=9)
        self.metrics = Metrics([CIRCUIT])
        log = Log(stream=self.lines)
        log.set_circuits([CIRCUIT])
        settings = replace(load_settings({}, {}), poll_s=0.05, heartbeat_s=0.05)
        self.worker = Worker(
            *("w1", settings, store, {CIRCUIT: prover}, SealingPrivateKeys([self.private])),
            *(self.metrics, log, Recycling(RecycleLimits(500, 0, 1e9)), Reports()),
        )

    async def queue(self, inputs: Any = None, **changes: Any) -> Job:
        request = SealedFor(CIRCUIT, TENANT, BINDING)
        plaintext = json.dumps({"inputs": self.inputs if inputs is None else inputs}).encode()
        sealed = seal(plaintext, public=public_of(self.private), request=request)
        new = NewJob(TENANT, "did", CIRCUIT, "groth16", "inputs", sealed, "id", sealing_aad=BINDING)
        accepted = await enqueue(self.store, replace(new, **changes), QueueLimits())
        return accepted.job

    async def work_until_finished(self, job: Job) -> Job:
        working = asyncio.create_task(self.worker.run())
        done = await self.store.wait(job.id, TENANT, 60)
        self.worker.stopping.set()
        await working
        assert done is not None
        return done


@asynccontextmanager
async def bench(prover: CircuitProver, demo: Path, folder: Path) -> AsyncIterator[Bench]:
    url = f"sqlite:///{folder}/jobs.db"
    migrate(url)
    store = open_store(url)
    try:
        yield Bench(prover, demo, store)
    finally:
        await store.close()


def test_a_job_is_proved(prover: CircuitProver, demo: Path, tmp_path: Path) -> None:
    async def run() -> None:
        async with bench(prover, demo, tmp_path) as b:
            done = await b.work_until_finished(
                await b.queue(expected={"scope": "7", "context": "9"}, request_id="req_1")
            )
            assert done.state is JobState.DONE
            assert done.public_signals is not None
            assert done.public_signals[3:] == ["7", "9"]
            assert done.sealed_input is None
            (line,) = (json.loads(each) for each in b.lines.getvalue().splitlines())
            assert (line["event"], line["request_id"]) == ("proof_generated", "req_1")

    asyncio.run(run())


def test_a_result_for_the_caller_only(prover: CircuitProver, demo: Path, tmp_path: Path) -> None:
    async def run() -> None:
        async with bench(prover, demo, tmp_path) as b:
            mine = new_private_key()
            done = await b.work_until_finished(await b.queue(result_key=public_of(mine)))
            assert done.proof is None
            assert done.public_signals is None
            text = open_result(done.sealed_result or b"", private=mine, job_id=done.id).decode()
            assert parse_bundle(text).circuit_id == CIRCUIT

    asyncio.run(run())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"expected": {"scope": "8"}}, "wrong-statement"),
        ({"sealing_aad": b"other"}, "invalid-input"),
        ({"sealed_input": b"\x01" + bytes(80)}, "sealing-key-gone"),
        ({"inputs": {"root": "1"}}, "invalid-input"),
        ({"inputs": 5}, "invalid-input"),
    ],
)
def test_failed_jobs(
    prover: CircuitProver, demo: Path, tmp_path: Path, changes: Any, code: str
) -> None:
    async def run() -> None:
        async with bench(prover, demo, tmp_path) as b:
            done = await b.work_until_finished(await b.queue(**changes))
            assert done.state is JobState.FAILED
            assert done.error_code == code
            assert done.sealed_input is None

    asyncio.run(run())


def test_the_sealed_plaintext_has_inputs(prover: CircuitProver, demo: Path, tmp_path: Path) -> None:
    async def run() -> None:
        async with bench(prover, demo, tmp_path) as b:
            job = await b.queue(5)
            message = 'the sealed inputs are malformed: expected {"inputs": {...}}'
            with pytest.raises(InputError, match=re.escape(message)):
                b.worker._prove(job)

    asyncio.run(run())


def test_an_unsatisfied_job_names_the_constraint(
    prover: CircuitProver, demo: Path, tmp_path: Path
) -> None:
    async def run() -> None:
        async with bench(prover, demo, tmp_path) as b:
            job = await b.queue({**b.inputs, "root": "1"}, request_id="req_1")
            done = await b.work_until_finished(job)
            assert (done.error_code or "").startswith("unsatisfied@")
            line = json.loads(b.lines.getvalue())
            assert (line["code"], line["request_id"]) == ("unsatisfied", "req_1")

    asyncio.run(run())


def test_a_second_attempt_is_logged(prover: CircuitProver, demo: Path, tmp_path: Path) -> None:
    async def run() -> None:
        async with bench(prover, demo, tmp_path) as b:
            job = await b.queue(request_id="req_1")
            assert await b.store.claim([CIRCUIT], "a worker that died", 0.0, 1)
            assert (await b.work_until_finished(job)).state is JobState.DONE
            lines = [json.loads(each) for each in b.lines.getvalue().splitlines()]
            assert [each["event"] for each in lines] == ["job_retried", "proof_generated"]
            assert lines[0]["request_id"] == "req_1"

    asyncio.run(run())


def test_release_does_not_count_the_attempt(
    prover: CircuitProver, demo: Path, tmp_path: Path
) -> None:
    async def run() -> None:
        async with bench(prover, demo, tmp_path) as b:
            job = await b.queue()
            begun = asyncio.Event()
            b.worker.reports = Reports(began=lambda _job: begun.set())
            working = asyncio.create_task(b.worker.run())
            await begun.wait()
            await b.worker.release()
            now = await b.store.get(job.id, TENANT)
            assert now is not None
            assert (now.state, now.attempt) == (JobState.QUEUED, 0)
            b.worker.stopping.set()
            await working  # its result is fenced
            now = await b.store.get(job.id, TENANT)
            assert now is not None
            assert now.state is JobState.QUEUED

    asyncio.run(run())


def test_a_worker_is_replaced_after_its_jobs(
    prover: CircuitProver, demo: Path, tmp_path: Path
) -> None:
    async def run() -> None:
        async with bench(prover, demo, tmp_path) as b:
            b.worker.recycling = Recycling(RecycleLimits(1, 0, 1e9))
            await b.queue()
            assert await asyncio.wait_for(b.worker.run(), 60) == "jobs"

    asyncio.run(run())


@pytest.mark.parametrize(
    ("problem", "code", "retry"),
    [
        (UnsatisfiedError("x"), "unsatisfied", False),
        (SealingKeyGone("x"), "sealing-key-gone", False),
        (WrongStatement("x"), "wrong-statement", False),
        (InputError("x"), "invalid-input", False),
        (LimitError("x"), "invalid-input", False),
        (EnvironmentProblem("x"), "internal", True),
        (MemoryError(), "internal", True),
    ],
)
def test_failures(problem: Exception, code: str, retry: bool) -> None:
    failure = failure_of(problem)
    assert (failure.code, failure.retry) == (code, retry)
