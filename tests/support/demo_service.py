"""Whole services for tests: `zkctl serve` as a process of its own, on random ports, with the demo's circuit.

with serving(folder, demo) as service:
    service.get("/health")
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from zkctl.service.proving.demo.folder import demo_folder

PID_BODY = {"pid": "JP-13-113-01", "pattern": "membership"}
START_S = 60.0


def shared_demo(session_folder: Path) -> Path:
    """Return the demo's folder; the first process of a session makes it, the others wait for it."""
    state = session_folder / "demo-service"
    state.mkdir(mode=0o700, exist_ok=True)
    with (session_folder / "demo-service.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return demo_folder(state, lambda _text: None)


@dataclass
class RunningService:
    """One `zkctl serve` with its addresses, its key, and what it wrote on stderr."""

    process: subprocess.Popen[str]
    folder: Path
    url: str = ""
    admin_url: str = ""
    key: str = ""
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.http = httpx.Client(timeout=60, trust_env=False)

    @property
    def authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"} if self.key else {}

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        return self.request("POST", path, json=body, **options)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {**self.authorization, **options.pop("headers", {})}
        return self.http.request(method, self.url + path, headers=headers, **options)

    def events(self) -> list[dict[str, Any]]:
        """The lines of the log."""
        return [json.loads(line) for line in self.lines if line.startswith("{")]

    def wait_for(self, status: int = 200, path: str = "/health/ready", seconds: float = 60) -> None:
        """Wait until a path answers with a status."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                if self.get(path).status_code == status:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"{path} did not answer {status}: {''.join(self.lines[-20:])}")

    def children(self, role: str) -> list[int]:
        """The processes of a role, "api" or "worker"."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                    words = (entry / "cmdline").read_bytes()
                except OSError:
                    continue
                if parent == self.process.pid and f"{role}_process".encode() in words:
                    found.append(int(entry.name))
        return sorted(found)

    def stop(self, number: int = signal.SIGINT, seconds: float = 60) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(seconds)


@contextmanager
def serving(
    folder: Path,
    demo: Path,
    *words: str,
    environ: Mapping[str, str] | None = None,
    keys: bool = True,
    expect_ready: bool = True,
    expect_health: bool = True,
) -> Iterator[RunningService]:
    """Run a service in a folder until the end of the block; without `keys` it needs none."""
    state = folder / "state"
    if not state.is_dir():
        state.mkdir(mode=0o700)
        shutil.copytree(demo, state / "demo")
    clean = {
        k: v for k, v in os.environ.items() if not k.startswith(("ZKCTL_", "DATABASE_", "REDIS_"))
    }
    clean |= {"ZKCTL_NO_AUTH": "false"} if keys else {}
    program = str(Path(sys.executable).with_name("zkctl"))  # as installed: no folder joins the path
    command = [program, "serve", *(words or ["all", "--demo"])]
    command += ["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--json"]
    process = subprocess.Popen(
        [*command, "--state-dir", str(state)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env={**clean, **(environ or {})},
    )
    service = RunningService(process, folder)
    reader = threading.Thread(target=_read, args=(service,), daemon=True)
    reader.start()
    try:
        if expect_ready:
            _wait_for_summary(service)
        if expect_ready and expect_health:
            service.wait_for(200, "/health")
        yield service
    finally:
        if process.poll() is None:
            service.stop(signal.SIGINT)
        reader.join(5)
        service.http.close()


def _read(service: RunningService) -> None:
    assert service.process.stderr is not None
    for line in iter(service.process.stderr.readline, ""):
        service.lines.append(line)


def _wait_for_summary(service: RunningService) -> None:
    assert service.process.stdout is not None
    line = service.process.stdout.readline()
    assert line, f"the service did not start: {''.join(service.lines)}"
    summary = json.loads(line)["result"]
    service.url, service.admin_url = summary["url"], summary["admin_url"]
    remembered = service.folder / "key"
    if summary["api_key"]:
        remembered.write_text(summary["api_key"])
    service.key = remembered.read_text() if remembered.is_file() else ""


def mismatched_demo(demo: Path, folder: Path) -> Path:
    """A copy of the demo whose verification key is that of another setup of the same circuit; the lock says so."""
    from zkctl.service.proving.demo.folder import CIRCUIT
    from zkctl.toolchain.project.circuits import digest_of

    copy = folder / "mismatched"
    shutil.copytree(demo, copy)
    vkey, lock = copy / "build" / f"{CIRCUIT}.vkey.json", copy / "zkctl.lock"
    document = json.loads(vkey.read_text())
    before = digest_of(vkey)
    document["vk_delta_2"] = document["vk_beta_2"]
    vkey.write_text(json.dumps(document))
    lock.write_text(lock.read_text().replace(before, digest_of(vkey)))
    return copy


def with_traps(demo: Path, folder: Path, mark: Path) -> Path:
    """A copy of the demo, and Python files that leave a mark if any process of the service runs them."""
    copy = folder / "trapped"
    shutil.copytree(demo, copy)
    trap = f"open({str(mark)!r}, 'w').close()\n"
    for place in (folder, copy, copy / "build"):
        for name in (
            "membership",
            "membership-v1",
            "sitecustomize",
            "usercustomize",
            "json",
            "zkctl",
        ):
            (place / f"{name}.py").write_text(trap)
    return copy
