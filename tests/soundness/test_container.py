"""A container: no home that can be written, no cache, one processor, 1 GiB of address space."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import toy_groth16
from tests.support.toy_groth16 import save_key, save_witness
from zkctl.curve import BN254, CURVES, Curve
from zkctl.toolchain.proof.export_vkey import export_verification_key
from zkctl.toolchain.proof.prove import prove

NOWHERE = "/proc/none"  # no folder can be made here, by root neither


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    def confine() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ZKCTL_", "XDG_"))}
    return subprocess.run(
        [sys.executable, "-I", "-m", "zkctl.cli.app", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env=kept | {"HOME": NOWHERE},
        preexec_fn=confine,  # no threads here
        timeout=300,
    )


@pytest.fixture(params=CURVES, ids=str)
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Key, witness and a proof of a small circuit."""
    curve: Curve = request.param
    key = save_key(tmp_path / "key.zkey", toy_groth16.toy_key(curve))
    witness = toy_groth16.factors_witness(curve.scalar_field)
    saved = save_witness(tmp_path / "witness.wtns", curve.scalar_field, witness)
    export_verification_key(key, output=tmp_path / "vkey.json")
    prove(key, saved, proof_output=tmp_path / "proof.json", public_output=tmp_path / "public.json")
    return tmp_path


def test_verify_compiles_nothing(files: Path) -> None:
    done = run(files, "verify", "vkey.json", "public.json", "proof.json")
    assert (done.returncode, done.stdout, done.stderr) == (0, "OK\n", "verifying\n")


def test_verify_is_as_strict_without_kernels(files: Path) -> None:
    public = (files / "public.json").read_text()
    (files / "public.json").write_text(public.replace('"', '"1', 1))
    done = run(files, "verify", "vkey.json", "public.json", "proof.json")
    assert (done.returncode, done.stdout) == (1, "INVALID\n")
    proof = json.loads((files / "proof.json").read_text())
    proof["pi_a"][0] = str(int(proof["pi_a"][0]) + 1)
    (files / "proof.json").write_text(json.dumps(proof))
    done = run(files, "verify", "vkey.json", "public.json", "proof.json")
    assert done.returncode == 3
    assert "is not on the curve" in done.stderr


@pytest.mark.parametrize("files", [BN254], indirect=True, ids=str)
def test_prove_compiles_in_memory(files: Path) -> None:
    done = run(files, "prove", "key.zkey", "witness.wtns", "-o", "p.json", "--public", "q.json")
    assert done.returncode == 0, done.stderr
    assert "compiling kernels for this machine, once" in done.stderr
    assert "are not kept" in done.stderr
    assert run(files, "verify", "vkey.json", "q.json", "p.json").stdout == "OK\n"
