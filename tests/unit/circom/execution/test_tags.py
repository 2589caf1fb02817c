"""Tags of a signal that is assigned in parts."""

from __future__ import annotations

from zkctl.circom.execution.buses import BusShape, Field
from zkctl.circom.execution.tags import TagTable, common
from zkctl.circom.source import Place

PLACE = Place(0, 0, 1)


def pair() -> BusShape:
    """A bus of x[2] and y."""
    fields = {"x": Field("x", (2,), None, (), 0, PLACE), "y": Field("y", (), None, (), 2, PLACE)}
    return BusShape("Pair()", fields, 3)


def test_received_tags_need_all_parts() -> None:
    table = TagTable((3,))
    table.receive((), {(): {"binary": None, "max": 3}}, 1)
    assert table.values[()] == {}
    table.receive((), {(): {"binary": None, "max": 4}}, 1)
    assert table.values[()] == {}
    table.receive((), {(): {"binary": None, "max": 3}}, 1)
    assert table.values[()] == {"binary": None}


def test_declared_tags_have_their_value_when_all_parts_have_it() -> None:
    table = TagTable((2,))
    table.declare((), ["max"])
    table.receive((), {(): {"max": 3}}, 1)
    assert table.values[()] == {"max": None}
    table.receive((), {(): {"max": 3}}, 1)
    assert table.values[()] == {"max": 3}
    other = TagTable((2,))
    other.declare((), ["max"])
    for tags in ({"max": 3}, {}):
        other.receive((), {(): tags}, 1)
    assert other.values[()] == {"max": None}


def test_fields_of_all_elements_count() -> None:
    table = TagTable((2,), pair())
    table.declare(("x",), ["max"])
    table.receive((), {("x",): {"max": 3}}, 3)  # the first of two buses
    assert table.values[("x",)] == {"max": None}
    table.receive(("x",), {(): {"max": 3}}, 1)
    table.receive(("x",), {(): {"max": 3}}, 1)
    assert table.values[("x",)] == {"max": 3}


def test_values_that_were_set_stay() -> None:
    table = TagTable((), pair())
    table.declare(("x",), ["max"])
    table.set_value(("x",), "max", 9)
    assert table.is_set(("x",), "max")
    assert not table.is_set((), "max")
    table.receive((), {("x",): {"max": 3}}, 3)
    assert table.below(("x",)) == {(): {"max": 9}}


def test_others_see_the_declared_tags_of_an_output() -> None:
    table = TagTable()
    table.declare((), ["max"])
    table.receive((), {(): {"max": 3, "binary": None}}, 1)
    assert table.values[()] == {"max": 3, "binary": None}
    assert table.declared().values[()] == {"max": 3}


def test_array_literals_have_what_all_elements_have() -> None:
    parts = [{(): {"a": None, "b": 1}}, {(): {"a": None, "b": 2}}]
    assert common(parts) == {(): {"a": None}}
