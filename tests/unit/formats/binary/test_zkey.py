"""What keys of all proof systems share: the protocol and the moduli."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.binary_files import BN254_Q, BN254_R, Container, container, modulus, u32
from zkctl.curve import CURVES, Curve
from zkctl.errors import FormatError
from zkctl.formats.binary.sections import Section, read_sections
from zkctl.formats.binary.zkey import (
    FFLONK,
    GROTH16,
    PLONK,
    PROTOCOLS,
    ZKEY_KIND,
    check_protocol,
    curve_bytes,
    kind_of_key,
    open_key,
    read_curve,
    read_protocol,
    unsupported_key,
)


def key(protocol: bytes, n_sections: int = 2) -> Container:
    return container(b"zkey", 1, {1: protocol} | dict.fromkeys(range(2, n_sections + 1), b""))


@pytest.mark.parametrize("number", PROTOCOLS)
def test_the_protocol_of_a_key(tmp_path: Path, number: int) -> None:
    file = read_sections(key(u32(number)).write(tmp_path / "a.zkey"), ZKEY_KIND)
    assert read_protocol(file) == PROTOCOLS[number]
    check_protocol(file, number)


@pytest.mark.parametrize("number", [0, 3, 9, 2**32 - 1])
def test_an_unknown_protocol(tmp_path: Path, number: int) -> None:
    file = read_sections(key(u32(number)).write(tmp_path / "a.zkey"), ZKEY_KIND)
    with pytest.raises(FormatError) as caught:
        read_protocol(file)
    assert caught.value.message == (
        f"unknown protocol {number}, expected 1 (groth16), 2 (plonk), 10 (fflonk)"
    )


@pytest.mark.parametrize(
    ("expected", "found", "hint"),
    [
        (
            GROTH16,
            PLONK,
            "a plonk key takes no contributions: its trust is that of its powers of tau",
        ),
        (PLONK, FFLONK, "pass a plonk key"),
        (FFLONK, GROTH16, "pass a fflonk key"),
    ],
)
def test_a_key_of_another_system(tmp_path: Path, expected: int, found: int, hint: str) -> None:
    path = key(u32(found)).write(tmp_path / "a.zkey")
    with pytest.raises(FormatError) as caught:
        open_key(path, kind_of_key(2), expected)
    assert caught.value.message == (
        "the key is of another proof system:"
        f" expected {PROTOCOLS[expected]}, got {PROTOCOLS[found]}"
    )
    assert (caught.value.where, caught.value.hint) == (str(path), hint)


def test_sections_of_a_system(tmp_path: Path) -> None:
    path = key(u32(PLONK), 4).write(tmp_path / "a.zkey")
    assert open_key(path, kind_of_key(4), PLONK).unknown == []
    assert open_key(path, kind_of_key(3), PLONK).unknown == [4]
    with pytest.raises(FormatError, match="missing section 5"):
        open_key(path, kind_of_key(5), PLONK)
    with pytest.raises(FormatError, match="unknown section 4"):
        open_key(path, kind_of_key(3), PLONK, only_defined=True)


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_the_curve_of_a_header(curve: Curve) -> None:
    section = Section(memoryview(curve_bytes(curve)), 2, "a.zkey")
    assert read_curve(section) == curve
    section.finish()


def test_moduli_of_no_curve() -> None:
    for raw, message in (
        (modulus(BN254_Q) * 2, "the scalar field does not belong to bn254: modulus 0x30644e"),
        (modulus(BN254_R) * 2, "unsupported curve: base field bn254.fr, modulus 0x30644e"),
    ):
        with pytest.raises(FormatError) as caught:
            read_curve(Section(memoryview(raw), 2, "a.zkey"))
        assert message in caught.value.message


def test_a_system_without_a_record() -> None:
    problem = unsupported_key("plonk", "a.zkey")
    assert problem.message == "plonk keys are not yet supported"
    assert (problem.where, problem.hint) == ("a.zkey", "groth16 keys are")
