"""The first file of a phase 1, made without numpy, is the one that the arithmetic makes."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO

import pytest

from zkctl.ceremony.phase1.contribute import new_powers
from zkctl.curve import CURVES, Curve
from zkctl.errors import LimitError, UsageError
from zkctl.formats.binary.ptau import start as module
from zkctl.formats.binary.ptau.file import PTAU_KIND, PtauFile, write_ptau
from zkctl.formats.binary.ptau.start import BLS12_381, BN254, STARTS, start_of, write_start


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_numbers_are_those_of_the_curve(curve: Curve) -> None:
    start = start_of(curve.name)
    assert (start.curve, start.modulus) == (curve.name, curve.base_field.modulus)
    assert start.n_bytes == curve.base_field.n_bytes
    assert (start.g1[:1], start.g1[1:]) == curve.g1.generator
    assert (start.g2[:2], start.g2[2:]) == curve.g2.generator


def test_names_are_those_of_the_curves() -> None:
    assert set(STARTS) == {curve.name for curve in CURVES}
    assert start_of("alt_bn128") is BN254
    assert start_of("BLS12-381") is BLS12_381
    with pytest.raises(UsageError, match="unknown curve 'secp256k1'"):
        start_of("secp256k1")


@pytest.mark.parametrize("chunk", [3, 1 << 12])
@pytest.mark.parametrize("power", [1, 2, 5])
@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_bytes(curve: Curve, power: int, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POINTS_AT_ONCE", chunk)
    start = start_of(curve.name)
    quickly, computed = BytesIO(), BytesIO()
    write_start(quickly, start, power)
    write_ptau(computed, PtauFile(new_powers(curve, power), []))
    assert quickly.getvalue() == computed.getvalue()


@pytest.mark.parametrize("power", [0, 29])
def test_impossible_powers(power: int) -> None:
    with pytest.raises(LimitError, match=f"power {power} is not possible"):
        write_start(BytesIO(), BN254, power)


def test_sections_are_those_of_the_format() -> None:
    assert [number for number, *_ in module.sections(BN254, 1)] == list(PTAU_KIND.mandatory)


def test_numpy_stays_away() -> None:
    code = "import sys, zkctl.toolchain.ptau.new, zkctl.cli.commands.ptau.contribute; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
