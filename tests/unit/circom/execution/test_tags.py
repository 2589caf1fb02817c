"""Tags of a signal that is assigned in parts."""

from __future__ import annotations

from zkctl.circom.execution.tags import TagTable, common


def test_received_tags_need_all_parts() -> None:
    table = TagTable()
    table.receive((), {(): {"binary": None, "max": 3}})
    assert table.values[()] == {"binary": None, "max": 3}
    table.receive((), {(): {"binary": None, "max": 4}})
    assert table.values[()] == {"binary": None}
    table.receive((), {})
    assert table.values[()] == {}


def test_declared_tags_stay_and_lose_their_value() -> None:
    table = TagTable()
    table.declare((), ["max"])
    table.receive((), {(): {"max": 3}})
    assert table.values[()] == {"max": 3}
    table.receive((), {(): {}})
    assert table.values[()] == {"max": None}


def test_values_that_were_set_stay() -> None:
    table = TagTable()
    table.declare(("x",), ["max"])
    table.set_value(("x",), "max", 9)
    assert table.is_set(("x",), "max")
    assert not table.is_set((), "max")
    table.receive((), {("x",): {"max": 3}})
    assert table.below(("x",)) == {(): {"max": 9}}


def test_array_literals_have_what_all_elements_have() -> None:
    parts = [{(): {"a": None, "b": 1}}, {(): {"a": None, "b": 2}}]
    assert common(parts) == {(): {"a": None}}
