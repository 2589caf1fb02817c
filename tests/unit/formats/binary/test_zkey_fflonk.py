"""fflonk zkey: byte-exact round trips and refusals."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.support.binary_files import BN254_R, Container, le, modulus
from tests.support.points import first_curve_points
from zkctl.curve import BLS12_381, BN254, G2Array
from zkctl.errors import EncodingError, FormatError
from zkctl.formats.binary.sections import read_sections
from zkctl.formats.binary.zkey_fflonk import (
    FFLONK_KIND,
    FflonkZkey,
    check_key_points,
    read_zkey,
    write_zkey,
)


def written(stored: FflonkZkey) -> bytes:
    out = io.BytesIO()
    write_zkey(out, stored)
    return out.getvalue()


REAL = ("golden_bn128/fflonk",)


@pytest.mark.parametrize("name", REAL)
def test_real_files_are_written_as_read(data: Path, name: str) -> None:
    path = data / f"{name}.zkey"
    assert read_sections(path, FFLONK_KIND).order == (1, *range(3, 18), 2)
    stored = read_zkey(path)
    assert written(stored) == path.read_bytes()
    check_key_points(stored)


ROOTS = 72 + 20 + 64  # offset of w3 in section 2
R = BN254.scalar_field


@pytest.fixture
def good(data: Path) -> Container:
    return Container.read(data / "golden_bn128/fflonk.zkey")


def scalar(value: int) -> bytes:
    return le(value * R.montgomery_r % BN254_R)


@pytest.mark.parametrize(("index", "order"), [(0, 3), (1, 4), (2, 8)])
def test_roots_of_unity(tmp_path: Path, good: Container, index: int, order: int) -> None:
    half = {3: 1, 4: BN254_R - 1, 8: R.root_of_unity(2)}[order]  # an order that is too small
    for value in (0, 1, 2, half):
        changed = good.with_bytes(2, ROOTS + 32 * index, scalar(value))
        with pytest.raises(FormatError) as caught:
            read_zkey(changed.write(tmp_path / "a.zkey"))
        message = f"w{order} is not a root of unity of order {order}: {value}"
        assert caught.value.message == message


def test_the_cube_root(tmp_path: Path, good: Container) -> None:
    with pytest.raises(FormatError) as caught:
        read_zkey(good.with_bytes(2, ROOTS + 96, scalar(1)).write(tmp_path / "a.zkey"))
    assert caught.value.message == ("wr is not a cube root of the root of unity of order 2^5: 1")


def test_points_of_the_verifying_key(tmp_path: Path, good: Container) -> None:
    twist = G2Array.from_ints(BN254.g2, first_curve_points(BN254.g2, 1)).data.tobytes()
    for offset, point, message in (
        (-192, bytes(128), "x_2: point 0 is at infinity"),
        (-192, twist, "x_2: point 0 is not in the subgroup of prime order"),
        (-64, le(1) + bytes(32), "c_0: point 0 is not on the curve"),
    ):
        with pytest.raises(EncodingError, match=message):
            read_zkey(good.with_bytes(2, offset, point).write(tmp_path / "a.zkey"))


def test_coefficients_of_c_0(tmp_path: Path, good: Container) -> None:
    with pytest.raises(EncodingError) as caught:
        read_zkey(good.with_bytes(17, -32, le(BN254_R)).write(tmp_path / "a.zkey"))
    assert caught.value.message == "c_0: element 255 is not below the modulus of bn254.fr"
    with pytest.raises(FormatError, match="the coefficients of c_0 needs 8192 bytes, 8160 remain"):
        read_zkey(good.with_section(17, good[17][32:]).write(tmp_path / "a.zkey"))
    with pytest.raises(FormatError, match="the section has 8224 bytes, 8192 expected"):
        read_zkey(good.with_section(17, good[17] + bytes(32)).write(tmp_path / "a.zkey"))


def test_another_curve(tmp_path: Path, good: Container) -> None:
    moduli = b"".join(
        modulus(field.modulus, field.n_bytes)
        for field in (BLS12_381.base_field, BLS12_381.scalar_field)
    )
    with pytest.raises(FormatError) as caught:
        read_zkey(good.with_section(2, moduli + good[2][72:]).write(tmp_path / "a.zkey"))
    assert caught.value.message == "an fflonk key over bls12_381, expected bn254"
