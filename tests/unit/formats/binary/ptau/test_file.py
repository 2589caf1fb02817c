"""ptau: byte-exact round trips and refusals (docs/design/security-cases.md, N7, N10, N11, N17, N18, N68)."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from tests.support.binary_files import BN254_Q, BN254_R, Container, le, modulus, u32
from tests.support.toy_groth16 import powers_of_tau
from zkctl.curve import BLS12_381, BN254, Curve, G2Array
from zkctl.errors import EncodingError, FormatError
from zkctl.formats.binary.ptau.file import PtauFile, check_ptau_points, read_ptau, write_ptau

N = 4  # 2^power


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.ptau"


@cache
def toy_file(curve: Curve) -> PtauFile:
    return PtauFile(powers_of_tau(curve, 2), [])


def written(file: PtauFile) -> bytes:
    out = io.BytesIO()
    write_ptau(out, file)
    return out.getvalue()


@pytest.fixture
def good(path: Path) -> Container:
    path.write_bytes(written(toy_file(BN254)))
    return Container.read(path)


@pytest.mark.parametrize("curve", [BN254, BLS12_381], ids=str)
def test_written_as_read(path: Path, curve: Curve) -> None:
    prepared = toy_file(curve)
    raw = replace(prepared, powers=replace(prepared.powers, lagrange=None))
    for file, order in ((prepared, [*range(1, 8), 12, 13, 14, 15]), (raw, [*range(1, 8)])):
        path.write_bytes(written(file))
        assert list(Container.read(path).order) == order
        found = read_ptau(path)
        assert written(found) == path.read_bytes()
        powers = found.powers
        assert (powers.curve, powers.power, powers.ceremony_power) == (curve, 2, 2)
        assert (powers.tau_g2 == file.powers.tau_g2).all()
        assert powers.beta_g2.shape == ()
        assert (powers.lagrange is None) == (file.powers.lagrange is None)
        assert not powers.tau_g1.data.flags.owndata
        check_ptau_points(found)


REAL = (
    "golden_bn128/pot6_0000",
    "golden_bn128/pot6_beacon",
    "golden_bn128/pot6_final",
    "p0tion/powersOfTau28_hez_final_02",
    "ptau/powersOfTau28_hez_final_08",
)


@pytest.mark.parametrize("name", REAL)
def test_real_files_are_written_as_read(data: Path, name: str) -> None:
    path = data / f"{name}.ptau"
    file = read_ptau(path)
    assert written(file) == path.read_bytes()
    assert len(file.contributions) == (55 if "hez" in name else 0 if "0000" in name else 1)
    assert file.powers.ceremony_power == (28 if "hez" in name else 6)


def test_all_points_of_a_real_file(data: Path) -> None:
    check_ptau_points(read_ptau(data / "p0tion/powersOfTau28_hez_final_02.ptau"))


Change = Callable[[Container], Container]
MALFORMED: dict[str, tuple[Change, str]] = {
    "power 0": (
        lambda p: p.with_bytes(1, 36, u32(0, 2)),
        "power 0 of a ceremony of power 2, expected 1 <= power <= ceremony power <= 28",
    ),
    "power 3 of 2": (lambda p: p.with_bytes(1, 36, u32(3, 2)), "power 3 of a ceremony of power 2"),
    "power 29": (lambda p: p.with_bytes(1, 36, u32(29, 29)), "power 29 of a ceremony of power 29"),
    "power 2^32-1": (lambda p: p.with_bytes(1, 36, u32(2**32 - 1, 2**32 - 1)), "power 4294967295"),
    "power 28": (
        lambda p: p.with_bytes(1, 36, u32(28, 28)),
        "tau in g1 needs 34359738304 bytes, 448 remain",
    ),
    "power 1": (lambda p: p.with_bytes(1, 36, u32(1, 2)), "has 448 bytes, 192 expected"),
    "r": (lambda p: p.with_bytes(1, 0, modulus(BN254_R)), "unsupported curve: base field bn254.fr"),
    "n8 33": (lambda p: p.with_bytes(1, 0, u32(33)), "field elements of 33 bytes"),
    "header": (
        lambda p: p.with_section(1, p[1][:-4]),
        "the ceremony's power needs 4 bytes, 0 remain",
    ),
    "points only": (lambda p: p.without(1, 6, 7), "missing sections 1, 6, 7"),
    "half prepared": (lambda p: p.without(13, 15), "missing sections 13, 15"),
    "old": (
        lambda p: p.with_section(12, p[12][: 7 * 64]),
        "the section has 448 bytes, expected 960",
    ),
    "short": (lambda p: p.with_section(4, p[4][:-1]), "alpha tau needs 256 bytes, 255 remain"),
    "long": (lambda p: p.with_section(5, p[5] + bytes(64)), "has 320 bytes, 256 expected"),
    "two betas": (lambda p: p.with_section(6, p[6] * 2), "has 256 bytes, 128 expected"),
    "records": (
        lambda p: p.with_section(7, u32(2**32 - 1)),
        "4294967295 contributions need at least 6459630811680 bytes, 0 remain",
    ),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_malformed_files(path: Path, good: Container, case: str) -> None:
    change, message = MALFORMED[case]
    with pytest.raises(FormatError) as caught:
        read_ptau(change(good).write(path))
    assert message in caught.value.message
    assert caught.value.where.startswith(str(path))
    if case == "old":
        assert "prepare" in caught.value.hint


NAMES = {
    2: "tau in g1",
    3: "tau in g2",
    4: "alpha tau",
    5: "beta tau",
    6: "beta in g2",
    12: "Lagrange tau in g1",
    13: "Lagrange tau in g2",
    14: "Lagrange alpha tau",
    15: "Lagrange beta tau",
}


@pytest.mark.parametrize("section", NAMES)
def test_wrong_points(path: Path, good: Container, section: int) -> None:
    name, size = NAMES[section], 128 if section in (3, 6, 13) else 64
    last = len(good[section]) // size - 1
    with pytest.raises(EncodingError, match=f"{name}: point {last} has a coordinate") as caught:
        read_ptau(good.with_bytes(section, -32, le(BN254_Q)).write(path))
    assert caught.value.where == f"{path}, section {section}"
    with pytest.raises(EncodingError, match=f"{name}: point {last} is not on the curve") as caught:
        check_ptau_points(read_ptau(good.with_bytes(section, -32, le(1)).write(path)), str(path))
    assert caught.value.where == f"{path}, section {section}"
    infinite = good.with_bytes(section, -size, bytes(size)).write(path)
    if section >= 12:  # a Lagrange value may be zero
        check_ptau_points(read_ptau(infinite))
        return
    with pytest.raises(EncodingError, match=f"{name}: point {last} is at infinity"):
        check_ptau_points(read_ptau(infinite))


def test_beta_in_g2_and_contributions_are_among_all_points(data: Path) -> None:
    """`read_ptau` has seen the one already; the others it has not."""
    file = read_ptau(data / "golden_bn128" / "pot6_final.ptau")
    nowhere = G2Array(BN254.g2, np.ones_like(file.powers.beta_g2.data))
    powers = replace(file.powers, beta_g2=nowhere)
    with pytest.raises(EncodingError, match="beta in g2: point 0 is not on the curve"):
        check_ptau_points(replace(file, powers=powers))
    record = replace(file.contributions[0], beta_g2=nowhere)
    with pytest.raises(
        EncodingError, match="contributions in g2: point 1 is not on the curve"
    ) as e:
        check_ptau_points(replace(file, contributions=[record, *file.contributions[1:]]))
    assert e.value.where == "section 7"


@pytest.mark.parametrize("section", [2, 3, 4, 5, 6])
def test_the_first_points_are_checked_at_once(path: Path, good: Container, section: int) -> None:
    wrong = good.with_bytes(section, 0, le(1))
    with pytest.raises(EncodingError, match=f"{NAMES[section]}: point 0 is not on the curve"):
        read_ptau(wrong.write(path))
