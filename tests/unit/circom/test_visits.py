"""The tree of components, parents before children."""

from __future__ import annotations

from tests.support.circom_instances import two_squares
from zkctl.circom.visits import InstanceTree


def test_components_have_the_offsets_of_the_files() -> None:
    tree = InstanceTree(two_squares())
    visits = tree.visits
    assert len(visits) == 3
    assert visits.instances.tolist() == [1, 0, 0]
    assert visits.signals.tolist() == [0, 2, 4]
    assert visits.parents.tolist() == [0, 0, 0]
    assert visits.places.tolist() == [-1, 0, 1]
    assert tree.child_offsets(tree.main).visits.tolist() == [1, 2]


def test_the_components_below_an_instance_have_its_own_numbers() -> None:
    tree = InstanceTree(two_squares())
    inner = tree.main.children[1].instance
    assert tree.visits_of(inner).signals.tolist() == [0]
    assert tree.visits_of(tree.main) is tree.visits
