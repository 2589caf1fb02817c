"""Verification of an arrived key in a separate process, which runs `zkctl ceremony accept`.

A key that kills the process takes nothing else with it.  The ledger is read
before and after: a line in it is the verdict, also after the end of the server that started the process.
"""

from __future__ import annotations

import json
import logging
import math
import signal
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from zkctl.ceremony.record.ledger import CONTRIBUTION, Entry
from zkctl.errors import CheckFailed, EnvironmentProblem, InputError, IntegrityError, LimitError
from zkctl.runtime.isolated import Streams, start_module
from zkctl.runtime.records import record
from zkctl.service.coordinator.child_limits import ChildLimits
from zkctl.service.coordinator.queue import shown
from zkctl.service.coordinator.slots import Slots
from zkctl.service.coordinator.store import Participant
from zkctl.service.coordinator.upload_service import UploadService, VerificationJob
from zkctl.toolchain.ceremony.folder import blake2b

_log = logging.getLogger("zkctl.coordinator")
IDLE_SECONDS, RETRY_SECONDS = 0.25, 2.0
MAX_ATTEMPTS = 3
_NOT_ACCEPTABLE = (
    CheckFailed.exit_code,
    InputError.exit_code,
    IntegrityError.exit_code,
    LimitError.exit_code,  # trying again would cost as much again
)


@record
class ProcessResult:
    """The end of a verification: an exit code of zkctl, and a message."""

    code: int
    message: str = ""


_STOPPED = ProcessResult(EnvironmentProblem.exit_code, "the server stops")

Verify = Callable[[Path, Path, Path], ProcessResult]  # folder, key, receipt


class VerificationProcess:
    """Runs `zkctl ceremony accept` within limits; can be stopped from another thread.

    `slot_seconds` returns the seconds until the slot ends, which ends a running verification.
    """

    def __init__(self, slot_seconds: Callable[[], float] = lambda: math.inf) -> None:
        self._slot_seconds = slot_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False
        self._lock = threading.RLock()  # a second signal may come within `stop`

    def verify(self, folder: Path, key: Path, receipt: Path) -> ProcessResult:
        """Verify a key and make it the newest."""
        words = ["ceremony", "accept", str(folder), str(key), "--receipt", str(receipt), "--json"]
        streams = Streams(subprocess.DEVNULL, subprocess.PIPE, subprocess.DEVNULL)
        limits = ChildLimits.of_key(key.stat().st_size, self._slot_seconds())
        with self._lock:
            if self._stopped:
                return _STOPPED
            self._process = start_module(
                "zkctl.cli.app",
                words,
                streams,
                own_group=True,  # Ctrl-C is for the server, which stops it
            )
            limits.impose(self._process.pid)
        try:
            answer, _ = self._process.communicate(timeout=limits.clock_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
            return ProcessResult(LimitError.exit_code, limits.message())
        if self._stopped:
            return _STOPPED  # by this server: no verdict on the key
        if self._process.returncode == -signal.SIGXCPU:
            return ProcessResult(LimitError.exit_code, limits.message())
        message = ""
        with suppress(ValueError, KeyError, TypeError):
            message = str(json.loads(answer)["error"]["message"])
        return ProcessResult(self._process.returncode, message)

    def stop(self) -> None:
        """End the process; its work is taken up after the next start."""
        with self._lock:
            self._stopped = True
            if self._process is not None:
                self._process.terminate()


class VerificationWorker:
    """Works on the key that has arrived, one step at a time."""

    def __init__(self, upload_service: UploadService, verify: Verify) -> None:
        self._reception, self._verify = upload_service, verify
        self._coordinator = upload_service.coordinator
        self.problem = ""  # why verifying does not work at the moment; shown as ill health

    def step(self) -> float:
        """Verify a waiting key; returns the seconds until the next step."""
        try:
            return self._step()
        except Exception as problem:
            self.problem = f"{type(problem).__name__} while verifying"
            raise

    def _step(self) -> float:
        job = self._reception.job()
        if job is None:
            return IDLE_SECONDS
        if self._settled(job):
            return 0.0
        if not job.is_whole:
            self._refuse(job, "the coordinator lost the file", at_fault=False)
            return 0.0
        if blake2b(job.key) != job.upload.digest:
            self._refuse(job, "the file arrived with another digest than the receipt's")
            return 0.0
        _log.info("verifying the key of %s", shown(job.participant))
        result = self._verify(self._coordinator.published.folder, job.key, job.receipt)
        return 0.0 if self._settled(job) else self._without_a_line(job, result)

    def _settled(self, job: VerificationJob) -> bool:
        """Return whether the verdict is in the ledger; settle the upload if it is."""
        entry = self._reception.recorded(job)
        if entry is None:
            return False
        self.problem = ""
        if entry.kind == CONTRIBUTION:
            self._reception.settle(job, partial(_accept, entry=entry))
            _log.info("%s is accepted as #%d", shown(job.participant), entry.number)
        else:
            self._refuse(job, entry.reason)
        return True

    def _without_a_line(self, job: VerificationJob, result: ProcessResult) -> float:
        if result.code in _NOT_ACCEPTABLE:
            self._refuse(job, result.message, at_fault=False)
            return 0.0
        self.problem = result.message or f"the verification ended with {result.code}"
        if result.code == EnvironmentProblem.exit_code:
            _log.warning("cannot verify, trying again: %s", self.problem)
            return RETRY_SECONDS
        if self._reception.count_attempt(job) < MAX_ATTEMPTS:
            return RETRY_SECONDS
        self._refuse(job, "the coordinator could not verify it", at_fault=False)
        return 0.0

    def _refuse(self, job: VerificationJob, reason: str, *, at_fault: bool = True) -> None:
        self._reception.settle(job, partial(_refuse, reason=reason, at_fault=at_fault))
        _log.info("%s is refused: %s", shown(job.participant), reason)


def _accept(slots: Slots, participant: Participant, *, entry: Entry) -> None:
    slots.accept(participant, entry.number)


def _refuse(slots: Slots, participant: Participant, *, reason: str, at_fault: bool) -> None:
    slots.reject(participant, reason, at_fault=at_fault)
