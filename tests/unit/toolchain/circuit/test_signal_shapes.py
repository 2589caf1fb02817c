"""Shapes from the names in a .sym file, and values that fit them or do not."""

from __future__ import annotations

import pytest

from zkctl.errors import FormatError, InputError
from zkctl.formats.json.strict import Json
from zkctl.toolchain.circuit.signal_shapes import (
    InputPlace,
    Shape,
    check_fits,
    few,
    in_words,
    is_nested,
    shapes_of,
)

PLACE = InputPlace("in.json", "a.sym")
SCALAR = Shape((), {})
POINT = {"x": SCALAR, "y": Shape((2,), {})}
POINT_NAMES = ("x", "y[0]", "y[1]")


def test_arrays() -> None:
    names = ["o", *(f"m[{i}][{j}]" for i in range(2) for j in range(3))]
    assert shapes_of(names, "a.sym") == {"o": SCALAR, "m": Shape((2, 3), {})}


def test_buses() -> None:
    names = [f"s.p[{k}].{part}" for k in range(2) for part in POINT_NAMES] + ["s.w", "k"]
    shapes = shapes_of(names, "a.sym")
    assert shapes == {"s": Shape((), {"p": Shape((2,), POINT), "w": SCALAR}), "k": SCALAR}
    assert (shapes["s"].size, shapes["s"].members["p"].size) == (7, 6)
    assert list(shapes["s"].members) == ["p", "w"]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["a[0]", "a"], "the signal a is no element of an array or bus"),
        (["a[0"], "the signal a[0 is no element of an array or bus"),
        (["a."], "the signal a. is no element of an array or bus"),
        (["a..b"], "the signal a..b is no element of an array or bus"),
        (["a[0]", "a[2]"], "signal a has the shape of 3 signals, got 2"),
        (["a[9999999999]"], "signal a has the shape of 10000000000 signals, got 1"),
        (["a", "a"], "signal a has the shape of 1 signals, got 2"),
        (["s[0].x", "s[1].y"], "signal s has the shape of 4 signals, got 2"),
    ],
)
def test_names_that_are_no_whole_arrays(names: list[str], message: str) -> None:
    with pytest.raises(FormatError) as caught:
        shapes_of(names, "a.sym")
    assert (caught.value.message, caught.value.where) == (message, "a.sym")


FITTING: list[tuple[Json, Shape]] = [
    ("1", SCALAR),
    (["1"], SCALAR),
    ([["1", 2, 3], [4, 5, 6]], Shape((2, 3), {})),
    (["1", 2, 3, 4, 5, 6], Shape((2, 3), {})),
    ({"x": 1, "y": [2, 3]}, Shape((), POINT)),
    ({"y": [2, 3], "z": 1}, Shape((), POINT)),
    ([1, 2, 3], Shape((), POINT)),
    ([{"x": 1, "y": [2, 3]}, {"x": 1, "y": [2, 3]}], Shape((2,), POINT)),
    ([[1, 2, 3], [4, 5, 6]], Shape((2,), POINT)),
    ([1, 2, 3, 4, 5, 6], Shape((2,), POINT)),
    ([], Shape((0,), {})),
]


@pytest.mark.parametrize(("value", "shape"), FITTING)
def test_values_that_fit(value: Json, shape: Shape) -> None:
    check_fits(value, shape, "a", PLACE)


@pytest.mark.parametrize(
    ("value", "shape", "message"),
    [
        ([[1, 2], [3, 4], [5, 6]], Shape((2, 3), {}), "input a needs an array [2][3], but a is a list of 3"),
        ([[1, 2, 3], [4, 5]], Shape((2, 3), {}), "input a needs an array [2][3], but a[1] is a list of 2"),
        ([[1, 2, 3], 4], Shape((2, 3), {}), "input a needs an array [2][3], but a[1] is a single value"),
        ([[1, 2, 3], [4, 5, [6]]], Shape((2, 3), {}), "input a needs an array [2][3], but a[1][2] is a list of 1"),
        ([[1, 2, 3, 4, 5, 6]], Shape((6,), {}), "input a needs an array [6], but a is a list of 1"),
        ([[1]], SCALAR, "input a needs a single value, but a is a list of 1"),
        ({"x": 1}, SCALAR, "input a needs a single value, but a is an object"),
        ([1, 2], SCALAR, "input a needs a single value, but a is a list of 2"),
        (1, Shape((), POINT), "input a needs an object with x, y[2], but a is a single value"),
        ({"y": [[2, 3]]}, Shape((), POINT), "input a.y needs an array [2], but a.y is a list of 1"),
        ([{"x": 1}], Shape((2,), POINT), "input a needs an array [2] of objects with x, y[2], but a is a list of 1"),
        ([{"x": 1}, [1, 2]], Shape((2,), POINT), "input a needs an array [2] of objects with x, y[2], but a[1] is a list of 2"),
        ([{"x": 1}, {"x": [[1]]}], Shape((2,), POINT), "input a[1].x needs a single value, but a[1].x is a list of 1"),
    ],
)  # fmt: skip
def test_values_that_do_not_fit(value: Json, shape: Shape, message: str) -> None:
    with pytest.raises(InputError) as caught:
        check_fits(value, shape, "a", PLACE)
    assert (caught.value.message, caught.value.where) == (message, "in.json")
    assert caught.value.hint == "the shape is that in a.sym"


def test_words() -> None:
    assert in_words("m", Shape((2, 3), {})) == "m[2][3]"
    assert few(["a"] * 8) == "a, a, a, a, a, a, a, a"
    assert few(["a"] * 10).endswith("a and 2 more")
    assert [is_nested(v) for v in (1, [1, 2], [1, [2]], {"x": 1}, [{"x": 1}])] == [False, False, True, True, True]  # fmt: skip
