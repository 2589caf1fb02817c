"""Declared signals and the names of their elements."""

from __future__ import annotations

from zkctl.circom.execution.buses import BusShape, Field
from zkctl.circom.execution.wires import Wires, element_suffix
from zkctl.circom.nodes import Role
from zkctl.circom.source import Place
from zkctl.circom.values import ArrayValue, WireValue
from zkctl.constraints.signals import Role as SignalRole

HERE = Place(0, 0, 0)
POINT = BusShape("Point()", {"x": Field("x", (), None, (), 0, HERE), "y": Field("y", (2,), None, (), 1, HERE)}, 3)  # fmt: skip


def test_elements_have_names() -> None:
    assert element_suffix(5, (2, 3), None) == "[1][2]"
    assert element_suffix(5, (2,), POINT) == "[1].y[1]"
    assert element_suffix(0, (), None) == ""
    assert Wires("p", Role.INPUT, (2,), POINT, 7).element_name(3) == "p[1].x"


def test_values_and_what_is_missing() -> None:
    wires = Wires("s", Role.INTERMEDIATE, (2, 2), None, 4)
    wires.assigned = bytearray(b"\1\1\0\1")
    assert wires.size == 4
    assert wires.unassigned(0, 2) is None
    assert wires.unassigned(1, 3) == 2
    row = wires.value(2, (2,), None)
    assert isinstance(row, ArrayValue)
    assert [each.number for each in row.values] == [6, 7]
    single = wires.value(1, (), None)
    assert isinstance(single, WireValue)
    assert single.number == 5


def test_buses_are_groups_of_fields() -> None:
    groups = POINT.groups(SignalRole.OUTPUT)
    assert [(each.name, each.size) for each in groups] == [("x", 1), ("y", 2)]
