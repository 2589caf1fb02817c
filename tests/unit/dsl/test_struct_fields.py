"""The values of structures, taken apart and built again."""

from __future__ import annotations

from zkctl.dsl import Signal, Struct, sized
from zkctl.dsl.struct_fields import Fields, Sizes, of_values, values_of


class Point(Struct):
    """A point."""

    x: Signal
    y: Signal


def test_values_go_in_the_order_of_the_fields() -> None:
    point = Point(y=2, x=1)
    assert list(values_of(point).items()) == [("x", 1), ("y", 2)]
    assert of_values(Point, [3, 4]) == Point(3, 4)
    assert isinstance(point, Fields)
    assert Fields.__fields__ == ()


def test_sizes_are_kept_for_the_circuit() -> None:
    assert sized("n", 2) == Sizes(("n", 2), None)
    assert sized(bits="width") == Sizes((), "width")
