"""Names and slots."""

from __future__ import annotations

from zkctl.circom.execution.names import FrameSlots, NameKind


def test_the_newest_declaration_is_meant() -> None:
    slots = FrameSlots()
    outer = slots.declare("x", NameKind.VARIABLE)
    before = slots.names
    inner = slots.declare("x", NameKind.SIGNAL)
    found = slots.find("x")
    assert found is not None
    assert (found.slot, found.kind) == (inner, NameKind.SIGNAL)
    assert before is not None
    seen = before.find("x")
    assert seen is not None
    assert seen.slot == outer
    assert slots.find("y") is None
    assert FrameSlots().find("x") is None
    assert slots.n == 3
