"""`zkctl deploy check` on a folder: the artefacts together, the wheel, the keys of circuits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from zkctl.errors import EnvironmentProblem
from zkctl.service.deployment.check import CIRCUITS, compare_folder, findings
from zkctl.service.deployment.eject import artefacts, eject


@pytest.fixture
def out(tmp_path: Path) -> Path:
    eject(tmp_path / "out", {})
    return tmp_path / "out"


def changed(file: str, old: str, new: str) -> list[str]:
    files = artefacts()
    assert old.encode() in files[file]
    files[file] = files[file].replace(old.encode(), new.encode())
    return [str(finding) for finding in findings(files)]


def test_an_ejected_folder_agrees(out: Path) -> None:
    summary = compare_folder(out)
    assert summary.findings == ()
    assert summary.n_files == len(artefacts()) + 2


def test_no_ejected_folder(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="artefacts are missing"):
        compare_folder(tmp_path)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("config/nginx.conf", "server 127.0.0.1:8080", "server 127.0.0.1:9464", "the port is 9464, expected 8080"),
        ("config/nginx.conf", "server 127.0.0.1:8080", "server unix:/x", "nothing names the port 8080"),
        ("monitoring/rules.yaml", "alert: ZkpDown", "alert: Down", "there is no alert ZkpDown"),
        ("monitoring/rules.yaml", "alert: ZkpDown", "alert: Down", "the alert Down has no runbook"),
        ("monitoring/rules.yaml", "operating/down.md", "operating/up.md", "the runbook of ZkpDown is"),
        ("monitoring/rules.test.yaml", "name: ZkpDown is quiet", "name: x", "ZkpDown is not tested"),
        ("dashboards/zkp-overview.json", '"overwrite": true', '"overwritten": true', "it cannot be sent to /api/dashboards/db"),
    ],
)  # fmt: skip
def test_a_change_is_found(file: str, old: str, new: str, message: str) -> None:
    found = changed(file, old, new)
    assert [text for text in found if message in text], found


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b"{}", b"a: [", b"kind: Deployment\n"])
@pytest.mark.parametrize(
    "file", ["k8s/services.yaml", "monitoring/rules.yaml", "dashboards/zkp-overview.json"]
)
def test_a_malformed_file_is_a_finding(file: str, content: bytes) -> None:
    assert list(findings({**artefacts(), file: content}))


def test_a_renamed_member_is_a_finding() -> None:
    found = changed("k8s/prover-deployment.yaml", "containers:", "container:")
    assert "k8s: a file is malformed, or lacks a member: 'containers'" in found


def test_another_wheel_is_found(out: Path) -> None:
    (wheel,) = (out / "docker/wheels").glob("*.whl")
    wheel.write_bytes(wheel.read_bytes() + b"x")
    (finding,) = compare_folder(out).findings
    assert "it does not name zkctl-" in finding


def lock(out: Path, vkey: str = "0" * 64) -> Path:
    """A lock with one circuit, and its key."""
    digest = "0" * 64
    circuit = {"settings": "", "sources": {}, "r1cs": digest, "wprog": digest, "zkey": digest}
    content = {
        "schema": "zkctl-lock/1",
        "ptau": "",
        "circuits": {"a-v1": {**circuit, "vkey": vkey}},
    }
    folder = out / CIRCUITS
    (folder / "zkctl.lock").write_text(json.dumps(content))
    (folder / "build").mkdir()
    (folder / "build/a-v1_final.zkey").write_bytes(b"key of Ann")
    (folder / "build/a-v1.zkey").symlink_to("a-v1_final.zkey")
    return folder


def test_circuits_of_the_lock(out: Path) -> None:
    folder = lock(out)
    assert compare_folder(out).findings == ()
    (folder / "service.yaml").write_text("serve: {b-v1: {pattern: b}}\n")
    assert "the lock has no circuit b-v1" in compare_folder(out).findings[0]
    (folder / "zkctl.lock").write_text("{}")
    assert "the lock is not of the schema" in compare_folder(out).findings[0]


def test_a_circuit_without_a_key(out: Path) -> None:
    lock(out, vkey="")
    assert "a-v1 has no verifying key" in compare_folder(out).findings[0]


def test_keys_for_trials_are_refused(out: Path) -> None:
    folder = lock(out)
    (folder / "build/a-v1_final.zkey").write_bytes(b"....DEV ONLY one machine....")
    assert "the key of a-v1 has a contribution DEV ONLY" in compare_folder(out).findings[0]
    (folder / "build/DEV-ONLY").touch()
    assert "the keys were made on one machine" in compare_folder(out).findings[0]


def test_the_circuit_of_the_demo_is_refused(out: Path) -> None:
    file = lock(out) / "zkctl.lock"
    file.write_text(file.read_text().replace('"settings": ""', '"settings": "demo"'))
    assert "a-v1 is the circuit of the demo" in compare_folder(out).findings[0]
