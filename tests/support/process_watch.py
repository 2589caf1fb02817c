"""Memory and processor time of a service's processes while it runs, from /proc."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass
class ProcessWatch:
    """Samples of a process and its descendants.  `rss`: bytes by pid and seconds since the start; `cpu`: seconds by pid."""

    root: int
    names: dict[int, str] = field(default_factory=dict)
    rss: dict[int, list[tuple[float, int]]] = field(default_factory=dict)
    cpu: dict[int, tuple[float, float]] = field(default_factory=dict)  # first and last
    started: float = field(default_factory=time.monotonic)

    def sample(self) -> None:
        at = time.monotonic() - self.started
        for pid in [self.root, *descendants(self.root)]:
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                words = Path(f"/proc/{pid}/cmdline").read_bytes()
            except OSError:
                continue
            seconds = (int(fields[11]) + int(fields[12])) / _TICK
            first, _ = self.cpu.get(pid, (seconds, seconds))
            self.cpu[pid] = (first, seconds)
            self.rss.setdefault(pid, []).append((at, int(fields[21]) * _PAGE))
            self.names[pid] = _name(words)

    def growth(self, settled: float) -> dict[str, float]:
        """The growth of each process in percent of its size `settled` seconds after its start, or after the first sample."""
        found = {}
        for pid, series in self.rss.items():
            begin = series[0][0]
            sizes = [size for at, size in series if at >= begin + settled]
            if len(sizes) > 1:
                found[f"{self.names[pid]} {pid}"] = 100 * (max(sizes[-5:]) / sizes[0] - 1)
        return found

    def cpu_seconds(self, name: str) -> float:
        """The processor time of all processes of a name while they were watched."""
        return sum(
            last - first for pid, (first, last) in self.cpu.items() if self.names[pid] == name
        )


def descendants(root: int) -> list[int]:
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int(
                    (entry / "stat").read_text().rpartition(")")[2].split()[1]
                )
            except OSError:
                continue
    found, waiting = [], [root]
    while waiting:
        parent = waiting.pop()
        children = [pid for pid, each in parents.items() if each == parent]
        found += children
        waiting += children
    return found


def _name(words: bytes) -> str:
    for role in ("worker", "api"):
        if f"{role}_process".encode() in words:
            return role
    return "parent" if b"serve" in words else "other"


@contextmanager
def watching(root: int, pause: float = 1.0) -> Iterator[ProcessWatch]:
    """Sample until the end of the block."""
    watch = ProcessWatch(root)
    stop = threading.Event()

    def repeat() -> None:
        while not stop.wait(pause):
            watch.sample()

    watch.sample()
    thread = threading.Thread(target=repeat, daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        stop.set()
        thread.join()
        watch.sample()
