"""The clock of a machine that jumps: libfaketime before the processes of a service, with an offset that a test changes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.driver import Fault
from tests.conftest import missing


@dataclass
class FakeClock:
    """The offset of the time of day in the processes that have `environ`; the monotonic clock stays right."""

    file: Path

    def __post_init__(self) -> None:
        self.set(0)

    def set(self, seconds: int) -> None:
        """Put the clock forward, or back, from the right time."""
        new = self.file.with_suffix(".new")
        new.write_text(f"{seconds:+d}\n")
        new.replace(self.file)

    @property
    def environ(self) -> dict[str, str]:
        """The variables of a process with this clock."""
        found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
        if not found:
            missing("libfaketime is not installed")
        return {
            "LD_PRELOAD": str(found[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_CACHE_DURATION": "1",  # seconds until the file is read again
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_RESET": "1",
            "NO_FAKE_STAT": "1",
        }


def jump(clock: FakeClock, offsets: Sequence[int]) -> Fault:
    """Another offset of the clock."""

    def act(chosen: random.Random) -> str:
        seconds = chosen.choice(offsets)
        clock.set(seconds)
        return f"clock {seconds:+d} s"

    return act
