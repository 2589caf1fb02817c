"""Phase 1 files shared with snarkjs: truncation, conversion, challenges and responses."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from tests.interop.conftest import Runner
from tests.support.binary_files import Container
from zkctl.toolchain.ptau.contribute import contribute_ptau
from zkctl.toolchain.ptau.exchange import contribute_challenge, export_challenge, import_response
from zkctl.toolchain.ptau.new import new_ptau
from zkctl.toolchain.ptau.prepare import prepare_ptau
from zkctl.toolchain.ptau.transform import convert_ptau, truncate_ptau
from zkctl.toolchain.ptau.verify import verify_ptau


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def snarkjs(run_snarkjs: Runner, tmp_path: Path) -> Any:
    """Run snarkjs in the test's folder and expect success."""

    def run(*arguments: str) -> str:
        done = run_snarkjs(*arguments, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_truncate_and_convert_are_byte_exact(snarkjs: Any, tmp_path: Path) -> None:
    at = tmp_path.joinpath
    new_ptau("bn128", 3, at("0.ptau"))
    contribute_ptau(at("0.ptau"), output=at("1.ptau"), name="alice")
    prepare_ptau(at("1.ptau"), output=at("pot.ptau"))
    snarkjs("powersoftau", "truncate", "pot.ptau")
    for power in (1, 2):
        truncate_ptau(at("pot.ptau"), output=at(f"mine{power}.ptau"), power=power)
        assert sha256(at(f"mine{power}.ptau")) == sha256(at(f"pot_{power:02}.ptau"))
    file = Container.read(at("pot.ptau"))
    file.with_section(12, file[12][: 15 * 64]).write(at("old.ptau"))
    snarkjs("powersoftau", "convert", "old.ptau", "theirs.ptau")
    convert_ptau(at("old.ptau"), output=at("mine.ptau"))
    assert sha256(at("mine.ptau")) == sha256(at("theirs.ptau"))


@pytest.mark.parametrize("curve", ["bn128", pytest.param("bls12381", marks=pytest.mark.slow)])
def test_challenges_and_responses_in_both_directions(
    snarkjs: Any, tmp_path: Path, curve: str
) -> None:
    at = tmp_path.joinpath
    new_ptau(curve, 3, at("0.ptau"))
    contribute_ptau(at("0.ptau"), output=at("1.ptau"), name="alice")
    snarkjs("powersoftau", "export", "challenge", "1.ptau", "c1")
    export_challenge(at("1.ptau"), output=at("mine1"))
    assert sha256(at("mine1")) == sha256(at("c1"))
    snarkjs("powersoftau", "challenge", "contribute", curve, "mine1", "r1", "-e=text")
    snarkjs("powersoftau", "import", "response", "1.ptau", "r1", "2.ptau", "-n=bob")
    import_response(at("1.ptau"), response=at("r1"), output=at("mine2.ptau"), name="bob")
    assert sha256(at("mine2.ptau")) == sha256(at("2.ptau"))
    export_challenge(at("2.ptau"), output=at("c2"))
    contribute_challenge(at("c2"), output=at("r2"))
    snarkjs("powersoftau", "import", "response", "2.ptau", "r2", "3.ptau", "-n=carol")
    snarkjs("powersoftau", "verify", "3.ptau")
    names = [contributor.claimed_name for contributor in verify_ptau(at("3.ptau")).contributors]
    assert names == ["alice", "bob", "carol"]


@pytest.mark.slow
@pytest.mark.parametrize(("curve", "power"), [("bn128", 14), ("bls12381", 13)])
def test_leftover_bytes_of_the_hash_of_an_imported_response(
    snarkjs: Any, tmp_path: Path, curve: str, power: int
) -> None:
    """Sections of several pieces, as snarkjs imports them."""
    at = tmp_path.joinpath
    new_ptau(curve, power, at("0.ptau"))
    export_challenge(at("0.ptau"), output=at("c"))
    contribute_challenge(at("c"), output=at("r"))
    snarkjs("powersoftau", "import", "response", "0.ptau", "r", "1.ptau", "-n=bob")
    import_response(at("0.ptau"), response=at("r"), output=at("mine.ptau"), name="bob")
    assert sha256(at("mine.ptau")) == sha256(at("1.ptau"))
