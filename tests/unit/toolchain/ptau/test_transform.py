"""Cutting, converting and exporting ptau files."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.support.binary_files import Container
from zkctl.errors import (
    EncodingError,
    EnvironmentProblem,
    FormatError,
    InputError,
    UsageError,
)
from zkctl.formats.binary.ptau.file import read_ptau
from zkctl.toolchain.ptau.contribute import contribute_ptau
from zkctl.toolchain.ptau.new import new_ptau
from zkctl.toolchain.ptau.prepare import prepare_ptau
from zkctl.toolchain.ptau.transform import convert_ptau, export_ptau_json, truncate_ptau
from zkctl.toolchain.ptau.verify import verify_ptau

HERMEZ = "ptau/powersOfTau28_hez_final_11.ptau"


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Powers of 2^3 on both curves, raw and prepared."""
    folder = tmp_path_factory.mktemp("chain")
    for curve in ("bn254", "bls12-381"):
        new_ptau(curve, 3, folder / f"{curve}.new")
        contribute_ptau(folder / f"{curve}.new", output=folder / f"{curve}.raw", name="alice")
        prepare_ptau(folder / f"{curve}.raw", output=folder / f"{curve}.ptau")
    return folder


def without_largest_block(path: Path, output: Path) -> Path:
    """As an old snarkjs left it."""
    file = Container.read(path)
    power = read_ptau(path).powers.power
    point_bytes = len(file[12]) // ((4 << power) - 1)
    return file.with_section(12, file[12][: ((2 << power) - 1) * point_bytes]).write(output)


# -- truncate


@pytest.mark.parametrize(
    ("power", "digest"),
    [
        (8, "d6a8fb3a04feb600096c3b791f936a578c4e664d262e4aa24beed1b7a9a96aa5"),
        (9, "94f108a80e81b5d932d8e8c9e8fd7f46cf32457e31462deeeef37af1b71c2c1b"),
        (10, "6cfeb8cda92453099d20120bdd0e8a5c4e7706c2da9a8f09ccc157ed2464d921"),
    ],
)
def test_hermez_cut_gives_the_published_files(
    data: Path, tmp_path: Path, power: int, digest: str
) -> None:
    summary = truncate_ptau(data / HERMEZ, output=tmp_path / "cut.ptau", power=power)
    assert (summary.curve, summary.power, summary.ceremony_power) == ("bn254", power, 28)
    assert summary.published_as.startswith(f"powersOfTau28_hez_final_{power:02}.ptau (Hermez")
    found = hashlib.blake2b((tmp_path / "cut.ptau").read_bytes()).hexdigest()
    assert found.startswith(digest)


@pytest.mark.parametrize("curve", ["bn254", "bls12-381"])
@pytest.mark.parametrize("form", ["raw", "ptau"])
def test_what_is_cut_verifies(chain: Path, tmp_path: Path, curve: str, form: str) -> None:
    summary = truncate_ptau(chain / f"{curve}.{form}", output=tmp_path / "cut.ptau", power=2)
    assert summary.published_as == ""
    verified = verify_ptau(tmp_path / "cut.ptau")
    assert (verified.power, verified.ceremony_power) == (2, 3)
    assert verified.prepared == (form == "ptau")
    truncate_ptau(tmp_path / "cut.ptau", output=tmp_path / "smaller.ptau", power=1)
    assert verify_ptau(tmp_path / "smaller.ptau").ceremony_power == 3


@pytest.mark.parametrize("power", [0, 3, 4, 27])
def test_impossible_powers_are_refused(chain: Path, tmp_path: Path, power: int) -> None:
    with pytest.raises(UsageError, match=rf"cannot cut powers of 2\^3 to 2\^{power}") as caught:
        truncate_ptau(chain / "bn254.ptau", output=tmp_path / "cut.ptau", power=power)
    assert caught.value.hint == "pass 1 to 2 as `power`"
    assert list(tmp_path.iterdir()) == []


def test_malformed_files_are_not_cut(chain: Path, tmp_path: Path) -> None:
    good = Container.read(chain / "bn254.ptau")
    for number in (2, 3, 4, 5, 6, 12, 13, 14, 15):
        bad = good.with_section(number, good[number] + bytes(64)).write(tmp_path / "bad.ptau")
        with pytest.raises(FormatError, match="power 3 needs") as caught:
            truncate_ptau(bad, output=tmp_path / "cut.ptau", power=2)
        assert caught.value.where == f"{bad}, section {number}"
    bad = good.without(13).write(tmp_path / "bad.ptau")
    with pytest.raises(FormatError, match="missing section 13") as caught:
        truncate_ptau(bad, output=tmp_path / "cut.ptau", power=2)
    assert caught.value.where == str(bad)  # not the copy, which is read back as well
    old = without_largest_block(chain / "bn254.ptau", tmp_path / "old.ptau")
    with pytest.raises(
        InputError,
        match="an old snarkjs prepared this file, the largest block of its Lagrange form is missing",
    ) as refused:
        truncate_ptau(old, output=tmp_path / "cut.ptau", power=2)
    assert "convert_ptau()" in refused.value.hint


def test_a_cut_of_garbage_does_not_appear(chain: Path, tmp_path: Path) -> None:
    good = Container.read(chain / "bn254.ptau")
    bad = good.with_bytes(2, 64, b"\xff" * 32).write(tmp_path / "bad.ptau")
    with pytest.raises(EncodingError):
        truncate_ptau(bad, output=tmp_path / "cut.ptau", power=2)
    assert [path.name for path in tmp_path.iterdir()] == ["bad.ptau"]


# -- convert


@pytest.mark.parametrize("curve", ["bn254", "bls12-381"])
def test_convert_gives_what_prepare_gives(chain: Path, tmp_path: Path, curve: str) -> None:
    old = without_largest_block(chain / f"{curve}.ptau", tmp_path / "old.ptau")
    with pytest.raises(FormatError) as caught:
        read_ptau(old)
    assert "`convert_ptau()`" in caught.value.hint
    assert convert_ptau(old, output=tmp_path / "new.ptau").prepared
    assert (tmp_path / "new.ptau").read_bytes() == (chain / f"{curve}.ptau").read_bytes()


def test_convert_keeps_the_power_of_the_ceremony(chain: Path, tmp_path: Path) -> None:
    truncate_ptau(chain / "bn254.ptau", output=tmp_path / "cut.ptau", power=2)
    old = without_largest_block(tmp_path / "cut.ptau", tmp_path / "old.ptau")
    convert_ptau(old, output=tmp_path / "new.ptau")
    assert verify_ptau(tmp_path / "new.ptau").ceremony_power == 3


def test_nothing_to_convert(chain: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the file is complete, there is nothing to convert"):
        convert_ptau(chain / "bn254.ptau", output=tmp_path / "new.ptau")
    with pytest.raises(
        EnvironmentProblem,
        match="phase 2 is not prepared in this file, there is nothing to convert",
    ):
        convert_ptau(chain / "bn254.raw", output=tmp_path / "new.ptau")


# -- JSON


def test_json_has_every_point(chain: Path, tmp_path: Path) -> None:
    summary = export_ptau_json(chain / "bn254.ptau", output=tmp_path / "p.json")
    assert (summary.power, summary.n_contributions) == (3, 1)
    document = json.loads((tmp_path / "p.json").read_text())
    powers = read_ptau(chain / "bn254.ptau").powers
    assert (document["curve"], document["power"], document["ceremonyPower"]) == ("bn254", 3, 3)
    assert document["tauG1"][0] == ["1", "2", "1"]
    assert [len(document[name]) for name in ("tauG1", "tauG2", "alphaTauG1")] == [15, 8, 8]
    x, y = powers.tau_g2[5:6].to_ints()[0]
    assert document["tauG2"][5] == [[str(v) for v in x], [str(v) for v in y], ["1", "0"]]
    assert [len(block) for block in document["lTauG1"]] == [1, 2, 4, 8, 16]
    assert [len(block) for block in document["lBetaTauG1"]] == [1, 2, 4, 8]
    contribution = document["contributions"][0]
    assert (contribution["id"], contribution["name"]) == (1, "alice")
    assert contribution["tauG1"] == document["tauG1"][1]
    assert len(contribution["responseHash"]) == 128


def test_json_of_raw_powers_and_of_a_beacon(data: Path, chain: Path, tmp_path: Path) -> None:
    export_ptau_json(chain / "bls12-381.raw", output=tmp_path / "raw.json")
    assert "lTauG1" not in json.loads((tmp_path / "raw.json").read_text())
    export_ptau_json(data / "golden_bn128" / "pot6_final.ptau", output=tmp_path / "beacon.json")
    contribution = json.loads((tmp_path / "beacon.json").read_text())["contributions"][0]
    assert contribution["beaconHash"] == bytes(range(1, 32)).hex()
    assert contribution["numIterationsExp"] == 10
