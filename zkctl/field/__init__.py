"""Prime fields on numpy arrays: the one arithmetic backend that everything above shares."""

from zkctl.field.array import FieldArray, powers
from zkctl.field.prime import (
    BLS12_381_FQ,
    BLS12_381_FR,
    BN254_FQ,
    BN254_FR,
    KNOWN_MODULI,
    PrimeField,
    name_of_modulus,
    scalar_field_by_modulus,
)
from zkctl.field.words import first_not_below, ints_from_words, words_from_ints

__all__ = [
    "BLS12_381_FQ",
    "BLS12_381_FR",
    "BN254_FQ",
    "BN254_FR",
    "KNOWN_MODULI",
    "FieldArray",
    "PrimeField",
    "first_not_below",
    "ints_from_words",
    "name_of_modulus",
    "powers",
    "scalar_field_by_modulus",
    "words_from_ints",
]
