"""Constraints and names in the order of the tree."""

from __future__ import annotations

import numpy as np

from tests.support.circom_instances import P, two_squares
from zkctl.circom.layout import Layout, own_names


def test_parents_come_before_children() -> None:
    layout = Layout(two_squares(), P)
    rows = layout.rows()
    assert rows.n_rows == 5
    assert [rows.constraint(k).c for k in range(3)] == [{4: 12, 2: 1}, {6: 12, 3: 1}, {1: 12, 5: 1}]
    assert rows.constraint(4) == ({6: 12}, {6: 1}, {5: 12})


def test_names_have_labels_wires_and_numbers_of_instances() -> None:
    layout = Layout(two_squares(), P)
    wires = np.array([0, 1, 2, -1, -1, 3, 4])
    assert list(layout.symbols(wires)) == [
        (1, 1, 1, "main.b"),
        (2, 2, 1, "main.a"),
        (3, -1, 0, "main.c.y"),
        (4, -1, 0, "main.c.x"),
        (5, 3, 0, "main.d.y"),
        (6, 4, 0, "main.d.x"),
    ]
    assert own_names(two_squares()) == ["b", "a"]
    assert layout.labels_of_custom.tolist() == []
