"""The catalogue of published phase-1 files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from zkctl.errors import UsageError
from zkctl.toolchain.ptau.catalogue import published_file, published_files, recognise


def test_entries_are_well_formed() -> None:
    files = published_files()
    assert len(files) == len({file.name for file in files}) == len({file.digest for file in files})
    for file in files:
        assert len(file.digest) == {"blake2b": 128, "sha256": 64}[file.algorithm]
        assert 1 <= file.power <= 28


def test_catalogue_equals_the_collected_facts(data: Path) -> None:
    facts = json.loads((data / "ptau" / "ptau_catalogue.json").read_text())
    collected = {
        (
            entry["name"],
            entry["bytes"],
            entry["power"],
            entry.get("blake2b512", entry.get("sha256")),
        )
        for ceremony in ("hez", "ppot-0080")
        for entry in facts[ceremony]["files"]
    }
    assert {(f.name, f.n_bytes, f.power, f.digest) for f in published_files()} == collected
    for file in published_files():
        assert list(file.mirrors) == facts[file.source]["mirrors"]


def test_files_are_found_by_power_and_source() -> None:
    assert published_file(12).name == "powersOfTau28_hez_final_12.ptau"
    assert published_file(12, "ppot-0080").name == "ppot_0080_12.ptau"
    assert published_file(3).name == "ppot_0080_03.ptau"  # Hermez publishes 8 to 28
    assert published_file(28).name == "powersOfTau28_hez_final.ptau"


@pytest.mark.parametrize(
    ("power", "source", "message", "hint"),
    [
        (12, "zcash", "unknown source 'zcash'", "known sources: hez, ppot-0080"),
        (7, "hez", "no published file of power 7 in hez", "there are powers 8 to 28"),
        (29, "", "no published file of power 29", "there are powers 1 to 28"),
    ],
)
def test_unknown_files(power: int, source: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        published_file(power, source)
    assert caught.value.hint == hint


def test_real_files_are_recognised(data: Path, tmp_path: Path) -> None:
    path = data / "ptau" / "powersOfTau28_hez_final_11.ptau"
    known = recognise(path)
    assert known is not None
    assert (known.name, known.power) == (path.name, 11)
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    (tmp_path / "flipped.ptau").write_bytes(raw)
    assert recognise(tmp_path / "flipped.ptau") is None
    (tmp_path / "short.ptau").write_bytes(raw[:-1])
    assert recognise(tmp_path / "short.ptau") is None
