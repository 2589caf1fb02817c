"""Memory and processor time of processes, and the limits of control groups."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from zkctl.service.proving.metrics import Metrics
from zkctl.service.proving.series import MergedMetrics
from zkctl.service.proving.usage import Usage

GROUP = "0::/kube/pod\n"


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """A /proc with one process, and a control group of two levels."""
    process = tmp_path / "proc/77"
    process.mkdir(parents=True)
    (tmp_path / "proc/self").mkdir()
    (tmp_path / "proc/self/cgroup").write_text(GROUP)
    (process / "statm").write_text("900 250 10 1 0 100 0\n")
    pod = tmp_path / "cgroup/kube/pod"
    pod.mkdir(parents=True)
    (pod / "memory.max").write_text("max\n")
    (pod.parent / "memory.max").write_text("4096000\n")
    (pod / "cpu.max").write_text("50000 100000\n")
    (pod.parent / "cpu.max").write_text("max 100000\n")
    return tmp_path


def spent(system: Path, ticks: int) -> None:
    rest = f"S {'0 ' * 10}{ticks} 0 {'0 ' * 20}"
    (system / "proc/77/stat").write_text(f"77 (a (strange) name) {rest}\n")


def test_processor_time_is_a_share_of_the_quota(system: Path) -> None:
    time = 0.0
    usage = Usage(proc=system / "proc", cgroup=system / "cgroup", now=lambda: time)
    metrics, found = Metrics(), MergedMetrics()
    tick = os.sysconf("SC_CLK_TCK")
    spent(system, 0)
    usage.measure({"worker-1": 77}, metrics)
    time = 10.0
    spent(system, 2 * tick)  # 2 s in 10 s, of half a processor: 40 %
    usage.measure({"worker-1": 77, "worker-2": 78}, metrics)
    found.add("parent", metrics.drain())
    assert found.value("zkp_cpu_usage_percent", "worker-1") == pytest.approx(40)
    pages = os.sysconf("SC_PAGE_SIZE")
    assert found.value("zkp_memory_usage_bytes", "worker-1") == 250 * pages
    assert found.value("zkp_memory_usage_bytes", "worker-2") is None
    assert found.value("zkp_memory_limit_bytes") == 4_096_000


def test_without_limits_the_machine_counts(tmp_path: Path) -> None:
    usage = Usage(proc=tmp_path, cgroup=tmp_path)
    assert usage.n_processors() == os.cpu_count()
    assert usage.memory_limit() == os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def test_a_real_process() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        metrics, found = Metrics(), MergedMetrics()
        Usage().measure({"api": child.pid}, metrics)
        found.add("parent", metrics.drain())
        memory = found.value("zkp_memory_usage_bytes", "api")
        assert memory is not None
        assert memory > 1 << 10
        child.communicate(b"\n")
