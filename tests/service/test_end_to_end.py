"""Three people and a coordinator as processes; the coordinator is killed and started again."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.service.harness import copy_of
from zkctl.toolchain.ceremony.audit import ceremony_status
from zkctl.toolchain.ceremony.folder import open_ceremony

ZKCTL = [sys.executable, "-m", "zkctl.cli.app", "ceremony"]
SECONDS = 200
N_KILLS = 3


def zkctl(*words: object) -> subprocess.CompletedProcess[str]:
    command = [*ZKCTL, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)


def begin(*words: object) -> subprocess.Popen[str]:
    command = [*ZKCTL, *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@dataclass
class Server:
    """A coordinator that is always to be found at the same port."""

    folder: Path
    port: int = 0
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, *options: object) -> str:
        """The address that it prints."""
        ceremony = self.folder / "ceremony"
        process = begin("serve", ceremony, "--port", self.port, "--penalty", 1, *options)
        self.processes.append(process)
        assert process.stdout is not None
        said = process.stdout.readline().strip()
        assert said, process.communicate()[1]
        url = json.loads(said)["result"]["url"] if "--json" in options else said
        self.port = int(url.rstrip("/").rpartition(":")[2])
        return said

    def kill(self, number: int = signal.SIGKILL) -> tuple[int, str]:
        """End it; its exit code and what it said."""
        self.processes[-1].send_signal(number)
        _, said = self.processes[-1].communicate(timeout=SECONDS)
        return self.processes[-1].returncode, said


@pytest.fixture
def server(base: Path, tmp_path: Path) -> Iterator[Server]:
    made = Server(copy_of(base, tmp_path))
    yield made
    for process in made.processes:
        if process.poll() is None:
            process.kill()
            process.communicate()


def test_three_people_and_a_coordinator_that_is_killed(server: Server, tmp_path: Path) -> None:
    url = server.start()
    names = ("ann", "bob", "cy")
    people = {n: begin("join", url, "--name", n, "-o", tmp_path / n) for n in names}
    for _ in range(N_KILLS):
        time.sleep(1)
        server.kill()
        assert server.start() == url
    for name, process in people.items():
        out, err = process.communicate(timeout=SECONDS)
        assert process.returncode == 0, err
        assert "receipt.json" in out
        assert (tmp_path / name / "attestation.md").exists()
    code, said = server.kill(signal.SIGTERM)
    assert (code, said.splitlines()[-1]) == (0, "stopped")
    folder = server.folder / "ceremony"
    assert zkctl("beacon", folder, "--hex", "0a0b").returncode == 0
    assert zkctl("finalize", folder, "--production").returncode == 0
    verified = zkctl("verify", folder)
    assert verified.stdout.startswith("OK\n"), verified.stderr
    for name in people:
        assert name in verified.stdout
        receipt = tmp_path / name / "receipt.json"
        found = zkctl("included", "--receipt", receipt, folder / "final.zkey")
        assert found.stdout.startswith("INCLUDED\n"), found.stderr
    assert ceremony_status(folder).n_rejected == 0


def test_a_stop_in_the_middle_of_a_verification(server: Server, tmp_path: Path) -> None:
    """SIGTERM does not wait for the verdict, and loses nothing: the next start takes it up."""
    url = server.start()
    ann = begin("join", url, "--name", "ann", "-o", tmp_path / "ann")
    said = ""
    process = server.processes[-1]
    assert process.stderr is not None
    while "verifying" not in said:
        said = process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    assert process.wait(SECONDS) == 0
    server.start()
    assert ann.wait(SECONDS) == 0
    assert [e.name for e in open_ceremony(server.folder / "ceremony").ledger.accepted] == ["ann"]


def test_what_serve_prints(server: Server) -> None:
    url = server.start("--json")
    assert url.startswith('{"schema": "zkctl/1", "ok": true, "command": "ceremony serve"')
    assert server.processes[-1].poll() is None
    server.processes[-1].send_signal(signal.SIGINT)
    out, err = server.processes[-1].communicate(timeout=SECONDS)
    assert (server.processes[-1].returncode, out, err) == (0, "", "stopped\n")


def test_addresses_and_lists(server: Server, tmp_path: Path) -> None:
    url = server.start("--host", "127.0.0.1")
    folder = server.folder / "ceremony"
    shutil.copytree(folder, tmp_path / "copy")
    taken = zkctl("serve", tmp_path / "copy", "--port", server.port, "--state", tmp_path / "other")
    assert (taken.returncode, taken.stdout) == (5, "")
    assert "cannot listen: address already in use" in taken.stderr
    second = zkctl("serve", folder, "--port", 0)
    assert (second.returncode, "another server coordinates" in second.stderr) == (5, True)
    nothing = zkctl("serve", tmp_path / "nothing", "--port", 0)
    assert (nothing.returncode, "not the folder of a ceremony" in nothing.stderr) == (5, True)
    (tmp_path / "empty").write_text("# nobody\n\n")
    empty = zkctl("serve", folder, "--participants", tmp_path / "empty")
    assert (empty.returncode, "the list of participants is empty" in empty.stderr) == (3, True)
    (tmp_path / "bad").write_text("# one\nssh-rsa x\n")
    bad = zkctl("serve", folder, "--participants", tmp_path / "bad")
    assert "bad, line 2" in bad.stderr
    with urllib.request.urlopen(url + "health") as answer:  # noqa: S310  (the server above)
        assert answer.status == 200


def test_without_the_extra(server: Server, tmp_path: Path) -> None:
    (tmp_path / "fastapi.py").write_text("raise ModuleNotFoundError(name='fastapi')")
    paths = f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    done = subprocess.run(
        [*ZKCTL, "serve", str(server.folder / "ceremony"), "--port", "0"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": paths},
        timeout=SECONDS,
    )
    assert done.returncode == 5
    assert "the coordinator needs the package fastapi" in done.stderr
    assert "pip install 'zkctl[service]'" in done.stderr


def test_join_refuses_before_it_talks(tmp_path: Path) -> None:
    done = zkctl("join", "http://example.org/", "-o", tmp_path / "x")
    assert (done.returncode, "pass --allow-http if" in done.stderr) == (2, True)
    done = zkctl("join", "https://example.org/", "--key", tmp_path / "none")
    assert (done.returncode, "there is no key" in done.stderr) == (2, True)
    assert not (tmp_path / "x").exists()
