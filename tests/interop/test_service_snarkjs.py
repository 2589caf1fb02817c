"""A ceremony through a coordinator: one person contributes with snarkjs, and snarkjs accepts the final key."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.interop.conftest import Runner

pytest.importorskip("fastapi")

from tests.service.harness import Harness, ScriptedContributor
from tests.service.serving import serving
from tests.support.ceremony_folders import begin
from zkctl.formats.binary.zkey_groth16 import read_zkey
from zkctl.runtime.progress import silent
from zkctl.toolchain.ceremony.audit import verify_ceremony
from zkctl.toolchain.ceremony.coordinator_client import CoordinatorClient
from zkctl.toolchain.ceremony.finalize import finalize_ceremony
from zkctl.toolchain.ceremony.folder_steps import beacon_in_folder
from zkctl.toolchain.ceremony.join import join_ceremony
from zkctl.toolchain.ceremony.key_transfer import RemoteKey, Sending, fetch_key
from zkctl.toolchain.ceremony.receipts import make_receipt
from zkctl.toolchain.ceremony.requests import BeaconRequest, ContributionRequest


def test_snarkjs_contributes_and_verifies(run_snarkjs: Runner, tmp_path: Path) -> None:
    ceremony = begin(tmp_path)
    harness = Harness(tmp_path)
    with serving(harness) as url:
        join_ceremony(
            CoordinatorClient(url), ContributionRequest(name="ann"), folder=tmp_path / "ann"
        )
        bob = ScriptedContributor(harness, "bob").enter()
        line = CoordinatorClient(url, token=bob.token)
        parent, new = tmp_path / "old.zkey", tmp_path / "new.zkey"
        facts = bob.view()["parent"]
        source = RemoteKey(f"{url}files/{facts['file']}", facts["n_bytes"], facts["blake2b"])
        fetch_key(line, source, parent, silent)
        done = run_snarkjs(
            "zkey", "contribute", "old.zkey", "new.zkey", "-n=bob", "-e=some text", cwd=tmp_path
        )
        assert done.returncode == 0, done.stdout
        stored = read_zkey(new)
        (tmp_path / "bob.key").touch(mode=0o600)
        (tmp_path / "bob.key").write_bytes(bob.private)
        ceremony_id = harness.coordinator.published.ceremony().ceremony_id
        receipt = make_receipt(stored, new, ceremony_id, stored.circuit_hash, tmp_path / "bob.key")
        Sending(line, new, receipt, 1000, silent, lambda: None).run()
        join_ceremony(
            CoordinatorClient(url), ContributionRequest(name="cy"), folder=tmp_path / "cy"
        )
    harness.coordinator.close()
    beacon_in_folder(ceremony, BeaconRequest(beacon_hex="0a0b"))
    finalize_ceremony(ceremony, production=True)
    names = [c.claimed_name for c in verify_ceremony(ceremony).contributors]
    assert names[:3] == ["ann", "bob", "cy"]
    files = (ceremony / name for name in ("circuit.r1cs", "phase1.ptau", "final.zkey"))
    done = run_snarkjs("zkey", "verify", *files, cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "ZKey Ok!" in done.stdout
