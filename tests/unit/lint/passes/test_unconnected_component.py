from __future__ import annotations

from tests.support.linted import foreign, foreign_messages

SQUARE = ({2: 1}, {2: 1}, {1: 1})
INSIDE = ({3: 1}, {3: 1}, {4: 1})
NAMES = ["o", "x", "c.in", "c.out", "c.spare"]


def test_a_component_that_no_constraint_connects_with_its_parent() -> None:
    """B26: inputs and outputs of a component in no constraint of its parent."""
    system = foreign([SQUARE, INSIDE], NAMES[:4], n_outputs=1, n_inputs=1)
    assert foreign_messages(system, "L016") == [
        "component c is unconnected: no constraint has a signal of it and one of its parent"
    ]


def test_a_component_that_is_connected() -> None:
    rows = [SQUARE, INSIDE, ({}, {}, {3: 1, 2: -1})]
    assert foreign_messages(foreign(rows, NAMES[:4], n_outputs=1, n_inputs=1), "L016") == []


def test_a_signal_of_a_connected_component_in_no_constraint() -> None:
    rows = [SQUARE, INSIDE, ({}, {}, {3: 1, 2: -1})]
    assert foreign_messages(foreign(rows, NAMES, n_outputs=1, n_inputs=1), "L016") == [
        "signals of component c are in no constraint: c.spare"
    ]


def test_the_outermost_of_nested_components_is_named() -> None:
    names = ["o", "x", "c.d.in", "c.d.out"]
    system = foreign([SQUARE, INSIDE], names, n_outputs=1, n_inputs=1)
    (found,) = foreign_messages(system, "L016")
    assert found.startswith("component c.d is unconnected")
