"""Names of fields as the authors of files know them: circom's --prime, then the common name."""

from __future__ import annotations

from zkctl.field import name_of_modulus
from zkctl.field.prime import BN254_FQ, UNSUPPORTED_MODULI

# circom names a curve of the pasta cycle by its base field.
_WORDS_OF_CIRCOM = {
    BN254_FQ.modulus: "grumpkin",
    UNSUPPORTED_MODULI["pallas"]: "vesta",
    UNSUPPORTED_MODULI["vesta"]: "pallas",
}


def field_in_words(modulus: int) -> str:
    """Return a field for refusals as its author called it: circom's name of the prime, then the common name where it differs."""
    name = name_of_modulus(modulus)
    if modulus not in _WORDS_OF_CIRCOM:
        return name
    common = f"the scalar field of {name}" if modulus in UNSUPPORTED_MODULI.values() else name
    return f"circom's prime {_WORDS_OF_CIRCOM[modulus]} ({common})"
