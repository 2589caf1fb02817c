from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.circom.python.programs import library
from zkctl.circom.python.values import NamedValues
from zkctl.dsl import Array, Signal, Struct, circuit, constrain, private
from zkctl.errors import CircuitError

A = {"x": 2, "y": [3, 4]}
B = [{"x": 5, "y": [6, 7]}, {"x": 8, "y": (9, 10)}]


class Point(Struct):
    x: Signal
    y: Array[Signal]


def test_one_output_several_and_none(tmp_path: Path) -> None:
    found = library(tmp_path)
    assert found.Square()(3) == 10
    assert list(found.Ones(3)()) == [1, 1, 1]
    assert found.Three()(3) is None
    several = found.Bits()(5)
    assert (several.n, several["o"], *several) == (3, 5, 3, 5)
    assert repr(several) == "(n=3, o=5)"
    with pytest.raises(AttributeError, match="no output z: the names are n, o"):
        _ = several.z


def test_names_that_python_reserves(tmp_path: Path) -> None:
    words = library(tmp_path).Words()
    assert words(in_=2, lambda_=5) == words(**{"in": 2, "lambda": 5}) == words(2, 5) == 10

    class Two(NamedValues):
        _fields = ("pass", "in_", "in")

    two = Two(7, 8, 9)
    assert (two.pass_, two.in_, two["in"]) == (7, 8, 9)


def test_buses_are_nested_by_name(tmp_path: Path) -> None:
    points = library(tmp_path).Points(2)
    found = points(a=A, b=B)
    assert (found.out.x, list(found.out.y), found.all[1].x, found.sum) == (10, [3, 4], 8, 3)
    again = points(found.out, [found.all[0], {"x": 1, "y": [1, 1]}])
    assert (again.out.x, list(again.all[0].y)) == (50, [6, 7])

    @circuit
    def of_structures(x: Signal = private(), y: Array[Signal] = private(2)) -> Any:
        return points(Point(x, y), b=[Point(x, y), {"x": y[0], "y": [x, 1]}])

    compiled = of_structures.compile()
    wires = compiled.witness(x=2, y=[3, 4])
    assert [name for _, _, _, name in compiled.symbols()][:3] == [
        "main.out.x",
        "main.out.y[0]",
        "main.out.y[1]",
    ]
    assert wires[1:4] == [4, 3, 4]


@pytest.mark.parametrize(
    ("given", "named", "message", "hint"),
    [
        ((3,), {}, r"Words\(\) has wrong inputs: expected in_, lambda_, got in_\n", "the inputs of Words() are in_, lambda_"),
        ((3, 4, 5), {}, r"Words\(\) has wrong inputs: expected 2, got 3", "the inputs of Words() are in_, lambda_"),
        ((3,), {"in_": 4}, r"Words\(\) got its input in twice", "the inputs of Words() are in_, lambda_"),
        ((3,), {"z": 4}, r"Words\(\) has wrong inputs: expected in_, lambda_, got in_, z", "the inputs of Words() are in_, lambda_"),
        (("a", 4), {}, r"input in of Words\(\) must be a signal or an integer, got a str", "a text becomes a number"),
        (([1], 4), {}, r"wrong input of Words\(\): input in needs a single value, but in is a list of 1", ""),
    ],
)  # fmt: skip
def test_wrong_inputs(given: Any, named: Any, message: str, hint: str, tmp_path: Path) -> None:
    with pytest.raises(CircuitError, match=message) as refused:
        library(tmp_path).Words()(*given, **named)
    assert refused.value.hint.startswith(hint)


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        (1, B, "input a needs an object with x, y"),
        ({"x": 2, "y": [3, 4, 5]}, B, r"input a.y needs an array \[2\], but a.y is a list of 3"),
        ({"x": 2, "z": [3, 4]}, B, "no value for input a.y"),
        (A, B[:1], r"input b needs an array \[2\] of objects with x, y"),
    ],
)
def test_wrong_shapes(a: Any, b: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(CircuitError, match=message):
        library(tmp_path).Points(2)(a, b)


def test_values_of_the_language_are_taken(tmp_path: Path) -> None:
    total = library(tmp_path).Sum(4)

    @circuit
    def sums(x: Array[Signal] = private(4), y: Signal = private()) -> Signal:
        constrain(total(x) == total([y, 0, 0, 0]))
        return total([x[0] * y, *x[1:3], 5])  # type: ignore[no-any-return]

    assert sums.compile().witness(x=[1, 2, 3, 4], y=10)[1] == 20
    assert sums([1, 2, 3, 4], 10) == 20
