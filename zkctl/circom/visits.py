"""The tree of components: every component is a visit of its instance at an offset, in the order of the files."""

from __future__ import annotations

from collections.abc import Iterator

from zkctl.circom.instance import Instance
from zkctl.circom.stamps import Stamps, Tables
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
        kinds = {id(child.instance): None for child in instance.children}
        numbers = {each: k for k, each in enumerate(kinds)}
        below = [self._visits[each] for each in kinds]
        stamps = Stamps(
            np.array([numbers[id(child.instance)] for child in instance.children], np.int64),
            len(below),
        )
        lengths = np.array([len(each) for each in below], np.int64)

        def column(name: str, own: int, shifts: Ints | None = None) -> Ints:
            parts = [np.empty(0, np.int64), *(getattr(each, name) for each in below)]
            tables = Tables.cut(np.concatenate(parts), lengths)
            return np.concatenate([np.array([own], np.int64), stamps.column(tables, shifts)])

        parents, places = column("parents", 0, offsets.visits), column("places", -1)
        parents[offsets.visits] = 0
        places[offsets.visits] = np.arange(len(instance.children))
        return Visits(
            column("instances", self.position[id(instance)]),
            column("signals", 0, offsets.signals),
            column("hidden", 0, offsets.hidden),
            parents,
            places,
        )


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
