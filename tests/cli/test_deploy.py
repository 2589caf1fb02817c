"""`zkctl deploy eject` and `zkctl deploy check` as a person runs them; the artefacts are those of check 24."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BIN = Path(sys.executable).parent


def run(*words: str | Path) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_commands(tmp_path: Path) -> None:
    zkctl = BIN / "zkctl"
    run(zkctl, "deploy", "eject", tmp_path / "out", "--set", "registry=images.example.org/zkp")
    assert run(zkctl, "deploy", "check", tmp_path / "out").startswith("OK\n")
    service = tmp_path / "out/k8s/services.yaml"
    service.write_text(service.read_text().replace("9464", "9465"))
    done = subprocess.run(
        [zkctl, "deploy", "check", tmp_path / "out"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "places differ from the code" in done.stderr
    assert "k8s/services.yaml:" in done.stdout
    assert "no program here listens on port 9465" in done.stdout


def test_a_wrong_option(tmp_path: Path) -> None:
    command = [BIN / "zkctl", "deploy", "eject", tmp_path / "out", "--set", "registry"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "--set takes NAME=VALUE, there is no =" in done.stderr) == (2, True)


def test_no_extra_is_needed(tmp_path: Path) -> None:
    """Who writes the manifests need not be able to serve."""
    code = (
        "import sys\n"
        "for name in ('prometheus_client', 'structlog', 'fastapi', 'starlette', 'uvicorn'):\n"
        "    sys.modules[name] = None\n"
        f"sys.argv = ['zkctl', 'deploy', 'eject', {str(tmp_path / 'out')!r}]\n"
        "from zkctl.cli.app import run; run()"
    )
    run(sys.executable, "-c", code)
