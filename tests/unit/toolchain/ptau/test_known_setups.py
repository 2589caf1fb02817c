"""Which ceremony a setup comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.toy_gates import toy_powers
from zkctl.curve import BN254
from zkctl.formats.binary.ptau.file import read_ptau
from zkctl.toolchain.ptau.known_setups import (
    contributions_digest,
    facts_of_setup,
    known_setup,
    srs_digest,
)


@pytest.mark.parametrize(
    "name", ["ptau/powersOfTau28_hez_final_08.ptau", "p0tion/powersOfTau28_hez_final_02.ptau"]
)
def test_files_of_a_public_ceremony(data: Path, name: str) -> None:
    tau_g2 = read_ptau(data / name).powers.tau_g2[1]
    found = known_setup(tau_g2)
    assert found is not None
    assert found.title == "Hermez, 54 contributions and a beacon, power 28"
    assert contributions_digest(data / name) == found.contributions_digest
    assert facts_of_setup(tau_g2) == {
        "srs": srs_digest(tau_g2),
        "ceremony": found.title,
        "contributions_digest": found.contributions_digest,
    }


def test_a_setup_that_nobody_published() -> None:
    tau_g2 = toy_powers(BN254).tau_g2[1]
    assert known_setup(tau_g2) is None
    assert facts_of_setup(tau_g2) == {
        "srs": srs_digest(tau_g2),
        "ceremony": "not a published ceremony known here",
    }
    assert srs_digest(tau_g2) != srs_digest(toy_powers(BN254).tau_g2[2])
