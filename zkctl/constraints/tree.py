"""Trees stored as two lists: callers and components."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Tree:
    """Node 0 is the root; node k has a label (a number that the owner defines) and a parent below k."""

    labels: list[int] = field(default_factory=lambda: [0])
    parents: list[int] = field(default_factory=lambda: [0])
    _known: dict[tuple[int, int], int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.labels)

    def child(self, parent: int, label: int) -> int:
        """Return the child of `parent` with this label; made if it does not exist."""
        key = (parent, label)
        node = self._known.get(key)
        if node is None:
            node = self._known[key] = len(self.labels)
            self.labels.append(label)
            self.parents.append(parent)
        return node

    def graft(self, other: Tree, at: int) -> list[int]:
        """Merge `other` into this tree with its root at node `at`; returns the new number of each of its nodes."""
        numbers = [at]
        for label, parent in zip(other.labels[1:], other.parents[1:], strict=True):
            numbers.append(self.child(numbers[parent], label))
        return numbers

    def path(self, node: int) -> list[int]:
        """Return the labels from `node` up to the root, without the root's."""
        labels = []
        while node:
            labels.append(self.labels[node])
            node = self.parents[node]
        return labels
