"""Check 1: the guide's three curl commands of Step 6, as printed but for the host; and both tools verify the proof."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.support.demo_service import serving


def _curl(*words: str) -> str:
    if shutil.which("curl") is None:
        missing("curl is not installed")
    command = ["curl", "-s", "--noproxy", "*", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout


def test_check_1_three_commands(demo: Path, tmp_path: Path) -> None:
    with serving(tmp_path, demo, keys=False) as service:
        host = service.url
        health = _curl(f"{host}/health")
        assert health == '{"status":"healthy","circuits":"loaded","database":"connected"}'
        generated = json.loads(
            _curl(
                *("-X", "POST", f"{host}/v1/zkp/generate"),
                *("-d", '{"pid": "JP-13-113-01", "pattern": "membership"}'),
            )
        )
        assert generated["state"] == "done"
        assert generated["demo"] is True
        body = json.dumps({"proof": generated["proof"], "circuitId": "membership-v1"})
        verified = json.loads(_curl("-X", "POST", f"{host}/v1/zkp/verify", "-d", body))
        assert verified["valid"] is True
        assert service.stop() == 0


@pytest.mark.parametrize("port", ["127.0.0.1:0"])
def test_a_second_service_on_the_same_database_is_refused(
    demo: Path, tmp_path: Path, port: str
) -> None:
    with (
        serving(tmp_path, demo) as first,
        serving(tmp_path, demo, expect_ready=False) as second,
    ):
        assert second.process.wait(60) == 5
        assert first.get("/health").status_code == 200
    assert "another service uses this database" in "".join(second.lines) + _stdout(second)


def _stdout(service) -> str:
    return service.process.stdout.read()
