"""Origins of rows: a node for each component, and one for each of its places."""

from __future__ import annotations

import numpy as np

from tests.support.circom_instances import place, program, two_squares
from zkctl.circom.places import ComponentPlaces, is_main, template_of
from zkctl.circom.visits import InstanceTree
from zkctl.constraints.source_map import Span


def test_nodes_of_a_component_follow_each_other() -> None:
    tree = InstanceTree(two_squares())
    places = ComponentPlaces(program(), tree)
    assert places.first_nodes.tolist() == [1, 5, 7]
    assert places.local_nodes(0, [place(b"y <== x * x"), place(b"template Two")]) == [1, 0]
    found = places.source_map(np.array([8], np.uint32))
    assert found.node_parents.tolist() == [0, 0, 1, 1, 1, 1, 5, 1, 7]
    assert [span.text.strip()[:9] for span in found.chain(8)] == ["template ", "signal in", "component"]  # fmt: skip


def test_the_line_of_a_component_is_in_its_template() -> None:
    assert template_of("Tree(3), component levels[0]") == template_of("Tree(3)") == "Tree(3)"
    assert is_main(Span("a.circom", 1, 1, 2, "main", ""))
    assert not is_main(Span("a.py", 1, 1, 2, "main", ""))
    assert not is_main(Span("a.circom", 1, 1, 2, "Tree(3)", ""))
