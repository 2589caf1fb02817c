"""The permutation against a plain loop."""

from __future__ import annotations

import numpy as np
import pytest

from zkctl.constraints.plonk.permutation import permutation


def plain(wires: np.ndarray, n: int, n_fixed: int) -> list[list[int]]:
    """The definition, place by place."""
    sigma = [[column * n + row for row in range(n)] for column in range(3)]
    last: dict[int, int] = {}
    first: dict[int, tuple[int, int]] = {}
    for row in range(n - n_fixed):
        for column in range(3):
            wire = int(wires[column, row]) if row < wires.shape[1] else 0
            if wire in last:
                sigma[column][row] = last[wire]
            else:
                first[wire] = (column, row)
            last[wire] = column * n + row
    for wire, (column, row) in first.items():
        sigma[column][row] = last[wire]
    return sigma


@pytest.mark.parametrize(("n_rows", "n", "n_fixed"), [(5, 8, 0), (6, 8, 2), (8, 8, 0), (1, 8, 2)])
@pytest.mark.parametrize("n_wires", [1, 2, 7, 30])
def test_against_the_definition(n_rows: int, n: int, n_fixed: int, n_wires: int) -> None:
    wires = np.random.default_rng(n_rows * n_wires).integers(0, n_wires, (3, n_rows))
    found = permutation(wires.astype(np.uint32), n, n_fixed)
    assert found.tolist() == plain(wires, n, n_fixed)


def test_no_rows_at_all() -> None:
    wires = np.zeros((3, 0), np.uint32)
    assert permutation(wires, 8, 8).tolist() == np.arange(24).reshape(3, 8).tolist()
    assert permutation(wires, 8).tolist() == plain(wires, 8, 0)


def test_wires_near_the_largest_number() -> None:
    wires = np.array([[2**32 - 1, 0], [2**31, 2**32 - 1], [0, 2**31]], np.uint32)
    assert permutation(wires, 2).tolist() == plain(wires, 2, 0)
