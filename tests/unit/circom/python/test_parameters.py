from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.unit.circom.python.programs import library
from zkctl.circom.nodes import ArrayLiteral, Number
from zkctl.circom.python.parameters import expression_of, shown_parameters
from zkctl.circom.source import Place
from zkctl.dsl import Signal, circuit, private
from zkctl.errors import CircuitError

HERE = Path(__file__).parent


def test_integers_lists_and_nested_lists(tmp_path: Path) -> None:
    table = library(tmp_path).Table
    assert table([1, 2], [[3], [4]])(10) == 24
    assert table(m=((3,), (4,)), t=(1, 2))(10) == 24
    assert table(np.array([1, 2]), np.array([[3], [4]]))(10) == 24
    assert library(tmp_path).Sum(np.int64(2))([1, 2]) == 3
    assert table([1, -1], [[3], [4]])(3) == 1


@pytest.mark.parametrize(
    ("given", "named", "message", "hint"),
    [
        ((1,), {}, "Table got no value for its parameter m", "its parameters are t, m"),
        ((1, 2, 3), {}, "Table has wrong parameters: expected 2, got 3", "its parameters are t, m"),
        ((1, 2), {"k": 3}, "Table has no parameter k", "its parameters are t, m"),
        ((1, 2), {"t": 3}, "Table got its parameter t twice", ""),
        (([1, "a"], 2), {}, "the parameter t of Table must be an integer or a list of integers, got a str", ""),
        (([], 2), {}, "the parameter t of Table is an empty list", ""),
    ],
)  # fmt: skip
def test_refused(given: Any, named: Any, message: str, hint: str, tmp_path: Path) -> None:
    with pytest.raises(CircuitError, match=message) as refused:
        library(tmp_path).Table(*given, **named)
    assert refused.value.hint == hint


def test_signals_are_no_parameters(tmp_path: Path) -> None:
    found = library(tmp_path)

    @circuit
    def as_parameter(x: Signal = private()) -> Signal:
        return found.Sum(x)([x])  # type: ignore[no-any-return]

    @circuit
    def forgotten(x: Signal = private()) -> Signal:
        return found.Table(x)  # type: ignore[return-value]

    with pytest.raises(CircuitError, match="the parameter n of Sum is a signal") as refused:
        as_parameter.compile()
    assert refused.value.hint.startswith("parameters are integers")
    with pytest.raises(CircuitError, match="Table got no value for its parameter m") as refused:
        forgotten.compile()
    assert refused.value.hint.endswith("write Table(t, m)(signals)")


def test_syntax_of_parameters() -> None:
    place = Place(0, 1, 2)
    found = expression_of((1, (-1,)), 7, place)
    assert isinstance(found, ArrayLiteral)
    first, second = found.values
    assert isinstance(first, Number)
    assert isinstance(second, ArrayLiteral)
    assert (first.value, second.values[0].value) == (1, 6)  # type: ignore[union-attr]
    assert shown_parameters([3, (1, (2, 3))]) == "3,[1,[2,3]]"
