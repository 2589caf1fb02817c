from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from zkctl.errors import FormatError
from zkctl.field import BLS12_381_FR, BN254_FR, words_from_ints
from zkctl.formats.binary import field_elements
from zkctl.formats.binary.field_elements import (
    first_not_canonical,
    modulus_bytes,
    supported_field,
)


def test_the_first_row_that_is_not_below_the_modulus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(field_elements, "ROWS_AT_ONCE", 100)
    p = BN254_FR.modulus
    values = [k % 3 and p - k for k in range(1000)]
    assert first_not_canonical(words_from_ints(values, 4), p) is None
    for wrong in (99, 100, 999):
        changed = words_from_ints([*values[:wrong], p, *values[wrong + 1 :]], 4)
        assert first_not_canonical(changed, p) == wrong
    assert first_not_canonical(np.zeros((0, 4), np.uint64), p) is None


def test_the_supported_fields() -> None:
    for field in (BN254_FR, BLS12_381_FR):
        assert supported_field(field.modulus, "f") is field
        assert modulus_bytes(field)[4:] == field.modulus.to_bytes(32, "little")
    with pytest.raises(FormatError, match="unsupported field: "):
        supported_field(97, "f")


def test_a_witness_needs_no_curves() -> None:
    code = (
        "import sys, zkctl.toolchain.circuit.witness, zkctl.toolchain.circuit.circom_witness;"
        "print([name for name in sys.modules if name.startswith('zkctl.curve')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
