"""Every program is in the cache afterwards: nothing is compiled by what comes next."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.toy_groth16 import circuit, save_circuit, save_witness
from zkctl.curve.kernels.interface import PARTS
from zkctl.errors import EnvironmentProblem
from zkctl.field import BN254_FR, backend, words_from_ints
from zkctl.toolchain.inspect.warm_up import warm_up


def test_it_uses_every_program() -> None:
    summary = warm_up()
    names = {name.stem.rpartition("-")[0] for name in Path(summary.cache_folder).iterdir()}
    for curve in ("bn254", "bls12_381"):
        parts = ["fr", "fr_inverse", "fr_ntt", "fq", "fq_inverse", "pairing"]
        parts += [f"g1_{part}" for part in PARTS] + [f"g2_{part}" for part in PARTS[:-1]]
        assert {f"{curve}_{part}" for part in parts} <= names
    assert {"schedule", "blake2b"} <= names
    assert summary.objects >= 32


def test_without_compiled_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "zkctl.toolchain.inspect.warm_up.describe",
        lambda: {"kernels": "numpy", "cache_warning": ""},
    )
    with pytest.raises(
        EnvironmentProblem,
        match="compiled kernels are not used: expected executable memory and ZKCTL_KERNELS unset",
    ):
        warm_up()


def test_a_folder_that_cannot_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o777)
    monkeypatch.setenv("ZKCTL_CACHE_DIR", str(tmp_path))
    assert backend.uses_compiled_kernels()
    with pytest.raises(
        EnvironmentProblem,
        match="kernels compiled now would be lost: compiled kernels are not kept",
    ):
        warm_up()


def test_what_compiles_is_said_once(tmp_path: Path) -> None:
    """By a small program in an empty cache; not with --quiet, not in JSON."""

    def run(*words: str, folder: str) -> str:
        command = [sys.executable, "-I", "-m", "zkctl.cli.app", *words]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"ZKCTL_CACHE_DIR": str(tmp_path / folder)},
            cwd=tmp_path,
        )
        return done.stderr

    row = ([(1, 1)], [(1, 1)], [(1, 1)])
    save_circuit(tmp_path / "c.r1cs", circuit(BN254_FR, [row] * 2000, 2, 0, 0))
    save_witness(tmp_path / "w.wtns", BN254_FR, words_from_ints([1, 1], 4))
    words = "check-witness", "w.wtns", "--r1cs", "c.r1cs"
    said = "compiling kernels for this machine, once: bn254_fr"
    first, again = (run(*words, folder="a").count(said) for _ in range(2))
    quiet = run("-q", *words, folder="b").count("compiling")
    in_json = run("--json", *words, folder="c").count("compiling")
    assert (first, again, quiet, in_json) == (1, 0, 0, 0)
