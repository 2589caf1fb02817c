"""No verification of an upload runs without limits: processor time, the clock, memory, the end of the slot."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.service.harness import Harness, ScriptedContributor
from zkctl.errors import LimitError
from zkctl.service.coordinator.child_limits import LEAST_SECONDS, ChildLimits
from zkctl.service.coordinator.settings import CoordinatorSettings
from zkctl.service.coordinator.verification import ProcessResult, VerificationProcess

ENDLESS = "while True: pass"
SLEEPING = "import time; time.sleep(600)"


def test_limits_grow_with_the_key() -> None:
    small, large = ChildLimits.of_key(0, 3600), ChildLimits.of_key(1 << 30, 1e9)
    assert small.processor_seconds < large.processor_seconds
    assert small.memory_bytes < large.memory_bytes
    assert ChildLimits.of_key(0, 0).clock_seconds == LEAST_SECONDS
    assert ChildLimits.of_key(0, 100).clock_seconds == 100
    assert ChildLimits.of_key(0, 1e9).clock_seconds == small.processor_seconds


def test_limits_are_those_of_the_process() -> None:
    limits = ChildLimits(processor_seconds=77, clock_seconds=1, memory_bytes=1 << 33)
    with subprocess.Popen([sys.executable, "-c", SLEEPING]) as process:
        limits.impose(process.pid)
        assert resource.prlimit(process.pid, resource.RLIMIT_CPU)[0] == 77
        assert resource.prlimit(process.pid, resource.RLIMIT_DATA) == (1 << 33, 1 << 33)
        process.kill()
    limits.impose(process.pid)  # it has ended: nothing to limit


@pytest.mark.parametrize(
    ("program", "limits"),
    [
        (SLEEPING, ChildLimits(600, 1, 1 << 33)),
        (ENDLESS, ChildLimits(1, 600, 1 << 33)),
    ],
    ids=["clock", "processor"],
)
def test_a_limit_ends_the_verification(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: Any, limits: Any
) -> None:
    started = subprocess.Popen

    def instead(_command: Any, **options: Any):
        return started([sys.executable, "-c", program], **options)

    monkeypatch.setattr(subprocess, "Popen", instead)
    monkeypatch.setattr(ChildLimits, "of_key", lambda *_: limits)
    key = tmp_path / "k"
    key.write_bytes(b"")
    begun = time.monotonic()
    result = VerificationProcess().verify(tmp_path, key, key)
    assert time.monotonic() - begun < 60
    assert result.code == LimitError.exit_code
    assert "the verification reached its limit: expected at most" in result.message


def test_the_slot_bounds_the_verification(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[float] = []

    def of_key(n_bytes: int, slot_seconds: float) -> ChildLimits:
        seen.append(slot_seconds)
        return ChildLimits(60, 60, 1 << 33)

    monkeypatch.setattr(ChildLimits, "of_key", of_key)
    monkeypatch.setattr(sys, "executable", "/bin/true")
    (tmp_path / "k").write_bytes(b"")
    VerificationProcess(lambda: 123.0).verify(tmp_path, tmp_path / "k", tmp_path / "k")
    assert seen == [123.0]


def test_seconds_of_the_slot(
    harness: Harness, contributor: Callable[[str], ScriptedContributor]
) -> None:
    assert harness.coordinator.slot_seconds() == 0.0
    contributor("ann")
    harness.coordinator.tick()
    assert harness.coordinator.slot_seconds() == harness.settings.slot
    harness.clock.seconds += 100
    assert harness.coordinator.slot_seconds() == harness.settings.slot - 100
    harness.clock.seconds += 10 * CoordinatorSettings().slot
    assert harness.coordinator.slot_seconds() == 0.0


def test_a_key_that_reached_a_limit_is_refused_at_once(
    harness: Harness, contributor: Callable[[str], ScriptedContributor]
) -> None:
    calls: list[Path] = []

    def limited(_folder: Path, key: Path, _receipt: Path) -> ProcessResult:
        calls.append(key)
        return ProcessResult(LimitError.exit_code, "the verification reached its limit")

    harness.verify = limited
    ann = contributor("ann")
    harness.coordinator.tick()
    ann.contribute()
    harness.worker.step()
    assert len(calls) == 1
    assert ann.view()["state"] == "refused"
