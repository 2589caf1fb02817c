"""Check 16: every alert fires above its threshold and not at it, by Prometheus's own unit tests of rules."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT, missing
from zkctl.service.deployment.names import RUNBOOKS

MONITORING = ROOT / "zkctl/deploy/monitoring"
# the guide's: name, the threshold as it stands in the rule, its duration, severity
THRESHOLDS = [
    ("ZkpGenerationFailures", "> 0.01", "5m", "critical"),
    ("ZkpVerificationFailures", "> 0.001", "5m", "critical"),
    ("ZkpDown", "== 0", "1m", "critical"),
    ("ZkpDatabaseLost", "== 0", "30s", "critical"),
    ("ZkpGenerationSlow", "> 15", "5m", "warning"),
    ("ZkpMemoryHigh", "> 0.8", "5m", "warning"),
    ("ZkpCpuHigh", "> 80", "10m", "warning"),
    ("ZkpBacklog", "> 100", "1m", "warning"),
]


def run_tests_of(folder: Path) -> subprocess.CompletedProcess[str]:
    promtool = shutil.which("promtool") or missing("promtool is not installed") or ""
    command = [promtool, "test", "rules", "rules.test.yaml"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def rule(text: str, name: str) -> str:
    (found,) = re.findall(rf"      - alert: {name}\n(?:        .*\n)+", text)
    return found


def test_all_alerts() -> None:
    done = run_tests_of(MONITORING)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("name", "threshold", "duration", "severity"), THRESHOLDS)
def test_thresholds_are_those_of_the_guide(
    name: str, threshold: str, duration: str, severity: str
) -> None:
    found = rule((MONITORING / "rules.yaml").read_text(), name)
    assert threshold in found
    assert f"for: {duration}\n" in found
    assert f"severity: {severity}" in found


@pytest.mark.parametrize("factor", [0.8, 1.25])
def test_moved_thresholds_are_noticed(factor: float, tmp_path: Path) -> None:
    """So the tests of the rules know each threshold, not only that there is a rule."""
    text = (MONITORING / "rules.yaml").read_text()
    for name in RUNBOOKS:
        found = rule(text, name)
        limit = re.search(r"> ([0-9.]+)$", found, re.MULTILINE)
        if limit:
            changed = found.replace(limit[0], f"> {float(limit[1]) * factor:.6g}")
        else:
            changed = found.replace(" == 0", " == 1" if factor > 1 else " < 0")
        assert changed != found
        text = text.replace(found, changed)
    (tmp_path / "rules.yaml").write_text(text)
    shutil.copy(MONITORING / "rules.test.yaml", tmp_path)
    done = run_tests_of(tmp_path)
    failed = set(re.findall(r"alertname: (\w+)", done.stdout + done.stderr))
    assert failed == set(RUNBOOKS)
