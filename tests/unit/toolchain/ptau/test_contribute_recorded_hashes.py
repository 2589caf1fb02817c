"""Hashes of phase 1 that are recomputed, and those that nothing in the file binds."""

from __future__ import annotations

from pathlib import Path

import pytest

from zkctl.errors import CheckFailed
from zkctl.formats.binary.ptau.file import read_ptau
from zkctl.runtime.settings import using
from zkctl.toolchain.ptau.contribute import beacon_ptau, contribute_ptau
from zkctl.toolchain.ptau.new import new_ptau
from zkctl.toolchain.ptau.prepare import prepare_ptau
from zkctl.toolchain.ptau.verify import verify_ptau

BUFFER_BYTES, STATE_BYTES = 128, 216


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two contributors and a beacon."""
    folder = tmp_path_factory.mktemp("recorded")
    at = folder.joinpath
    new_ptau("bn254", 2, at("0.ptau"))
    contribute_ptau(at("0.ptau"), output=at("1.ptau"), name="alice")
    contribute_ptau(at("1.ptau"), output=at("2.ptau"), name="bob")
    beacon_ptau(at("2.ptau"), output=at("3.ptau"), beacon_hex="0badc0de", iterations=10)
    prepare_ptau(at("3.ptau"), output=at("final.ptau"))
    return folder


def changed(file: Path, target: Path, k: int, at: int) -> Path:
    """One byte of the partial hash of contribution k (from 0) is another one."""
    raw = bytearray(file.read_bytes())
    state = read_ptau(file).contributions[k].partial_hash
    raw[raw.index(state) + at] ^= 1
    target.write_bytes(raw)
    return target


@pytest.mark.parametrize("name", ["1.ptau", "2.ptau", "3.ptau", "final.ptau"])
def test_only_the_last_hash_is_verified(chain: Path, name: str) -> None:
    found = [c.hash_is for c in verify_ptau(chain / name).contributors]
    assert found == ["as recorded"] * (len(found) - 1) + ["verified"]


def test_a_changed_partial_hash_is_not_called_verified(chain: Path, tmp_path: Path) -> None:
    before = verify_ptau(chain / "final.ptau").contributors
    file = changed(chain / "final.ptau", tmp_path / "a.ptau", 0, 5)
    after = verify_ptau(file).contributors
    assert after[0].contribution_hash != before[0].contribution_hash
    assert after[0].hash_is == "as recorded"
    with pytest.raises(CheckFailed, match="the response hash is not that of these powers"):
        verify_ptau(changed(chain / "final.ptau", tmp_path / "b.ptau", 2, 5))


def test_no_hash_of_a_cut_file_is_verified(data: Path) -> None:
    """Real files: also with --strict, though their unused bytes are leftovers and not zero."""
    with using(strict=True):
        summary = verify_ptau(data / "ptau" / "powersOfTau28_hez_final_08.ptau")
    assert {c.hash_is for c in summary.contributors} == {"as recorded"}


def test_unused_bytes_of_the_last_hash_state(chain: Path, tmp_path: Path) -> None:
    """They are what hashing leaves; anything else is a finding when reading strictly."""
    state = read_ptau(chain / "final.ptau").contributions[-1].partial_hash
    filled = int.from_bytes(state[STATE_BYTES - 16 : STATE_BYTES - 8], "little")
    assert filled < BUFFER_BYTES
    with using(strict=True):
        for name in ("1.ptau", "2.ptau", "3.ptau", "final.ptau"):
            verify_ptau(chain / name)
    message = "the unused bytes of the hash state are not those that hashing these powers leaves"
    for at in (filled, BUFFER_BYTES - 1):
        file = changed(chain / "final.ptau", tmp_path / "c.ptau", 2, at)
        verify_ptau(file)
        with using(strict=True), pytest.raises(CheckFailed, match=message):
            verify_ptau(file)
