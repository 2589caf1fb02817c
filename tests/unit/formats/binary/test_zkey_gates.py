"""Malformed keys of PLONK and fflonk: the parts that both have are refused in the same words."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.binary_files import BN254_Q, BN254_R, Container, le, modulus, u32
from tests.support.toy_gates import mixed, toy_powers
from zkctl.curve import BLS12_381, BN254
from zkctl.errors import EncodingError, FormatError
from zkctl.fflonk.setup import make_key as fflonk_key
from zkctl.formats.binary import zkey_fflonk, zkey_plonk
from zkctl.plonk.setup import make_key as plonk_key

FORMATS: dict[str, Any] = {"plonk": zkey_plonk, "fflonk": zkey_fflonk}
SYSTEMS = pytest.mark.parametrize("system", FORMATS)
COUNTS = (
    72  # offset of the counts in section 2: wires, public signals, rows, additions, constraints
)
SHIFTS = COUNTS + 20
MONTGOMERY = BN254.scalar_field.montgomery_r


def toy_bytes(system: str) -> bytes:
    """A key of 8 rows, 6 of them constraints, 6 wires and an addition or two, 2 public signals."""
    circuit, powers = mixed(BN254.scalar_field), toy_powers(BN254)
    out = io.BytesIO()
    if system == "plonk":
        zkey_plonk.write_zkey(out, zkey_plonk.PlonkZkey(plonk_key(circuit, powers)))
    else:
        zkey_fflonk.write_zkey(out, zkey_fflonk.FflonkZkey(fflonk_key(circuit, powers)))
    return out.getvalue()


@pytest.fixture(scope="module")
def keys() -> dict[str, Container]:
    return {system: Container.parse(toy_bytes(system)) for system in FORMATS}


def counts(key: Container, **changes: int) -> Container:
    names = ("wires", "public", "rows", "additions", "constraints")
    for name, value in changes.items():
        key = key.with_bytes(2, COUNTS + 4 * names.index(name), u32(value))
    return key


def scalar(value: int) -> bytes:
    return le(value * MONTGOMERY % BN254_R)


ROOT = BN254.scalar_field.root_of_unity(3)
Change = Callable[[Container], Container]
MALFORMED: dict[str, tuple[Change, str]] = {
    "another r": (
        lambda k: k.with_bytes(2, 36, modulus(BN254_Q)),
        "the scalar field does not belong to bn254: modulus 0x3064",
    ),
    "rows 0": (lambda k: counts(k, rows=0), "domain size 0 is not a power of two from 2^3 to 2^26"),
    "rows 4": (lambda k: counts(k, rows=4), "domain size 4 is not a power of two from 2^3 to 2^26"),
    "rows 9": (lambda k: counts(k, rows=9), "domain size 9 is not a power of two from 2^3 to 2^26"),
    "rows 2^27": (
        lambda k: counts(k, rows=2**27),
        "domain size 134217728 is not a power of two from 2^3 to 2^26",
    ),
    "public more than constraints": (
        lambda k: counts(k, public=7, wires=20),
        "7 public signals, but 6 constraints",
    ),
    "public more than wires": (
        lambda k: counts(k, wires=4),
        "2 public signals, 2 additions and the constant, but 4 wires",
    ),
    "additions more than wires": (
        lambda k: counts(k, additions=2**32 - 1),
        "2 public signals, 4294967295 additions and the constant, but 8 wires",
    ),
    "additions fewer": (lambda k: counts(k, additions=1), "the section has 144 bytes, 72 expected"),
    "wires inflated": (
        lambda k: counts(k, additions=5, wires=11),
        "the list of 5 additions needs 360 bytes, 144 remain",
    ),
    "constraints fewer": (
        lambda k: counts(k, constraints=5),
        "the section has 24 bytes, 20 expected",
    ),
    "a polynomial shorter": (
        lambda k: k.with_section(7, k[7][:-32]),
        "needs 1280 bytes, 1248 remain",
    ),
    "a polynomial longer": (
        lambda k: k.with_section(7, k[7] + bytes(32)),
        "the section has 1312 bytes, 1280 expected",
    ),
    "k1 is 0": (
        lambda k: k.with_bytes(2, SHIFTS, scalar(0)),
        "k1 and k2 make no three cosets of the domain: 0 and 3",
    ),
    "k1 is 1": (
        lambda k: k.with_bytes(2, SHIFTS, scalar(1)),
        "k1 and k2 make no three cosets of the domain: 1 and 3",
    ),
    "k1 in H": (
        lambda k: k.with_bytes(2, SHIFTS, scalar(ROOT)),
        f"k1 and k2 make no three cosets of the domain: {ROOT} and 3",
    ),
    "k2 in H": (
        lambda k: k.with_bytes(2, SHIFTS + 32, scalar(ROOT)),
        f"k1 and k2 make no three cosets of the domain: 2 and {ROOT}",
    ),
    "k2 in k1 H": (
        lambda k: k.with_bytes(2, SHIFTS + 32, scalar(2 * ROOT)),
        f"k1 and k2 make no three cosets of the domain: 2 and {2 * ROOT % BN254_R}",
    ),
    "k2 is k1": (
        lambda k: k.with_bytes(2, SHIFTS + 32, scalar(2)),
        "k1 and k2 make no three cosets of the domain: 2 and 2",
    ),
    "header long": (lambda k: k.with_section(2, k[2] + b"?"), "expected"),
    "addition of itself": (
        lambda k: k.with_bytes(3, 0, u32(6)),
        "addition 0 uses wire 6, expected less than 6",
    ),
    "addition of a later one": (
        lambda k: k.with_bytes(3, 72 + 4, u32(7)),
        "addition 1 uses wire 7, expected less than 7",
    ),
    "wire of a": (
        lambda k: k.with_bytes(4, 4, u32(8)),
        "row 1 has wire 8 in column a, expected less than 8",
    ),
    "wire of b": (
        lambda k: k.with_bytes(5, 8, u32(2**32 - 1)),
        "row 2 has wire 4294967295 in column b, expected less than 8",
    ),
    "wire of c": (
        lambda k: k.with_bytes(6, 0, u32(8)),
        "row 0 has wire 8 in column c, expected less than 8",
    ),
    "no section": (lambda k: k.without(13), "missing section 13"),
}


@SYSTEMS
@pytest.mark.parametrize("case", MALFORMED)
def test_malformed_keys(tmp_path: Path, keys: dict[str, Container], system: str, case: str) -> None:
    change, message = MALFORMED[case]
    with pytest.raises(FormatError) as caught:
        FORMATS[system].read_zkey(change(keys[system]).write(tmp_path / "a.zkey"))
    assert message in caught.value.message
    assert str(tmp_path / "a.zkey") in caught.value.where


@SYSTEMS
def test_constraints_beyond_the_rows(
    tmp_path: Path, keys: dict[str, Container], system: str
) -> None:
    """fflonk keeps the last two rows for blinding."""
    most = 8 if system == "plonk" else 6
    wrong = counts(keys[system], constraints=most + 1).write(tmp_path / "a.zkey")
    with pytest.raises(FormatError) as caught:
        FORMATS[system].read_zkey(wrong)
    assert caught.value.message == f"{most + 1} constraints, expected at most {most}"


NUMBERS = {
    "plonk": {
        **{7 + k: name for k, name in enumerate(("q_m", "q_l", "q_r", "q_o", "q_c"))},
        12: "sigma 3",
        13: "Lagrange 2",
    },
    "fflonk": {
        **{7 + k: name for k, name in enumerate(("q_l", "q_r", "q_m", "q_o", "q_c"))},
        **{12 + k: f"sigma_{k + 1}" for k in range(3)},
        15: "Lagrange 2",
    },
}


@SYSTEMS
def test_numbers_are_canonical(tmp_path: Path, keys: dict[str, Container], system: str) -> None:
    for section, name in NUMBERS[system].items():
        wrong = keys[system].with_bytes(section, -32, le(BN254_R)).write(tmp_path / "a.zkey")
        with pytest.raises(EncodingError) as caught:
            FORMATS[system].read_zkey(wrong)
        assert caught.value.message == f"{name}: element 39 is not below the modulus of bn254.fr"
    for offset, name in ((8, "c1"), (40, "c2")):
        wrong = keys[system].with_bytes(3, 72 + offset, le(BN254_R)).write(tmp_path / "a.zkey")
        with pytest.raises(EncodingError) as caught:
            FORMATS[system].read_zkey(wrong)
        assert caught.value.message == (
            f"factors {name} of additions: element 1 is not below the modulus of bn254.fr"
        )
    wrong = keys[system].with_bytes(2, SHIFTS, le(BN254_R)).write(tmp_path / "a.zkey")
    with pytest.raises(EncodingError, match="k1: element 0 is not below the modulus"):
        FORMATS[system].read_zkey(wrong)


@SYSTEMS
def test_powers_of_tau(tmp_path: Path, keys: dict[str, Container], system: str) -> None:
    section, n = (14, 14) if system == "plonk" else (16, 90)
    module = FORMATS[system]
    wrong = keys[system].with_bytes(section, -32, le(1)).write(tmp_path / "a.zkey")
    with pytest.raises(EncodingError) as caught:
        module.check_key_points(module.read_zkey(wrong), "a.zkey")
    assert caught.value.message == f"powers of tau: point {n - 1} is not on the curve"
    assert caught.value.where == f"a.zkey, section {section}"
    wrong = keys[system].with_bytes(section, 64, bytes(64)).write(tmp_path / "a.zkey")
    with pytest.raises(EncodingError, match="powers of tau: point 1 is at infinity"):
        module.check_key_points(module.read_zkey(wrong))
    wrong = keys[system].with_bytes(section, -32, le(BN254_Q)).write(tmp_path / "a.zkey")
    with pytest.raises(EncodingError, match="has a coordinate that is not below"):
        module.read_zkey(wrong)


@SYSTEMS
def test_the_arrays_are_views_of_the_file(
    tmp_path: Path, keys: dict[str, Container], system: str
) -> None:
    key = FORMATS[system].read_zkey(keys[system].write(tmp_path / "a.zkey")).key
    arrays = (key.q_m.coefficients, key.q_m.extended, key.sigma_3.extended, key.tau_g1)
    for array in (each.data for each in (*arrays, key.lagrange[1].extended)):
        assert not array.flags.owndata
        assert not array.flags.writeable
    assert np.array_equal(key.q_l.extended.data[:3], key.q_l.stored.data[:3])


@SYSTEMS
def test_every_truncation_is_refused(
    tmp_path: Path, keys: dict[str, Container], system: str
) -> None:
    raw, path = keys[system].bytes(), tmp_path / "a.zkey"
    for n in range(0, len(raw), len(raw) // 40):
        path.write_bytes(raw[:n])
        with pytest.raises(FormatError):
            FORMATS[system].read_zkey(path)


def test_a_plonk_key_over_the_other_curve(tmp_path: Path) -> None:
    key = plonk_key(mixed(BLS12_381.scalar_field), toy_powers(BLS12_381))
    path = tmp_path / "a.zkey"
    with path.open("wb") as file:
        zkey_plonk.write_zkey(file, zkey_plonk.PlonkZkey(key))
    stored = zkey_plonk.read_zkey(path)
    assert stored.key.curve == BLS12_381
    zkey_plonk.check_key_points(stored)
