"""The actions on keys: what they write, tell, and refuse."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import pytest

from zkctl.errors import CheckFailed, EnvironmentProblem, IntegrityError, UsageError
from zkctl.formats.binary.zkey_groth16 import CONTRIBUTION_ORDER, ZkeyFile, read_zkey, write_zkey
from zkctl.toolchain.ceremony.key import beacon_key, contribute_key, verify_key
from zkctl.toolchain.ceremony.requests import BeaconRequest
from zkctl.toolchain.proof.setup import make_key
from zkctl.toolchain.ptau.contribute import contribute_ptau
from zkctl.toolchain.ptau.new import new_ptau
from zkctl.toolchain.ptau.prepare import prepare_ptau

GOLDEN_BEACON = bytes(range(1, 32)).hex()


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def chain(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole setup of p0tion's circuit on our own powers: alice, then a beacon."""
    folder = tmp_path_factory.mktemp("chain")
    shutil.copy(data / "p0tion" / "circuit.r1cs", folder / "c.r1cs")
    new_ptau("bn254", 4, folder / "pot0.ptau")
    contribute_ptau(folder / "pot0.ptau", output=folder / "pot1.ptau", name="carol")
    prepare_ptau(folder / "pot1.ptau", output=folder / "pot.ptau")
    make_key(folder / "c.r1cs", folder / "pot.ptau", output=folder / "0.zkey")
    contribute_key(folder / "0.zkey", folder / "1.zkey", name="alice", entropy="dice")
    beacon_key(
        folder / "1.zkey", folder / "2.zkey", BeaconRequest(beacon_hex="ab" * 32, iterations=10)
    )
    return folder


def verify(folder: Path, name: str = "2.zkey", **options: Any):
    return verify_key(folder / name, folder / "c.r1cs", folder / "pot.ptau", **options)


def test_golden_key_is_byte_exact(data: Path, tmp_path: Path) -> None:
    golden, output = data / "golden_bn128", tmp_path / "final.zkey"
    request = BeaconRequest(beacon_hex=GOLDEN_BEACON, iterations=10, name="golden beacon phase2")
    summary = beacon_key(golden / "multiplier_0000.zkey", output, request)
    assert sha256(output) == sha256(golden / "multiplier_final.zkey")
    assert summary.n_contributions == 1
    assert any("[P2-BEACON]" in warning for warning in summary.warnings)


def test_verification_names_the_contributors(chain: Path) -> None:
    told: list[str] = []
    summary = verify(chain, progress=lambda what, _: told.append(what))
    assert summary.trust == "sound if this one contributor destroyed the secret: alice"
    assert [c.claimed_name for c in summary.contributors] == ["alice", ""]
    assert summary.ptau_published_as == ""
    assert summary.warnings == [
        "the powers of tau are not a published file: verify them with `verify_ptau()` as well"
    ]
    assert "checking 2 contributions" in told
    first = contribute_key(chain / "1.zkey", chain / "bob.zkey", name="bob")
    assert first.contribution_hash == verify(chain, "bob.zkey").contributors[1].contribution_hash
    assert first.warnings == []


def test_keys_of_others(data: Path) -> None:
    p0tion = data / "p0tion"
    files = p0tion / "circuit.r1cs", p0tion / "powersOfTau28_hez_final_02.ptau"
    assert len(verify_key(p0tion / "circuit_final.zkey", *files).contributors) == 2
    with pytest.raises(IntegrityError, match="no phase-2 contribution, anyone can forge") as caught:
        verify_key(p0tion / "circuit_0000.zkey", *files)
    assert caught.value.where == str(p0tion / "circuit_0000.zkey")
    summary = verify_key(p0tion / "circuit_0000.zkey", *files, allow_insecure=True)
    assert any("[P2-EMPTY]" in warning for warning in summary.warnings)
    assert any("[VK-DELTA]" in warning for warning in summary.warnings)


def test_beacon_only_parameters_are_refused(data: Path) -> None:
    golden = data / "golden_bn128"
    key, others = (
        golden / "multiplier_final.zkey",
        (golden / "multiplier.r1cs", golden / "pot6_final.ptau"),
    )
    with pytest.raises(IntegrityError, match=r"\[P1-BEACON\]") as caught:
        verify_key(key, *others)
    assert caught.value.where == str(golden / "pot6_final.ptau")
    warnings = verify_key(key, *others, allow_insecure=True).warnings
    assert any("[P2-BEACON]" in warning for warning in warnings)


def test_other_circuit_is_refused(chain: Path, data: Path) -> None:
    other = data / "golden_bn128" / "multiplier.r1cs"
    with pytest.raises(CheckFailed, match="the circuit differs"):
        verify_key(chain / "2.zkey", other, chain / "pot.ptau")


def test_circuit_too_large_for_the_powers_is_refused(chain: Path, data: Path) -> None:
    small = data / "p0tion" / "powersOfTau28_hez_final_02.ptau"
    with pytest.raises(EnvironmentProblem, match=r"expected 2\^4 or more, got 2\^2"):
        verify_key(chain / "2.zkey", data / "golden_bn128" / "multiplier.r1cs", small)


def test_other_powers_are_refused(chain: Path, data: Path) -> None:
    other = data / "p0tion" / "powersOfTau28_hez_final_02.ptau"
    with pytest.raises(CheckFailed, match="the powers of tau are not those the key was made from"):
        verify_key(chain / "2.zkey", chain / "c.r1cs", other)


@pytest.mark.parametrize("kept", [[0], [1], [1, 0], [0, 1, 1]])
def test_missing_reordered_and_repeated_contributions_are_refused(
    chain: Path, tmp_path: Path, kept: list[Any]
) -> None:
    file = read_zkey(chain / "2.zkey")
    records = [file.contributions[k] for k in kept]
    with (tmp_path / "bad.zkey").open("wb") as stream:
        write_zkey(stream, ZkeyFile(file.key, file.circuit_hash, records), order=CONTRIBUTION_ORDER)
    with pytest.raises(CheckFailed) as caught:
        verify_key(tmp_path / "bad.zkey", chain / "c.r1cs", chain / "pot.ptau", allow_insecure=True)
    assert caught.value.where.startswith(str(tmp_path / "bad.zkey"))


@pytest.mark.parametrize(
    "action",
    [
        lambda old, new, force: contribute_key(old, new, name="bob", force=force),
        lambda old, new, force: beacon_key(
            old, new, BeaconRequest(beacon_hex="00", iterations=10), force=force
        ),
    ],
)
def test_input_and_existing_output_are_safe(chain: Path, tmp_path: Path, action: Any) -> None:
    old = tmp_path / "old.zkey"
    shutil.copy(chain / "1.zkey", old)
    before = sha256(old)
    for force in (False, True):
        with pytest.raises(UsageError, match="the output is the input"):
            action(old, old, force)
    (tmp_path / "new.zkey").write_bytes(b"precious")
    with pytest.raises(EnvironmentProblem, match="the output exists"):
        action(old, tmp_path / "new.zkey", False)
    assert (tmp_path / "new.zkey").read_bytes() == b"precious"
    assert sha256(old) == before
    action(old, tmp_path / "new.zkey", True)
    assert len(read_zkey(tmp_path / "new.zkey").contributions) == 2


@pytest.mark.parametrize(
    ("action", "options", "message"),
    [
        (beacon_key, {"request": BeaconRequest("xyz")}, "is not hexadecimal"),
        (beacon_key, {"request": BeaconRequest("12", iterations=64)}, "iteration exponent is 64"),
        (contribute_key, {"name": "x" * 65}, "the name has 65 characters"),
    ],
)
def test_bad_options_write_nothing(
    chain: Path, tmp_path: Path, action: Any, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        action(chain / "1.zkey", tmp_path / "new.zkey", **options)
    assert list(tmp_path.iterdir()) == []
