"""Memory and processor time of the service's processes, against the limits of their control group.

The limits are those of cgroup version 2, or the machine's.  Source: proc(5), and the kernel's cgroup-v2 document.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from zkctl.service.proving.metrics import Metrics

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_UTIME, _STIME = 11, 12  # fields of /proc/PID/stat after the name in parentheses


class Usage:
    """The measurements between two calls; `proc` and `cgroup` are folders of the system."""

    def __init__(
        self,
        *,
        proc: Path = Path("/proc"),
        cgroup: Path = Path("/sys/fs/cgroup"),
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._proc, self._cgroup, self._now = proc, cgroup, now
        self._before: dict[int, tuple[float, float]] = {}  # pid: time, processor seconds

    def measure(self, processes: Mapping[str, int], metrics: Metrics) -> None:
        """Set the gauges of these processes: pids by `parent`, `api`, `worker-N`.

        Processor time is that since the last call, in percent of the quota; 0 at the first call.
        """
        metrics.forget_usage()
        metrics.set_memory_limit(self.memory_limit())
        n_processors = self.n_processors()
        before, self._before = self._before, {}
        for name, pid in processes.items():
            found = self._of(pid)
            if found is None:  # it has ended
                continue
            memory, seconds, now = *found, self._now()
            self._before[pid] = now, seconds
            then, seconds_then = before.get(pid, (now, seconds))
            share = (seconds - seconds_then) / (now - then) if now > then else 0.0
            metrics.set_usage(
                name, memory_bytes=memory, cpu_percent=max(100 * share / n_processors, 0.0)
            )

    def memory_limit(self) -> int:
        """Return the least memory limit of our group and those above it, in bytes; else the machine's memory."""
        limits = [os.sysconf("SC_PHYS_PAGES") * _PAGE_BYTES]
        limits += [int(text) for text in self._limits("memory.max") if text != "max"]
        return min(limits)

    def n_processors(self) -> float:
        """Return the least quota of our group and those above it, in processors; else the machine's number."""
        limits = [float(os.cpu_count() or 1)]
        for text in self._limits("cpu.max"):
            quota, _, period = text.partition(" ")
            if quota != "max" and period:
                limits.append(int(quota) / int(period))
        return min(limits)

    def _limits(self, name: str) -> list[str]:
        """Return the texts of a limit of our group and of all above it."""
        try:
            lines = (self._proc / "self/cgroup").read_text().splitlines()
        except OSError:
            lines = []
        ours = next((line[3:] for line in lines if line.startswith("0::")), "/")
        folder = self._cgroup / ours.lstrip("/")
        found = []
        for place in (folder, *folder.parents):
            if place.is_relative_to(self._cgroup) and (place / name).is_file():
                found.append((place / name).read_text().strip())
        return found

    def _of(self, pid: int) -> tuple[int, float] | None:
        """Return resident bytes and processor seconds of a process, None if it is gone."""
        folder = self._proc / str(pid)
        try:
            pages = int((folder / "statm").read_text().split()[1])
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except (OSError, IndexError, ValueError):
            return None
        ticks = int(fields[_UTIME]) + int(fields[_STIME])
        return pages * _PAGE_BYTES, ticks / _TICKS_PER_S
