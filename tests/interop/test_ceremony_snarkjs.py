"""Ceremonies shared with snarkjs: each continues and verifies the other's files, on both curves."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.interop.conftest import Runner
from tests.support.toy_groth16 import factors
from zkctl.errors import CheckFailed
from zkctl.formats.binary.r1cs import write_r1cs
from zkctl.formats.curve_names import curve_of_name
from zkctl.toolchain.ceremony.bellman import contribute_bellman, export_bellman, import_bellman
from zkctl.toolchain.ceremony.key import beacon_key, contribute_key, verify_key
from zkctl.toolchain.ceremony.requests import BeaconRequest
from zkctl.toolchain.proof.setup import make_key
from zkctl.toolchain.ptau.contribute import beacon_ptau, contribute_ptau
from zkctl.toolchain.ptau.new import new_ptau
from zkctl.toolchain.ptau.prepare import prepare_ptau
from zkctl.toolchain.ptau.verify import verify_ptau

BEACON = bytes(range(7, 39)).hex()
CURVES = pytest.mark.parametrize(
    "curve", ["bn128", pytest.param("bls12381", marks=pytest.mark.slow)]
)


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


@CURVES
def test_phase1_in_both_directions(snarkjs: Any, tmp_path: Path, curve: str) -> None:
    """snarkjs, zkctl, snarkjs, zkctl; the last steps, a beacon and the preparation, by both."""
    at = tmp_path.joinpath
    snarkjs("powersoftau", "new", curve, "4", "0.ptau")
    new_ptau(curve, 4, at("mine.ptau"))
    assert sha256(at("mine.ptau")) == sha256(at("0.ptau"))
    snarkjs("powersoftau", "contribute", "0.ptau", "1.ptau", "-n=first", "-e=some text")
    contribute_ptau(at("1.ptau"), output=at("2.ptau"), name="second")
    snarkjs("powersoftau", "verify", "2.ptau")
    snarkjs("powersoftau", "contribute", "2.ptau", "3.ptau", "-n=third", "-e=more text")
    contribute_ptau(at("3.ptau"), output=at("4.ptau"), name="fourth")
    snarkjs("powersoftau", "beacon", "4.ptau", "5.ptau", BEACON, "10", "-n=last")
    options = {"beacon_hex": BEACON, "iterations": 10, "name": "last"}
    beacon_ptau(at("4.ptau"), output=at("mine5.ptau"), **options)
    assert sha256(at("mine5.ptau")) == sha256(at("5.ptau"))
    snarkjs("powersoftau", "prepare", "phase2", "5.ptau", "6.ptau")
    prepare_ptau(at("5.ptau"), output=at("mine6.ptau"))
    assert sha256(at("mine6.ptau")) == sha256(at("6.ptau"))
    snarkjs("powersoftau", "verify", "mine6.ptau")
    summary = verify_ptau(at("6.ptau"))
    names = [contributor.claimed_name for contributor in summary.contributors]
    assert names == ["first", "second", "third", "fourth", "last"]


@CURVES
def test_truncation_by_snarkjs_keeps_the_true_top_power(
    snarkjs: Any, tmp_path: Path, curve: str
) -> None:
    at = tmp_path.joinpath
    new_ptau(curve, 4, at("0.ptau"))
    contribute_ptau(at("0.ptau"), output=at("1.ptau"), name="alice")
    prepare_ptau(at("1.ptau"), output=at("pot.ptau"))
    snarkjs("powersoftau", "truncate", "pot.ptau")
    for power in (1, 2, 3):
        summary = verify_ptau(at(f"pot_{power:02}.ptau"))
        assert (summary.power, summary.ceremony_power) == (power, 4)
        assert "cut from a ceremony of power 4" in summary.warnings[0]


@pytest.mark.parametrize(("curve", "power"), [("bn128", 14), ("bls12381", 13)])
@pytest.mark.slow
def test_leftover_bytes_of_the_hash_when_sections_take_several_pieces(
    snarkjs: Any, tmp_path: Path, curve: str, power: int
) -> None:
    at = tmp_path.joinpath
    new_ptau(curve, power, at("0.ptau"))
    snarkjs("powersoftau", "beacon", "0.ptau", "1.ptau", BEACON, "10")
    beacon_ptau(at("0.ptau"), output=at("mine.ptau"), beacon_hex=BEACON, iterations=10)
    assert sha256(at("mine.ptau")) == sha256(at("1.ptau"))


@CURVES
def test_phase2_in_both_directions(snarkjs: Any, tmp_path: Path, curve: str) -> None:
    at = tmp_path.joinpath
    with at("c.r1cs").open("wb") as stream:
        write_r1cs(stream, factors(curve_of_name(curve).scalar_field))
    new_ptau(curve, 3, at("p0.ptau"))
    contribute_ptau(at("p0.ptau"), output=at("p1.ptau"), name="alice")
    prepare_ptau(at("p1.ptau"), output=at("pot.ptau"))
    make_key(at("c.r1cs"), at("pot.ptau"), output=at("0.zkey"))
    snarkjs("zkey", "contribute", "0.zkey", "1.zkey", "-n=first", "-e=some text")
    contribute_key(at("1.zkey"), at("2.zkey"), name="second")
    snarkjs("zkv", "c.r1cs", "pot.ptau", "2.zkey")
    snarkjs("zkey", "contribute", "2.zkey", "3.zkey", "-n=third", "-e=more text")
    snarkjs("zkey", "beacon", "3.zkey", "4.zkey", BEACON, "10", "-n=last")
    request = BeaconRequest(beacon_hex=BEACON, iterations=10, name="last")
    beacon_key(at("3.zkey"), at("mine4.zkey"), request)
    assert sha256(at("mine4.zkey")) == sha256(at("4.zkey"))
    snarkjs("zkv", "c.r1cs", "pot.ptau", "mine4.zkey")
    summary = verify_key(at("4.zkey"), at("c.r1cs"), at("pot.ptau"))
    names = [contributor.claimed_name for contributor in summary.contributors]
    assert names == ["first", "second", "third", "last"]


@pytest.mark.parametrize("curve", ["bn128", pytest.param("bls12381", marks=pytest.mark.slow)])
def test_bellman_in_both_directions(snarkjs: Any, tmp_path: Path, curve: str) -> None:
    """Exports and imports are the same bytes; each continues what the other contributed."""
    at = tmp_path.joinpath
    with at("c.r1cs").open("wb") as stream:
        write_r1cs(stream, factors(curve_of_name(curve).scalar_field))
    new_ptau(curve, 3, at("p0.ptau"))
    contribute_ptau(at("p0.ptau"), output=at("p1.ptau"), name="alice")
    prepare_ptau(at("p1.ptau"), output=at("pot.ptau"))
    snarkjs("powersoftau", "truncate", "pot.ptau")
    make_key(at("c.r1cs"), at("pot_02.ptau"), output=at("0.zkey"))
    contribute_key(at("0.zkey"), at("1.zkey"), name="first")
    snarkjs("zkey", "export", "bellman", "1.zkey", "1.mpc")
    export_bellman(at("1.zkey"), at("mine1.mpc"))
    assert sha256(at("mine1.mpc")) == sha256(at("1.mpc"))
    snarkjs("zkey", "bellman", "contribute", curve, "1.mpc", "2.mpc", "-e=text")
    snarkjs("zkey", "import", "bellman", "1.zkey", "2.mpc", "2.zkey", "-n=second")
    import_bellman(at("1.zkey"), at("2.mpc"), at("mine2.zkey"), name="second")
    assert sha256(at("mine2.zkey")) == sha256(at("2.zkey"))
    contribute_bellman(at("2.mpc"), at("3.mpc"))
    snarkjs("zkey", "import", "bellman", "2.zkey", "3.mpc", "3.zkey", "-n=third")
    import_bellman(at("2.zkey"), at("3.mpc"), at("mine3.zkey"), name="third")
    assert sha256(at("mine3.zkey")) == sha256(at("3.zkey"))
    snarkjs("zkv", "c.r1cs", "pot_02.ptau", "mine3.zkey")
    summary = verify_key(at("3.zkey"), at("c.r1cs"), at("pot_02.ptau"))
    names = [contributor.claimed_name for contributor in summary.contributors]
    assert names == ["first", "second", "third"]


def test_a_wrong_file_is_wrong_to_both(run_snarkjs: Runner, tmp_path: Path) -> None:
    at = tmp_path.joinpath
    new_ptau("bn128", 2, at("0.ptau"))
    contribute_ptau(at("0.ptau"), output=at("1.ptau"), name="alice")
    shutil.copy(at("1.ptau"), at("bad.ptau"))
    raw = bytearray(at("bad.ptau").read_bytes())
    section2 = 12 + 12 + 44 + 12
    raw[section2 + 3 * 64 : section2 + 4 * 64] = raw[section2 + 2 * 64 : section2 + 3 * 64]
    at("bad.ptau").write_bytes(raw)
    assert run_snarkjs("powersoftau", "verify", "bad.ptau", cwd=tmp_path).returncode == 1
    with pytest.raises(CheckFailed):
        verify_ptau(at("bad.ptau"))
