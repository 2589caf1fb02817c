"""Words that are held as bytes answer as arrays do, and stay bytes until an array is asked for."""

from __future__ import annotations

import numpy as np
import pytest

from zkctl.curve import BN254, G1Array
from zkctl.field import BN254_FR, FieldArray

VALUES = [3, 1 << 200, BN254_FR.modulus - 1, 0, 7]


def elements() -> FieldArray:
    return FieldArray.from_ints(BN254_FR, VALUES)


@pytest.mark.parametrize(
    "index", [0, -1, 4, slice(1, 3), slice(None), slice(3, 1), slice(-2, None), slice(9, 12)]
)
def test_parts_are_those_of_the_array(index: int | slice) -> None:
    held, array = elements(), FieldArray(BN254_FR, elements().data)
    part = held[index]
    assert held.is_bytes and part.is_bytes
    assert part.shape == array[index].shape
    assert part.to_bytes() == array[index].data.tobytes()


def test_other_parts_are_asked_of_the_array() -> None:
    held = elements()
    assert held[::2].to_ints() == VALUES[::2]
    assert not held.is_bytes
    assert elements()[np.array([4, 0])].to_ints() == [7, 3]
    assert elements()[0][None].shape == (1,)  # type: ignore[index]  # a new axis, as in numpy


def test_a_row_that_is_not_there() -> None:
    for index in (5, -6):
        with pytest.raises(IndexError, match="range object index out of range"):
            elements()[index]


def test_the_array_replaces_the_bytes_and_may_be_written() -> None:
    held = elements()
    held.data[0] = held.data[4]
    assert held.to_ints() == [7, *VALUES[1:]]
    assert held.to_bytes() == held.data.tobytes()


def test_shapes_without_rows() -> None:
    none = FieldArray.from_ints(BN254_FR, [])
    assert none.is_bytes and len(none) == 0 and none.data.shape == (0, 4)
    assert G1Array.from_ints(BN254.g1, []).data.shape == (0, 8)
