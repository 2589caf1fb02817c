"""The start of a service: refusals, secrets, roles, and privacy of its processes."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.demo_service import PID_BODY, RunningService, serving
from zkctl.service.proving.sealed import SealedFor, new_private_key, open_result, public_of, seal


def refused(
    tmp_path: Path, *words: str, environ: dict[str, str] | None = None, state: str = "s"
) -> tuple[int, str]:
    """The exit code and the messages of a start that is refused."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("ZKCTL_")}
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "zkctl.cli.app",
            "serve",
            *words,
            "--state-dir",
            str(tmp_path / state),
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**clean, **(environ or {})},
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["all", "--demo", "--listen", "0.0.0.0:0"], 2, "demo is for loopback only"),
        (["all", "--no-auth", "--listen", "0.0.0.0:0"], 2, "no_auth is for loopback only"),
        (["none"], 2, "the role is unknown: expected all, verifier, prover, got 'none'"),
        (["all"], 5, "there is no circuit to serve: expected zkctl.lock in the folder"),
    ],
)
def test_refused_starts(tmp_path: Path, words: list[str], code: int, message: str) -> None:
    found, text = refused(tmp_path, *words)
    assert (found, message in text) == (code, True), text
    assert "hint:" in text or code == 2


def test_a_service_that_others_reach_needs_its_secrets(demo: Path, tmp_path: Path) -> None:
    words = ["verifier", "--listen", "0.0.0.0:0", "--circuits", str(demo)]
    code, text = refused(tmp_path, *words)
    assert code == 5
    assert "the setting ZKCTL_PEPPER_FILE is missing" in text
    assert "openssl rand -hex 32" in text


def test_a_key_encryption_key_that_cannot_be_used(demo: Path, tmp_path: Path) -> None:
    """A part that only the API process opens ends the whole service, with the reason."""
    environ = {
        "ZKCTL_PROVE_MODES": "custodial",
        "ZKCTL_KEK": "aws-kms:alias/zkctl",
        "AWS_ENDPOINT_URL_KMS": "http://127.0.0.1:1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    words = ["all", "--circuits", str(demo), "--listen", "127.0.0.1:0"]
    code, text = refused(tmp_path, *words, "--admin-listen", "127.0.0.1:0", environ=environ)
    assert code == 5, text
    first, second = [line for line in text.splitlines() if line.startswith("error:")]
    assert "cannot be used in AWS KMS: EndpointConnectionError" in first
    assert "the API process cannot start" in second
    assert "Traceback" not in text


def test_settings_that_only_the_api_process_can_refuse_end_the_start(
    demo: Path, tmp_path: Path
) -> None:
    words = ["verifier", "--circuits", str(demo), "--listen", "127.0.0.1:0"]
    words += ["--admin-listen", "127.0.0.1:0", "--tls-cert", str(tmp_path / "none.pem")]
    code, text = refused(tmp_path, *words)
    assert code == 5
    assert "TLS needs a certificate and its key" in text
    assert "error: the API process cannot start" in text


def test_unknown_settings_are_refused(tmp_path: Path) -> None:
    code, text = refused(tmp_path, "all", environ={"ZKCTL_WORKER": "2"})
    assert code == 2
    assert "ZKCTL_WORKERS" in text


def test_a_start_that_fails_does_not_use_up_the_first_key(demo: Path, tmp_path: Path) -> None:
    """The key is shown once: it is made when the service is ready, not by a start that finds its port taken."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        words = ["all", "--circuits", str(demo), "--admin-listen", "127.0.0.1:0"]
        words += ["--listen", f"127.0.0.1:{port}"]
        code, text = refused(tmp_path, *words, state="state")
    assert (code, text.splitlines()[0]) == (5, "error: cannot listen: address already in use")
    with serving(tmp_path, demo, "all", "--circuits", str(demo)) as service:
        assert service.key.startswith("zk_live_")


def test_the_lines_of_a_start_for_a_person(demo: Path) -> None:
    """Addresses for people, and in the demo a command to copy; the key once, and no line without one."""
    from zkctl.cli.commands.serve import _text
    from zkctl.service.proving.run import ServiceSummary

    lines = _text(ServiceSummary("http://a:1", "http://b:2", "", demo=True)).splitlines()
    assert lines[:3] == [
        "http://a:1",
        "admin   http://b:2",
        "pages   http://a:1/docs  http://b:2/ops",
    ]
    assert json.dumps(PID_BODY) in lines[-1]
    assert "curl -X POST http://a:1/v1/zkp/generate" in lines[-1]
    lines = _text(ServiceSummary("http://a:1", "http://b:2", "zk_live_x", demo=False)).splitlines()
    assert lines[3:] == ["key     zk_live_x  (shown once)"]


def test_secrets_are_made_once_and_private(served: RunningService) -> None:
    state = served.folder / "state"
    for name in ("pepper", "cache_key", "signing_key", "sealing_secret"):
        assert stat.S_IMODE((state / name).stat().st_mode) == 0o600
    assert served.key.startswith("zk_live_")


def test_a_verifier_has_no_worker(demo: Path, tmp_path: Path, served: RunningService) -> None:
    proof = served.post("/v1/zkp/generate", PID_BODY).json()["proof"]
    with serving(tmp_path, demo, "verifier", "--demo") as service:
        assert service.children("worker") == []
        assert service.post("/v1/zkp/generate", PID_BODY).status_code == 404
        answer = service.post("/v1/zkp/verify", {"proof": proof, "circuitId": "membership-v1"})
        assert answer.json()["valid"] is True
        assert {event["service"] for event in service.events()} == {"zkp-verifier"}


def test_processes_leave_no_core_and_hold_no_argument(served: RunningService) -> None:
    for pid in [served.process.pid, *served.children("api"), *served.children("worker")]:
        limits = Path(f"/proc/{pid}/limits").read_text().splitlines()
        (core,) = (line for line in limits if line.startswith("Max core file size"))
        assert core.split()[4:6] == ["0", "0"]
        assert served.key.encode() not in Path(f"/proc/{pid}/cmdline").read_bytes()
    (worker,) = served.children("worker")
    assert Path(f"/proc/{worker}/environ").stat().st_uid == 0  # not dumpable: root's


def _sealed_body(served: RunningService, inputs: dict[str, Any], **more: Any) -> dict[str, Any]:
    import base64
    import json

    (key, *_) = served.get("/v1/zkp/sealing-keys").json()["keys"]
    public = base64.urlsafe_b64decode(key["publicKey"] + "=")
    request = SealedFor("membership-v1", more.pop("tenant", "local"), b"k-seal")
    message = seal(json.dumps({"inputs": inputs}).encode(), public=public, request=request)
    text = base64.urlsafe_b64encode(message).decode().rstrip("=")
    return {"pattern": "membership", "sealedInputs": text, **more}


def test_sealed_inputs_and_a_result_for_the_caller(demo: Path, served: RunningService) -> None:
    import base64

    from zkctl.formats.json.bundle import PREFIX
    from zkctl.service.proving.demo.folder import DEPTH, HOLDER_FILE
    from zkctl.service.proving.demo.holder import DemoHolder

    inputs = DemoHolder.read(demo / HOLDER_FILE).inputs(DEPTH, scope=3, context=4)
    mine = new_private_key()
    result_key = base64.urlsafe_b64encode(public_of(mine)).decode().rstrip("=")
    headers = {"Idempotency-Key": "k-seal"}
    body = _sealed_body(served, inputs, resultKey=result_key)
    answer = served.post("/v1/zkp/generate", body, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Zkp-Witness-Visible"] == "worker"
    assert "proof" not in answer.json()
    message = base64.urlsafe_b64decode(answer.json()["sealedResult"] + "==")
    text = open_result(message, private=mine, job_id=answer.json()["jobId"]).decode()
    assert text.startswith(PREFIX)
    verified = served.post("/v1/zkp/verify", {"proof": text, "circuitId": "membership-v1"})
    assert verified.json()["valid"] is True


def test_inputs_sealed_for_another_tenant_do_not_open(demo: Path, served: RunningService) -> None:
    body = _sealed_body(served, {"root": "1"}, tenant="other")
    answer = served.post("/v1/zkp/generate", body, headers={"Idempotency-Key": "k-seal-2"})
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:zkctl:problem:invalid-input"


def test_no_circuit_program_is_imported(served: RunningService) -> None:
    """D10: Python files beside the circuits, and in the working folder, are traps that would leave a mark."""
    assert served.post("/v1/zkp/generate", PID_BODY).json()["state"] == "done"
    assert (served.folder / "membership.py").is_file()
    assert (served.folder / "state" / "demo" / "build" / "membership-v1.py").is_file()
    assert not (served.folder / "mark").exists()
