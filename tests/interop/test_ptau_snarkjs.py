"""Phase 1 files shared with snarkjs: truncation, conversion, challenges and responses."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.binary_files import Container
from zkctl.toolchain.ptau import contribute_ptau, new_ptau, prepare_ptau
from zkctl.toolchain.ptau_transform import convert_ptau, truncate_ptau


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def snarkjs(run_snarkjs, tmp_path):
    """Run snarkjs in the test's folder and expect success."""

    def run(*arguments: str) -> str:
        done = run_snarkjs(*arguments, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_truncate_and_convert_are_byte_exact(snarkjs, tmp_path) -> None:
    at = tmp_path.joinpath
    new_ptau("bn128", 3, at("0.ptau"))
    contribute_ptau(at("0.ptau"), at("1.ptau"), name="alice")
    prepare_ptau(at("1.ptau"), at("pot.ptau"))
    snarkjs("powersoftau", "truncate", "pot.ptau")
    for power in (1, 2):
        truncate_ptau(at("pot.ptau"), at(f"mine{power}.ptau"), power=power)
        assert sha256(at(f"mine{power}.ptau")) == sha256(at(f"pot_{power:02}.ptau"))
    file = Container.read(at("pot.ptau"))
    file.with_section(12, file[12][: 15 * 64]).write(at("old.ptau"))
    snarkjs("powersoftau", "convert", "old.ptau", "theirs.ptau")
    convert_ptau(at("old.ptau"), at("mine.ptau"))
    assert sha256(at("mine.ptau")) == sha256(at("theirs.ptau"))
