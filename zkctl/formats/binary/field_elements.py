"""Field elements inside binary files: moduli and canonical words.  Files without points need no curves."""

from __future__ import annotations

from zkctl.errors import FormatError
from zkctl.field import PrimeField, first_not_below, scalar_field_by_modulus
from zkctl.field.words import Words
from zkctl.formats.binary.sections import Section
from zkctl.formats.field_names import field_in_words

ROWS_AT_ONCE = 1 << 17
_MAX_COORDINATE_BYTES = 128


def read_modulus(section: Section) -> int:
    """Return a u32 byte length and a modulus of that length."""
    n8 = section.u32("the size of field elements")
    if n8 % 8 or not 8 <= n8 <= _MAX_COORDINATE_BYTES:
        raise section.fail(
            f"field elements of {n8} bytes, expected a multiple of 8 up to {_MAX_COORDINATE_BYTES}"
        )
    modulus = section.unsigned(n8, "the modulus")
    if 8 * -(-modulus.bit_length() // 64) != n8:
        raise section.fail(f"a modulus of {modulus.bit_length()} bits stored in {n8} bytes")
    return modulus


def read_scalar_field(section: Section) -> PrimeField:
    """Return the supported scalar field a header names; others are refused, by name where they have one."""
    return supported_field(read_modulus(section), section.where)


def supported_field(modulus: int, where: str) -> PrimeField:
    """Return the supported scalar field with this modulus.  Raises: FormatError naming the other field."""
    field = scalar_field_by_modulus(modulus)
    if field is None:
        raise FormatError(
            f"unsupported field: {field_in_words(modulus)}, modulus {modulus:#x}",
            where=where,
            hint="the supported scalar fields are those of bn254 (bn128) and bls12_381",
        )
    return field


def modulus_bytes(field: PrimeField) -> bytes:
    """Return a u32 byte length and the modulus: the inverse of `read_modulus`."""
    return field.n_bytes.to_bytes(4, "little") + field.modulus.to_bytes(field.n_bytes, "little")


def first_not_canonical(words: Words, modulus: int) -> int | None:
    """Return the index of the first row that is not below the modulus, or None.  Shapes: (n, n_words)."""
    for start in range(0, len(words), ROWS_AT_ONCE):
        bad = first_not_below(words[start : start + ROWS_AT_ONCE], modulus)
        if bad is not None:
            return start + bad
    return None
