"""plonk zkey: byte-exact round trips and refusals."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from zkctl.formats.binary.sections import read_sections
from zkctl.formats.binary.zkey_plonk import (
    PLONK_KIND,
    SECTION_ORDER,
    PlonkZkey,
    check_key_points,
    read_zkey,
    write_zkey,
)


def written(stored: PlonkZkey) -> bytes:
    out = io.BytesIO()
    write_zkey(out, stored)
    return out.getvalue()


_CO_SNARKS = "co-snarks-examples/plonk/test_vectors"
REAL = (
    "golden_bn128/plonk",
    f"{_CO_SNARKS}/kyc/bls12/kyc",
    f"{_CO_SNARKS}/kyc/bn254/kyc",
    f"{_CO_SNARKS}/sum_arrays/sum_arrays",
)


@pytest.mark.parametrize("name", REAL)
def test_real_files_are_written_as_read(data: Path, name: str) -> None:
    path = data / f"{name}.zkey"
    assert read_sections(path, PLONK_KIND).order == SECTION_ORDER
    stored = read_zkey(path)
    assert written(stored) == path.read_bytes()
    check_key_points(stored)
