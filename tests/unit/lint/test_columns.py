"""Rows as arrays are the rows that they were made of."""

import numpy as np
import pytest

from zkctl.lint.columns import Columns
from zkctl.lint.system import Row


def rows() -> Columns:
    """2 x * y = z + 1 and x * 1 = 0, with the coefficients 1 and 2."""
    starts = np.array([0, 1, 2, 4, 5, 6, 6])
    wires = np.array([1, 2, 0, 3, 1, 0])
    return Columns(starts, wires, np.array([1, 0, 0, 0, 0, 0]), [1, 2])


def test_rows_have_their_three_sides() -> None:
    assert list(rows()) == [Row({1: 2}, {2: 1}, {0: 1, 3: 1}), Row({1: 1}, {0: 1}, {})]


def test_length_positions_and_slices() -> None:
    found = rows()
    assert len(found) == 2
    assert found[-1] == found[1]
    assert found[0:2] == list(found)


def test_a_row_that_is_not_there() -> None:
    with pytest.raises(IndexError):
        rows()[2]


def test_position_of_coefficients() -> None:
    assert rows().position == {1: 0, 2: 1}
