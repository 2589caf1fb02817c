from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from zkctl.dsl import Array, Signal, Uint, circuit, constrain, private
from zkctl.errors import CircuitError, UnsatisfiedError


def test_shape_indexing_and_slicing() -> None:
    array = Array([[1, 2, 3], [4, 5, 6]])
    assert array.shape == (2, 3)
    assert (len(array), array.flat) == (2, [1, 2, 3, 4, 5, 6])
    assert array[1].flat == [4, 5, 6]
    assert array[-1, 0] == 4
    assert array[0, 1:].flat == [2, 3]
    assert array[:, 1].flat == [2, 5]
    assert array[:, ::2].shape == (2, 2)
    assert array[1:].shape == (1, 3)
    assert array[5:].shape == (0, 3)
    assert [row.flat for row in array] == [[1, 2, 3], [4, 5, 6]]
    assert [a + b for a, b in zip(array[0], array[1], strict=True)] == [5, 7, 9]
    assert "shape=(2, 3)" in repr(array)
    with pytest.raises(IndexError, match="index 2 is outside an array of 2"):
        array[2]


def test_arithmetic_is_element_wise() -> None:
    x, y = Array([1, 2]), Array([10, 20])
    assert (x + y).flat == [11, 22]
    assert (y - x).flat == [9, 18]
    assert (5 - x).flat == [4, 3]
    assert (x * y).flat == [10, 40]
    assert (2 * x + 1).flat == [3, 5]
    assert (x - [3, 4]).flat == [-2, -2]
    assert (-x).flat == [-1, -2]


def run(body: Callable[[Array[Signal]], Any]) -> Any:
    @circuit
    def example(a: Array[Signal] = private(3)) -> None:
        body(a)

    return example.compile()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            lambda a: a[a[0]],
            "a signal cannot be an index: the circuit is the same for every witness",
        ),
        (lambda a: a["x"], "an array index must be an integer or a slice, got a str"),
        (lambda a: a[0, 0], r"2 indices for an array of shape \(3,\)"),
        (lambda a: a + a[:2], r"arrays of shapes \(3,\) and \(2,\) do not combine"),
        (
            lambda a: Array([a, a[0]]),
            r"the elements of an array have different shapes: \(\) and \(3,\)",
        ),
        (lambda a: 1 if a else 0, "an array is neither true nor false"),
        (lambda a: 1 if a == [1, 2, 3] else 0, "an array is neither true nor false"),
    ],
)
def test_refusals(body: Callable[[Array[Signal]], Any], message: str) -> None:
    with pytest.raises(CircuitError, match=message):
        run(body)


def test_a_signal_as_index_points_to_select() -> None:
    with pytest.raises(CircuitError) as caught:
        run(lambda a: a[a[0]])
    assert "select(bit, a, b) or mux(bits, values)" in caught.value.hint


@pytest.mark.parametrize(
    "change",
    [
        lambda a, x: a.append(x),
        lambda a, x: a.extend([x]),
        lambda a, x: a.sort(),
        lambda a, x: a.__setitem__(0, x),
        lambda a, x: a.__delitem__(0),
    ],
)
def test_arrays_are_not_changed(change: Any) -> None:
    with pytest.raises(CircuitError, match="an Array cannot be changed") as caught:
        change(Array([1, 2]), 3)
    assert "v = list(a)" in caught.value.hint


def test_other_attributes_do_not_exist() -> None:
    with pytest.raises(AttributeError, match="an Array has no attribute mean"):
        Array([1, 2]).mean()
    assert not hasattr(Array([1]), "__array__")


def test_zip_is_strict() -> None:
    assert Array([1, 2]).zip([3, 4]) == [(1, 3), (2, 4)]
    assert Array([1, 2]).zip(Array([3, 4]), (5, 6)) == [(1, 3, 5), (2, 4, 6)]
    with pytest.raises(
        CircuitError,
        match=r"only arrays of one length are zipped: expected 2 elements each, got 2, 3",
    ):
        Array([1, 2]).zip([3, 4], [5, 6, 7])


def test_comparisons_element_by_element() -> None:
    @circuit
    def ordered(x: Array[Uint] = private(3, bits=8), y: Array[Uint] = private(3, bits=8)) -> None:
        constrain(x <= y, "not below")
        constrain(x[:2] < 9)

    compiled = ordered.compile()
    assert compiled.r1cs.n_constraints == 48 + 24 + 8
    compiled.witness(x=[1, 8, 255], y=[1, 9, 255])
    with pytest.raises(UnsatisfiedError, match=r"not below \(8 is not <= 7\)"):
        compiled.witness(x=[1, 8, 255], y=[1, 7, 255])


def test_parts_share_their_elements() -> None:
    array = Array([[[1, 2], [3, 4]], [[5, 6], [7, 8]], [[9, 10], [11, 12]]])
    part = array[1:]
    assert part.shape == (2, 2, 2)
    assert part.flat == [5, 6, 7, 8, 9, 10, 11, 12]
    assert part[1:][0].flat == [9, 10, 11, 12]
    assert part[0][1:][0][-1] == 8
    assert [row.flat for row in part[0]] == [[5, 6], [7, 8]]
    assert part[:, 1, 0].flat == [7, 11]
    assert part[::-1].flat == [9, 10, 11, 12, 5, 6, 7, 8]
    assert array[::2][1].flat == [9, 10, 11, 12]
    assert array[3:].flat == [] == array[2:1].flat
    assert (part[1] + part[0]).flat == [14, 16, 18, 20]
    assert Array([part[0], part[1]]).flat == part.flat
    assert list(Array([4, 5, 6])[1:]) == [5, 6]
    first = part.flat
    first[0] = 100
    assert part.flat[0] == 5
    assert "[5, 6, 7, 8]..." in repr(part)


def test_sum_of_all_elements() -> None:
    assert Array([[1, 2], [3, 4]]).sum() == 10
    assert Array([[1, 2], [3, 4]])[1:].sum() == 7
    assert Array([]).sum() == 0
