"""Annotations become value types."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, NewType, TypeVar

import pytest

from zkctl.dsl import Array, Bit, Signal, Uint
from zkctl.dsl.annotations import value_type
from zkctl.errors import CircuitError


class Point(NamedTuple):
    x: Signal
    y: Signal


class Counted(NamedTuple):
    flag: Bit
    count: int


Named = NewType("Named", Bit)  # type: ignore[valid-newtype]  # a class for mypy, a function at run time
Bound = TypeVar("Bound", bound=Uint)
Either = TypeVar("Either", Bit, Uint)


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        (Signal, "Signal"),
        (Bit, "Bit"),
        (Array[Uint], "Array[Uint]"),
        (list[Bit], "list[Bit]"),
        (Sequence[Sequence[Bit]], "Sequence[Sequence[Bit]]"),
        (Iterable[Signal], "Sequence[Signal]"),
        (tuple[Bit, ...], "tuple[Bit, ...]"),
        (tuple[Signal, Bit], "tuple[Signal, Bit]"),
        (tuple[Signal, int], "tuple[Signal, int]"),
        (Point, "Point"),
        (Counted, "Counted"),
        (Signal | None, "Signal | None"),
        (Signal | int, "Signal"),
        (Signal | Array[Bit] | None, "Signal | Array[Bit] | None"),
        (Signal | str, "Signal | str"),
        (Named, "Bit"),
        (Bound, "Uint"),
        (Either, "Bit | Uint"),
    ],
)
def test_types_with_signals(annotation: Any, text: str) -> None:
    kind = value_type(annotation)
    assert kind is not None
    assert kind.text == text


@pytest.mark.parametrize(
    "annotation",
    [None, int, Any, list[int], tuple[int, str], int | None, Callable[[Signal], Bit], type[Signal], Literal[1], TypeVar("T")],
)  # fmt: skip
def test_plain_types(annotation: Any) -> None:
    assert value_type(annotation) is None


@pytest.mark.parametrize(
    "annotation", [dict[str, Bit], set[Signal], Mapping[str, list[Uint]], list[dict[str, Signal]]]
)
def test_signals_in_other_containers(annotation: Any) -> None:
    with pytest.raises(
        CircuitError, match="is no type of circuits: expected signals in lists or tuples"
    ) as caught:
        value_type(annotation)
    assert "the types are Signal, Uint and Bit" in caught.value.hint
