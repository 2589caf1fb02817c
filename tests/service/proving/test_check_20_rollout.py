"""Check 20: the rollout, the switch in all processes, and the legacy system behind nginx."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from tests.conftest import missing
from tests.support.demo_service import RunningService, serving
from tests.support.servers import free_port, postgres  # noqa: F401  (a fixture)
from tests.support.two_services import two_services
from zkctl.service.proving.migrate import migrate

ROOT = Path(__file__).parents[3]
QUICK_S = 10  # from the command to the last answer of the service


class Legacy(BaseHTTPRequestHandler):
    """The older system: it answers with the method and the body that it got."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        answer = {"legacy": True, "valid": True, "method": self.command, "body": body.decode()}
        raw = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def legacy_system() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Legacy) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@contextmanager
def nginx(folder: Path, service: int, legacy: int) -> Iterator[str]:
    """The shipped configuration without TLS, before a service and a legacy system of this machine."""
    if shutil.which("nginx") is None:
        missing("nginx is not installed")
    port = free_port()
    text = (ROOT / "zkctl/deploy/config/nginx.conf").read_text()
    text = re.sub(r"^ *(proxy_)?ssl_.*\n", "", text, flags=re.MULTILINE)
    for before, after in (
        ("listen 443 ssl;", f"listen 127.0.0.1:{port};"),
        ("server 127.0.0.1:8080;", f"server 127.0.0.1:{service};"),
        ("server legacy.example.com:443;", f"server 127.0.0.1:{legacy};"),
        ("https://zkp", "http://zkp"),
        ("https://legacy", "http://legacy"),
        ("pid /run/nginx.pid;", f"pid {folder}/nginx.pid;"),
        ("worker_processes auto;", "worker_processes 1;"),
    ):
        assert before in text
        text = text.replace(before, after)
    paths = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    own = "".join(f"    {each}_temp_path {folder}/{each};\n" for each in paths)
    text = text.replace("http {\n", "http {\n" + own, 1)
    (folder / "nginx.conf").write_text(text)
    command = ["nginx", "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    process = subprocess.Popen([*command, "-g", "daemon off;"])
    try:
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/health"))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False, timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def wait_until(condition, seconds: float = 30) -> float:
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < seconds, "the condition does not hold in time"
        time.sleep(0.02)
    return time.monotonic() - begun


def set_flag(url: str, *words: str) -> dict:
    """Change the flag with the database alone."""
    command = [sys.executable, "-m", "zkctl.cli.app", "service", "flags", "set", *words, "--json"]
    environ = {**os.environ, "DATABASE_URL": url}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["result"]


def is_refused(service: RunningService) -> bool:
    answer = service.post("/v1/zkp/generate", {"pattern": "unknown-pattern", "inputs": {}})
    return answer.status_code == 503 and answer.headers.get("zkp-route") == "legacy"


def test_the_switch_reaches_all_processes_and_nginx_asks_the_legacy_system(
    request: pytest.FixtureRequest, demo: Path, tmp_path: Path
) -> None:
    url = request.getfixturevalue("postgres").new_database()
    migrate(url)
    environ = {"DATABASE_URL": url, "ZKCTL_LEGACY_ACCEL": "true"}
    with ExitStack() as stack:
        one, two = stack.enter_context(two_services(tmp_path, demo, environ))
        port = int(one.url.rpartition(":")[2])
        before = stack.enter_context(nginx(tmp_path, port, stack.enter_context(legacy_system())))
        body = {"pid": "JP-13-113-01", "pattern": "membership"}
        through = {"headers": one.authorization, "trust_env": False, "timeout": 60}
        proved = httpx.post(f"{before}/v1/zkp/generate", json=body, **through)
        assert proved.status_code == 200, proved.text
        assert "legacy" not in proved.json()
        queued = one.post("/v1/zkp/generate", body, headers={"Prefer": "respond-async"})
        assert queued.status_code == 202, queued.text

        assert set_flag(url, "zkp_enabled=false")["zkp_enabled"] is False
        elapsed = wait_until(lambda: is_refused(one) and is_refused(two))
        assert elapsed < QUICK_S
        answer = httpx.post(f"{before}/v1/zkp/generate", json=body, **through)
        assert answer.status_code == 200
        assert answer.json()["legacy"] is True
        assert answer.json()["method"] == "POST"
        assert json.loads(answer.json()["body"]) == body

        location = queued.headers["location"]
        job = one.get(location, headers={"Prefer": "wait=25"})
        assert job.json()["state"] == "done"
        assert two.get(location).json()["state"] == "done"

        # back by percentage: the place of the key's subject decides, in each process alike
        assert set_flag(url, "zkp_enabled=true", "rollout_percentage=100")["version"] == 2
        wait_until(lambda: not is_refused(one) and not is_refused(two))
        set_flag(url, "rollout_percentage=0")
        wait_until(lambda: is_refused(one) and is_refused(two))


def test_in_a_shadow_the_legacy_system_answers_and_differences_are_counted(
    demo: Path, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        legacy = stack.enter_context(legacy_system())
        environ = {"ZKCTL_LEGACY_URL": f"http://127.0.0.1:{legacy}", "ZKCTL_LEGACY_ACCEL": "true"}
        service = stack.enter_context(serving(tmp_path, demo, environ=environ))
        before = stack.enter_context(nginx(tmp_path, int(service.url.rpartition(":")[2]), legacy))
        service.wait_for()
        made = service.post("/v1/zkp/generate", {"pid": "JP-13-113-01", "pattern": "membership"})
        body = {"proof": made.json()["proof"]}

        def ask(**more: object) -> dict:
            options = {"headers": service.authorization, "trust_env": False, "timeout": 60}
            answer = httpx.post(f"{before}/v1/zkp/verify", json={**body, **more}, **options)
            assert answer.status_code == 200, answer.text
            return answer.json()

        def counted(name: str) -> float:
            text = httpx.get(f"{service.admin_url}/metrics", trust_env=False).text
            found = re.search(rf"^{name} (.+)$", text, re.MULTILINE)
            return float(found[1]) if found else 0.0

        assert "legacy" not in ask()
        (file,) = tmp_path.glob("state/*.db")
        set_flag(f"sqlite://{file}", "rollout_percentage=0", "shadow=true")
        wait_until(lambda: ask().get("legacy") is True)
        assert json.loads(ask()["body"]) == body
        assert counted("zkp_shadow_mismatch_total") == 0
        assert ask(expect={"scope": "1"})["valid"] is True  # the service: context-mismatch
        wait_until(lambda: counted("zkp_shadow_mismatch_total") == 1)
        assert counted("zkp_shadow_compared_total") >= 3
        set_flag(f"sqlite://{file}", "rollout_percentage=100")
        wait_until(lambda: "legacy" not in ask())
