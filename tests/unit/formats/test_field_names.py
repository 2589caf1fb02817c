"""Names of fields as circom's authors know them."""

from __future__ import annotations

import pytest

from zkctl.field import BN254_FR
from zkctl.field.prime import BN254_FQ, UNSUPPORTED_MODULI
from zkctl.formats.field_names import field_in_words


@pytest.mark.parametrize(
    ("modulus", "words"),
    [
        (BN254_FR.modulus, BN254_FR.name),
        (BN254_FQ.modulus, f"circom's prime grumpkin ({BN254_FQ.name})"),
        (UNSUPPORTED_MODULI["pallas"], "circom's prime vesta (the scalar field of pallas)"),
        (UNSUPPORTED_MODULI["vesta"], "circom's prime pallas (the scalar field of vesta)"),
        (UNSUPPORTED_MODULI["goldilocks"], "goldilocks"),
        (97, "unknown"),
    ],
)
def test_field_in_words(modulus: int, words: str) -> None:
    assert field_in_words(modulus) == words
