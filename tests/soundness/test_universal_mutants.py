"""Mutants of the files of PLONK and fflonk: a documented exit code, never a wrong acceptance."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.soundness.universal_mutants import answers


def counted(folder: Path, count: int, seed: int) -> Counter[int]:
    return Counter(code for _, code in answers(folder, count, seed))


def test_three_hundred_mutants(tmp_path: Path) -> None:
    counts = counted(tmp_path, 300, 1)
    assert counts.total() == 300
    assert counts[3] > 100  # they are not all harmless
    assert counts[1] > 20  # nor all malformed


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 12))
def test_twenty_thousand_mutants(tmp_path: Path, seed: int) -> None:
    """Two thousand for each seed, so that each takes less than the time limit of a test on a busy machine."""
    assert counted(tmp_path, 2_000, seed).total() == 2_000
