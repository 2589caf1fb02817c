from __future__ import annotations

from zkctl.constraints.tree import Tree


def test_children_are_made_once_and_grafts_merge() -> None:
    tree = Tree()
    a = tree.child(0, 5)
    assert tree.child(0, 5) == a
    b = tree.child(a, 6)
    other = Tree()
    other.child(other.child(0, 6), 7)
    numbers = tree.graft(other, a)
    assert numbers[0] == a
    assert numbers[1] == b
    assert tree.path(numbers[2]) == [7, 6, 5]
    assert tree.graft(other, a) == numbers
    assert len(tree) == 4
    assert tree.path(0) == []
