"""Names and slots."""

from __future__ import annotations

from zkctl.circom.execution.names import Kind, Slots


def test_the_newest_declaration_is_meant() -> None:
    slots = Slots()
    outer = slots.declare("x", Kind.VARIABLE)
    before = slots.names
    inner = slots.declare("x", Kind.SIGNAL)
    found = slots.find("x")
    assert found is not None
    assert (found.slot, found.kind) == (inner, Kind.SIGNAL)
    assert before is not None
    seen = before.find("x")
    assert seen is not None
    assert seen.slot == outer
    assert slots.find("y") is None
    assert Slots().find("x") is None
    assert slots.n == 3
