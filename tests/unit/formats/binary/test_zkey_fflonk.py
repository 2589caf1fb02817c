"""fflonk zkey: byte-exact round trips and refusals."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from zkctl.formats.binary.sections import read_sections
from zkctl.formats.binary.zkey_fflonk import (
    FFLONK_KIND,
    SECTION_ORDER,
    FflonkZkey,
    check_key_points,
    read_zkey,
    write_zkey,
)


def written(stored: FflonkZkey) -> bytes:
    out = io.BytesIO()
    write_zkey(out, stored)
    return out.getvalue()


REAL = ("golden_bn128/fflonk",)


@pytest.mark.parametrize("name", REAL)
def test_real_files_are_written_as_read(data: Path, name: str) -> None:
    path = data / f"{name}.zkey"
    assert read_sections(path, FFLONK_KIND).order == SECTION_ORDER
    stored = read_zkey(path)
    assert written(stored) == path.read_bytes()
    check_key_points(stored)
