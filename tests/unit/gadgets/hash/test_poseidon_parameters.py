"""The derivation of Poseidon's constants, repeated bit by bit as published, and digests of all widths."""

from __future__ import annotations

import hashlib

import pytest

from tests.oracle.poseidon import published
from zkctl.field import BLS12_381_FR, BN254_FR, PrimeField
from zkctl.gadgets.hash.poseidon_parameters import (
    FIELDS,
    PARTIAL_ROUNDS,
    WIDTHS,
    poseidon_parameters,
)

# sha256 of all constants and then the matrix, 32 bytes each, big-endian; agrees with the vectors of circomlibjs (test_poseidon.py)
DIGESTS = {
    2: "3e9ac7a21b079388665a19f61c96f0fd615e3827a280c092c29fda11fa56612e",
    3: "d580f0ebf5aec8825a0212c9db8fd20135155e1352e68809e2d7f2bc5440b86f",
    4: "d952ffa224da14b3b4371989f1eb102935b4ab0462225ab84143c90d74b78872",
    5: "7b6c63d84ef4f2aa7766fe56bdd5874dfc34fd26ada5427de75bcb89af8cd09e",
    6: "ae7315565817fecf26c90ea3e5c69d8a5dedd9c37d2ac0e157e5c700ef20f1d3",
    7: "b7a09ec5091aca8cdcfb76f7daefe15fe7bf2c9e5fc4f66ab6b0e06b79aa17a9",
    8: "456edbb1cd45856b3639fd72d3cba7fd67bf186464670910aacd92623efc25ed",
    9: "2339e81bec30df5e41c5bfad22d36d4dd123c2c5e885a915eccf9d597e4766e5",
    10: "9d71419103b73977bdde121699901685e90d174ad6229ae1c5328357ed5cbc48",
    11: "987240e650b503e3f23e9fbd24a8aebb06cc9488efe03ce60aa3f78341310ced",
    12: "e5198fc9e9d009cd24ac1861d665234b5832fb95913ae830c8a2f75166c55b18",
    13: "2b391537b4e7c8965568d362bcd63863c1b287a69b3a48fddf719c7485c689f2",
    14: "75df997c46f382699a218d3a6edff012aa22c1a67b0e9d7c7e5a3b01b5646a26",
    15: "f5c3cb5b90bdf747c6977449856d0965ee3e70db7df42a8b6b6586914617cfd9",
    16: "3a2b50c38811186645a5f44519fb683b99c44ea6478b4c98b563c060b5e9cef4",
    17: "3a4345ef7579ca6fe2c94bd670680e1b0789914ef612cf75c98a15f4dc62a422",
}


QUICK = (2, 3, 6)
ALSO = [(2, BLS12_381_FR), (7, BLS12_381_FR)]
SLOW = [
    (t, field)
    for field in FIELDS
    for t in WIDTHS
    if (t, field) not in ALSO and (field != BN254_FR or t not in QUICK)
]


@pytest.mark.parametrize(
    ("t", "field"),
    [
        *((t, BN254_FR) for t in QUICK),
        *ALSO,
        *(pytest.param(*each, marks=pytest.mark.slow) for each in SLOW),
    ],
)
def test_derivation_bit_by_bit(t: int, field: PrimeField) -> None:
    constants, mds = published(t, PARTIAL_ROUNDS[t - 2], field)
    ours = poseidon_parameters(t, field)
    assert ours.constants == constants
    assert ours.mds == mds


def digest(t: int, field: PrimeField) -> str:
    parameters = poseidon_parameters(t, field)
    rows = (*parameters.constants, *parameters.mds)
    return hashlib.sha256(b"".join(x.to_bytes(32, "big") for row in rows for x in row)).hexdigest()


@pytest.mark.parametrize("t", WIDTHS)
def test_digest(t: int) -> None:
    assert digest(t, BN254_FR) == DIGESTS[t]


def test_first_constant_is_the_published_one() -> None:
    # the first entry of circomlib's table for t = 3, known from many implementations
    assert (
        poseidon_parameters(3).constants[0][0]
        == 0x0EE9A592BA9A9518D05986D656F40C2114C4993C11BB29938D21D47304CD8E6E
    )
