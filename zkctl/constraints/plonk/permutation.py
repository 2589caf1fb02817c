"""The permutation that ties the places of a wire together: sigma moves each place to the one before it with the same wire.

Places are the columns a, b, c of each row, row by row; the first place of a wire is moved to its last one.
Source: docs/reference/formats.md, "Rows of PLONK and FFLONK".
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Index = NDArray[np.int64]


def permutation(wires: NDArray[np.uint32], n: int, n_fixed: int = 0) -> Index:
    """Return for each place the number column * n + row of the place that sigma moves it to.

    Rows after those given hold wire 0 in each column, except that the places of the last `n_fixed` rows stay where they are.
    Shapes: (3, n_rows), n_rows + n_fixed <= n -> (3, n).
    """
    moved, n_rows = np.zeros((n - n_fixed, 3), np.uint32), wires.shape[1]
    moved[:n_rows] = wires.T
    wire_of = moved.reshape(-1)
    order = np.argsort(wire_of, kind="stable")  # place row * 3 + column, wire by wire
    before = np.empty_like(order)
    if len(order):
        is_first = np.diff(wire_of[order], prepend=-1).astype(np.bool_)
        first = np.flatnonzero(is_first)
        last = np.append(first[1:], len(order)) - 1
        before[1:] = order[:-1]
        before[first] = order[last]
    sigma = np.arange(3 * n, dtype=np.int64).reshape(3, n)
    target = before % 3 * n + before // 3
    sigma[order % 3, order // 3] = target
    return sigma
