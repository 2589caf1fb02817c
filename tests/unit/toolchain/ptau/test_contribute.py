"""The actions on ptau files: what they write, tell, and refuse."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import pytest

from zkctl.errors import (
    CheckFailed,
    EncodingError,
    EnvironmentProblem,
    FormatError,
    IntegrityError,
    LimitError,
    UsageError,
)
from zkctl.formats.binary.ptau.file import read_ptau
from zkctl.toolchain.ptau.contribute import beacon_ptau, contribute_ptau
from zkctl.toolchain.ptau.new import new_ptau
from zkctl.toolchain.ptau.prepare import prepare_ptau
from zkctl.toolchain.ptau.verify import verify_ptau

GOLDEN_BEACON = bytes(range(1, 32)).hex()


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """new, contribute by alice, beacon, prepare."""
    folder = tmp_path_factory.mktemp("chain")
    new_ptau("BN254", 2, folder / "0.ptau")
    contribute_ptau(folder / "0.ptau", output=folder / "1.ptau", name="alice", entropy="dice")
    options = {"beacon_hex": "0badc0de", "iterations": 10, "name": "drand"}
    beacon_ptau(folder / "1.ptau", output=folder / "2.ptau", **options)
    prepare_ptau(folder / "2.ptau", output=folder / "final.ptau")
    return folder


def test_golden_chain_is_byte_exact(data: Path, tmp_path: Path) -> None:
    golden = data / "golden_bn128"
    new_ptau("bn128", 6, tmp_path / "0.ptau")
    options = {"beacon_hex": GOLDEN_BEACON, "iterations": 10, "name": "golden beacon"}
    beacon_ptau(tmp_path / "0.ptau", output=tmp_path / "1.ptau", **options)
    prepare_ptau(tmp_path / "1.ptau", output=tmp_path / "2.ptau")
    for mine, theirs in (("0", "0000"), ("1", "beacon"), ("2", "final")):
        assert sha256(tmp_path / f"{mine}.ptau") == sha256(golden / f"pot6_{theirs}.ptau")


def test_summaries(chain: Path, tmp_path: Path) -> None:
    started = new_ptau("alt_bn128", 1, tmp_path / "0.ptau")
    assert (started.curve, started.power, started.n_contributions) == ("bn254", 1, 0)
    assert started.contribution_hash == ""
    assert "these powers of tau have no contribution" in started.warnings[0]
    done = contribute_ptau(tmp_path / "0.ptau", output=tmp_path / "1.ptau", name="bob")
    assert (done.n_contributions, done.prepared, done.warnings) == (1, False, [])
    assert len(done.contribution_hash) == 128
    ready = prepare_ptau(tmp_path / "1.ptau", output=tmp_path / "2.ptau")
    assert ready.prepared
    assert ready.contribution_hash == done.contribution_hash
    verified = verify_ptau(tmp_path / "1.ptau")
    assert "phase 2 is not prepared" in verified.warnings[0]


def test_verification_names_the_contributors(chain: Path) -> None:
    told: list[str] = []
    summary = verify_ptau(chain / "final.ptau", progress=lambda what, _: told.append(what))
    assert summary.prepared
    assert summary.warnings == []
    assert summary.published_as == ""
    assert summary.trust == "sound if this one contributor destroyed the secret: alice"
    assert [(c.kind, c.claimed_name) for c in summary.contributors] == [
        ("participant", "alice"),
        ("beacon 0badc0de, 2^10 iterations", "drand"),
    ]
    assert "checking the Lagrange form" in told


def test_bls12_381(tmp_path: Path) -> None:
    new_ptau("bls12-381", 1, tmp_path / "0.ptau")
    contribute_ptau(tmp_path / "0.ptau", output=tmp_path / "1.ptau", name="alice")
    prepare_ptau(tmp_path / "1.ptau", output=tmp_path / "2.ptau")
    assert verify_ptau(tmp_path / "2.ptau").curve == "bls12_381"


def test_published_files_are_recognised(data: Path) -> None:
    summary = verify_ptau(data / "ptau" / "powersOfTau28_hez_final_08.ptau")
    assert summary.published_as.startswith("powersOfTau28_hez_final_08.ptau (Hermez")
    assert summary.trust.startswith(
        "sound if the secret of at least one of these 54 contributions under 52 names"
    )
    assert summary.warnings == []


def test_the_first_challenge_of_a_large_ceremony_is_a_constant(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it, verifying a file cut from 2^28 would hash 103 GB."""

    def compute(*_: object) -> bytes:
        raise AssertionError

    monkeypatch.setattr("zkctl.ceremony.phase1.first_challenge.compute_first_challenge", compute)
    summary = verify_ptau(data / "ptau" / "powersOfTau28_hez_final_11.ptau")
    assert (summary.power, summary.ceremony_power, summary.prepared) == (11, 28, True)
    assert summary.published_as.startswith("powersOfTau28_hez_final_11.ptau (Hermez")
    assert len(summary.contributors) == 55
    assert summary.contributors[0].claimed_name == "weijie"
    assert summary.contributors[-1].kind.startswith("beacon e586fcca")


def test_truncated_files_of_unknown_digest_get_a_warning(data: Path) -> None:
    summary = verify_ptau(data / "p0tion" / "powersOfTau28_hez_final_02.ptau")
    assert summary.published_as == ""
    assert "cut from a ceremony of power 28" in summary.warnings[0]


def test_insecure_powers_are_refused_unless_allowed(data: Path, tmp_path: Path) -> None:
    new_ptau("bn254", 1, tmp_path / "0.ptau")
    with pytest.raises(IntegrityError, match=r"\[P1-EMPTY\]") as caught:
        verify_ptau(tmp_path / "0.ptau")
    assert caught.value.where == str(tmp_path / "0.ptau")
    assert verify_ptau(tmp_path / "0.ptau", allow_insecure=True).trust.startswith("not sound")
    golden = data / "golden_bn128" / "pot6_final.ptau"
    with pytest.raises(IntegrityError, match=r"\[P1-BEACON\]"):
        verify_ptau(golden)
    warnings = verify_ptau(golden, allow_insecure=True).warnings
    assert any("[P1-BEACON]" in warning for warning in warnings)
    assert any("[P1-TUTORIAL]" in warning for warning in warnings)


def test_development_chain_is_watermarked(tmp_path: Path) -> None:
    new_ptau("bn254", 1, tmp_path / "0.ptau")
    contribute_ptau(tmp_path / "0.ptau", output=tmp_path / "1.ptau", name="DEV ONLY demo")
    assert any("never use" in warning for warning in verify_ptau(tmp_path / "1.ptau").warnings)


def test_failed_verification_names_file_and_section(chain: Path, tmp_path: Path) -> None:
    raw = bytearray((chain / "final.ptau").read_bytes())
    powers = read_ptau(chain / "final.ptau").powers
    good, other = powers.tau_g1.data[5].tobytes(), powers.tau_g1.data[6].tobytes()
    raw[raw.index(good) : raw.index(good) + len(good)] = other
    (tmp_path / "bad.ptau").write_bytes(raw)
    with pytest.raises(CheckFailed, match="the pairing check fails") as caught:
        verify_ptau(tmp_path / "bad.ptau")
    assert caught.value.where == f"{tmp_path / 'bad.ptau'}, tau_g1"
    raw[raw.index(other)] ^= 1
    (tmp_path / "worse.ptau").write_bytes(raw)
    with pytest.raises(EncodingError):
        verify_ptau(tmp_path / "worse.ptau")


def test_impossible_hash_state_of_an_earlier_record_is_a_format_error(
    chain: Path, tmp_path: Path
) -> None:
    raw = bytearray((chain / "final.ptau").read_bytes())
    state = read_ptau(chain / "final.ptau").contributions[0].partial_hash
    at = raw.index(state)
    raw[at + 200 : at + 216] = b"\xff" * 16
    (tmp_path / "bad.ptau").write_bytes(raw)
    with pytest.raises(FormatError, match="hash state is inconsistent: expected up to") as caught:
        verify_ptau(tmp_path / "bad.ptau")
    assert caught.value.where == str(tmp_path / "bad.ptau")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"beacon_hex": "0x12", "iterations": 10}, "starts with 0x"),
        ({"beacon_hex": "", "iterations": 10}, "is not hexadecimal"),
        ({"beacon_hex": "12", "iterations": 9}, "iteration exponent is 9"),
        ({"beacon_hex": "12", "iterations": 10, "name": "x" * 65}, "the name has 65 characters"),
    ],
)
def test_bad_beacons_write_nothing(
    chain: Path, tmp_path: Path, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        beacon_ptau(chain / "1.ptau", output=tmp_path / "new.ptau", **options)
    assert not (tmp_path / "new.ptau").exists()


def test_bad_beginnings_write_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="unknown curve 'secp256k1'"):
        new_ptau("secp256k1", 4, tmp_path / "x.ptau")
    with pytest.raises(LimitError, match="power 29 is not possible"):
        new_ptau("bn254", 29, tmp_path / "x.ptau")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "action",
    [
        lambda old, new, force: contribute_ptau(old, output=new, name="bob", force=force),
        lambda old, new, force: beacon_ptau(
            old, output=new, beacon_hex="00", iterations=10, force=force
        ),
        lambda old, new, force: prepare_ptau(old, output=new, force=force),
    ],
)
def test_input_and_existing_output_are_safe(chain: Path, tmp_path: Path, action: Any) -> None:
    old = tmp_path / "old.ptau"
    shutil.copy(chain / "1.ptau", old)
    before = sha256(old)
    for force in (False, True):
        with pytest.raises(UsageError, match="the output is the input"):
            action(old, old, force)
    (tmp_path / "new.ptau").write_bytes(b"precious")
    with pytest.raises(EnvironmentProblem, match="the output exists"):
        action(old, tmp_path / "new.ptau", False)
    assert (tmp_path / "new.ptau").read_bytes() == b"precious"
    assert sha256(old) == before
    action(old, tmp_path / "new.ptau", True)
    read_ptau(tmp_path / "new.ptau")
