"""Names and slots."""

from __future__ import annotations

import random

from zkctl.circom.execution.names import FrameSlots, NameKind, Names


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


def test_names_of_another_place() -> None:
    """The names at any place, in any order, are those of a walk through all declarations."""
    rng = random.Random(1)
    slots = FrameSlots()
    places: list[Names | None] = [None]
    for _ in range(400):
        slots.names = rng.choice([slots.names, slots.names, rng.choice(places)])
        if rng.random() < 0.6:
            slots.declare(rng.choice("abcdef"), NameKind.VARIABLE)
            places.append(slots.names)
        for name in rng.sample("abcdef", 2):
            assert slots.find(name) is (slots.names.find(name) if slots.names else None)
