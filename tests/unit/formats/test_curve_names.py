"""Names of curves: the ecosystem's names are understood by files and commands, never by the arithmetic."""

from __future__ import annotations

import pytest

from zkctl.curve import BLS12_381, BN254, CURVES, curve_by_name
from zkctl.dsl.circuit import FIELDS
from zkctl.errors import UsageError
from zkctl.formats.curve_names import NAMES_IN_FILES, curve_of_name, name_of_curve


@pytest.mark.parametrize("name", ["bn128", "bn254", "BN254", "altbn128", "alt_bn128", "BN-254"])
def test_names_of_bn254(name: str) -> None:
    assert curve_of_name(name) is BN254


@pytest.mark.parametrize("name", ["bls12381", "bls12_381", "BLS12-381"])
def test_names_of_bls12_381(name: str) -> None:
    assert curve_of_name(name) is BLS12_381


@pytest.mark.parametrize("name", ["", "secp256k1", "bn462"])
def test_unknown_names_are_refused(name: str) -> None:
    with pytest.raises(UsageError, match="unknown curve") as caught:
        name_of_curve(name)
    assert caught.value.hint == "the curves are bn254 (also bn128, alt_bn128) and bls12-381"


@pytest.mark.parametrize("name", ["bn128", "alt_bn128", "bls12381", "BN254"])
def test_the_core_knows_one_name_per_curve(name: str) -> None:
    with pytest.raises(UsageError, match="unknown curve") as caught:
        curve_by_name(name)
    assert caught.value.hint == "the curves are bn254 and bls12_381"
    assert name not in FIELDS


def test_each_curve_has_a_name_in_files() -> None:
    assert {curve.name for curve in CURVES} == set(NAMES_IN_FILES)
    for ours, theirs in NAMES_IN_FILES.items():
        assert name_of_curve(theirs) == ours
