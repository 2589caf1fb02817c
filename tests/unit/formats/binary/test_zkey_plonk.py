"""plonk zkey: byte-exact round trips and refusals."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.support.binary_files import BN254_Q, Container, le
from tests.support.points import first_curve_points
from zkctl.curve import BN254, G2Array
from zkctl.errors import EncodingError, FormatError
from zkctl.formats.binary.sections import read_sections
from zkctl.formats.binary.zkey_plonk import (
    PLONK_KIND,
    PlonkZkey,
    check_key_points,
    read_zkey,
    write_zkey,
)


def written(stored: PlonkZkey) -> bytes:
    out = io.BytesIO()
    write_zkey(out, stored)
    return out.getvalue()


_CO_SNARKS = "co-snarks-examples/plonk/test_vectors"
REAL = (
    "golden_bn128/plonk",
    f"{_CO_SNARKS}/kyc/bls12/kyc",
    f"{_CO_SNARKS}/kyc/bn254/kyc",
    f"{_CO_SNARKS}/sum_arrays/sum_arrays",
)


@pytest.mark.parametrize("name", REAL)
def test_real_files_are_written_as_read(data: Path, name: str) -> None:
    path = data / f"{name}.zkey"
    assert read_sections(path, PLONK_KIND).order == (*range(3, 15), 1, 2)
    stored = read_zkey(path)
    assert written(stored) == path.read_bytes()
    check_key_points(stored)


POINTS = 72 + 20 + 64  # offset of q_m in section 2
NAMES = ("q_m", "q_l", "q_r", "q_o", "q_c", "sigma_1", "sigma_2", "sigma_3")


@pytest.fixture
def good(data: Path) -> Container:
    return Container.read(data / "golden_bn128/plonk.zkey")


@pytest.mark.parametrize("name", NAMES)
def test_commitments_of_the_verifying_key(tmp_path: Path, good: Container, name: str) -> None:
    offset, path = POINTS + 64 * NAMES.index(name), tmp_path / "a.zkey"
    with pytest.raises(EncodingError) as caught:
        read_zkey(good.with_bytes(2, offset, le(1) + bytes(32)).write(path))
    assert caught.value.message == f"{name}: point 0 is not on the curve"
    assert caught.value.where == f"{path}, section 2"
    with pytest.raises(EncodingError, match=f"{name}: point 0 has a coordinate that is not below"):
        read_zkey(good.with_bytes(2, offset, le(BN254_Q)).write(path))
    zero = read_zkey(good.with_bytes(2, offset, bytes(64)).write(path))  # the polynomial 0
    assert getattr(zero.key.verifying_key, name).is_infinity()


def test_tau_in_g2(tmp_path: Path, good: Container) -> None:
    twist = G2Array.from_ints(BN254.g2, first_curve_points(BN254.g2, 1)).data.tobytes()
    for point, message in (
        (bytes(128), "x_2: point 0 is at infinity"),
        (le(1) + bytes(96), "x_2: point 0 is not on the curve"),
        (twist, "x_2: point 0 is not in the subgroup of prime order"),
    ):
        with pytest.raises(EncodingError, match=message):
            read_zkey(good.with_bytes(2, -128, point).write(tmp_path / "a.zkey"))


def test_sections_that_the_format_does_not_define(tmp_path: Path, good: Container) -> None:
    more = Container(good.magic, good.version, (*good.sections, (15, b"?")))
    path = more.write(tmp_path / "a.zkey")
    assert read_zkey(path).warnings == [
        "unknown section 15 ignored: 1 bytes that no part of the zkey format defines"
    ]
    with pytest.raises(FormatError, match="unknown section 15"):
        read_zkey(path, only_defined=True)
