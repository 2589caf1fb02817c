"""The tree of components: every component is a visit of its instance at an offset, in the order of the files."""

from __future__ import annotations

from collections.abc import Iterator

from zkctl.circom.instance import Instance
from zkctl.constraints.sides import Ints
from zkctl.runtime.arrays import np
from zkctl.runtime.records import record


@record(eq=False)
class Visits:
    """Components below an instance, itself first, parents before children.

    Shapes: (n_visits,) each: number of the instance; offset of its signals; offset of its hidden wires; the visit of its parent;
    its place among the parent's children (-1 for the root).
    """

    instances: Ints
    signals: Ints
    hidden: Ints
    parents: Ints
    places: Ints

    def __len__(self) -> int:
        return len(self.instances)


@record(eq=False)
class ChildOffsets:
    """The begins of the visits, signals and hidden wires of each child within those of the parent.  Shapes: (n_children,) each."""

    visits: Ints
    signals: Ints
    hidden: Ints


class InstanceTree:
    """The instances that are reached from main, and their visits."""

    def __init__(self, main: Instance) -> None:
        self.main = main
        self.instances = sorted(_reached(main), key=lambda each: each.number)
        self.position = {id(each): k for k, each in enumerate(self.instances)}
        self.n_hidden: dict[int, int] = {}  # of an instance with all below, by id
        self._visits: dict[int, Visits] = {}
        self._n_visits: dict[int, int] = {}
        for each in self.instances:  # children before parents: their executions ended before
            self._count(each)
            self._visits[id(each)] = self._new_visits(each)

    @property
    def visits(self) -> Visits:
        """All components of the circuit."""
        return self._visits[id(self.main)]

    def visits_of(self, instance: Instance) -> Visits:
        """Return an instance and all components below it, by its own numbers."""
        return self._visits[id(instance)]

    def child_offsets(self, instance: Instance) -> ChildOffsets:
        """Return where the children of an instance begin."""
        children = instance.children
        sizes = [self._n_visits[id(child.instance)] for child in children]
        hidden = [self.n_hidden[id(child.instance)] for child in children]
        return ChildOffsets(
            np.cumsum([1, *sizes], dtype=np.int64)[:-1],
            np.array([child.first - 1 for child in children], np.int64),
            np.cumsum([instance.n_hidden, *hidden], dtype=np.int64)[:-1],
        )

    def _count(self, instance: Instance) -> None:
        below = [id(child.instance) for child in instance.children]
        self.n_hidden[id(instance)] = instance.n_hidden + sum(map(self.n_hidden.__getitem__, below))
        self._n_visits[id(instance)] = 1 + sum(map(self._n_visits.__getitem__, below))

    def _new_visits(self, instance: Instance) -> Visits:
        offsets = self.child_offsets(instance)
        below = [self._visits[id(child.instance)] for child in instance.children]
        own = np.zeros(1, np.int64)
        instances = [np.array([self.position[id(instance)]], np.int64)]
        signals, hidden, parents, places = [own], [own], [own], [own - 1]
        for k, each in enumerate(below):
            instances.append(each.instances)
            signals.append(each.signals + offsets.signals[k])
            hidden.append(each.hidden + offsets.hidden[k])
            moved = each.parents + offsets.visits[k]
            moved[0] = 0
            parents.append(moved)
            place = each.places.copy()
            place[0] = k
            places.append(place)
        return Visits(*map(np.concatenate, (instances, signals, hidden, parents, places)))


def _reached(main: Instance) -> Iterator[Instance]:
    """Yield every instance once, without recursion."""
    seen, waiting = {id(main)}, [main]
    while waiting:
        instance = waiting.pop()
        yield instance
        for child in instance.children:
            if id(child.instance) not in seen:
                seen.add(id(child.instance))
                waiting.append(child.instance)
