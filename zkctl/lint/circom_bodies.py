"""The template instances of a circom circuit as bodies that are judged once; each component with outputs is a copy."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, overload

from zkctl.circom.instance import Instance
from zkctl.circom.layout import Layout
from zkctl.circom.local_rows import n_written
from zkctl.circom.visits import Visits
from zkctl.constraints.signals import Role
from zkctl.constraints.simplify.rows import ConstraintRows
from zkctl.lint.columns import Columns
from zkctl.lint.system import StampedCopy, System
from zkctl.runtime.arrays import np
from zkctl.runtime.records import record

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_ROWS = 6  # of a body: a copy of fewer rows is no shorter than they are
MOST_NESTED = 100  # templates inside each other; a body is judged within that of its parent


@record(eq=False)
class CopiesInside:
    """The components inside an instance that are copies, parents before children.

    `bodies` are their systems, children first; `nested` is the number of copies inside each, which follow it.
    """

    copies: Sequence[StampedCopy] = ()
    nested: Sequence[int] = ()
    bodies: Sequence[System] = ()


class CircomBodies:
    """The systems of the instances of a circuit; `rows` are those of the layout."""

    def __init__(self, layout: Layout, rows: ConstraintRows) -> None:
        self.layout = layout
        self.rows = rows
        self.tree = layout.tree
        self._systems: dict[int, System] = {}

    @cached_property
    def n_rows(self) -> NDArray[np.int64]:
        """The rows of each instance with all below.  Shapes: (n_instances,)."""
        found = np.zeros(len(self.tree.instances), np.int64)
        for k, each in enumerate(self.tree.instances):  # children before parents
            below = sum(int(found[self.tree.position[id(c.instance)]]) for c in each.children)
            found[k] = below + n_written(each.constraints)
        return found

    def inside(self, instance: Instance, numbers: NDArray[np.int64]) -> CopiesInside:
        """Return the copies in an instance; `numbers` are the wires of its local labels in the system that the copies are part of."""
        visits = self.tree.visits_of(instance)
        chosen = self._chosen(visits)
        reached = sorted(set(visits.instances[chosen].tolist()))
        bodies = [self.system(self.tree.instances[k]) for k in reached]
        counts = np.zeros(len(visits) + 1, np.int64)
        counts[1 + chosen] = 1
        before = np.cumsum(counts)
        ends = chosen + self._n_visits[visits.instances[chosen]]
        nested = before[ends] - before[chosen] - 1
        copies = _Copies(self, visits, chosen, numbers)
        return CopiesInside(copies, nested.tolist(), bodies)

    def _chosen(self, visits: Visits) -> NDArray[np.int64]:
        """Return the visits below the first that are copies: of instances that occur more than once."""
        n = len(self.tree.instances)
        has_outputs = np.array([_n_ports(each)[1] > 0 for each in self.tree.instances])
        has_more = np.bincount(self.tree.visits.instances, minlength=n) > 1
        is_copied = has_outputs & has_more & (self.n_rows >= LEAST_ROWS)
        if self._depth > MOST_NESTED:
            is_copied[:] = False
        found = np.flatnonzero(is_copied[visits.instances])
        return found[found > 0]

    @cached_property
    def _depth(self) -> int:
        """The number of instances inside each other."""
        depths: dict[int, int] = {}
        for each in self.tree.instances:
            below = (depths[id(child.instance)] for child in each.children)
            depths[id(each)] = 1 + max(below, default=0)
        return depths[id(self.layout.main)]

    @cached_property
    def _n_visits(self) -> NDArray[np.int64]:
        sizes = [len(self.tree.visits_of(each)) for each in self.tree.instances]
        return np.array(sizes, np.int64)

    @cached_property
    def first_visits(self) -> dict[int, int]:
        """The first visit of each instance, by the instance's position."""
        positions, firsts = np.unique(self.tree.visits.instances, return_index=True)
        return dict(zip(positions.tolist(), firsts.tolist(), strict=True))

    @cached_property
    def first_rows(self) -> NDArray[np.int64]:
        """The first row of each visit, and the number of rows.  Shapes: (n_visits + 1,)."""
        own = [n_written(each.constraints) for each in self.tree.instances]
        counts = np.array(own, np.int64)[self.tree.visits.instances]
        return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])

    def system(self, instance: Instance) -> System:
        """Return the system of an instance, made once: its inputs are the wires 1 to n."""
        found = self._systems.get(id(instance))
        if found is None:
            found = self._systems[id(instance)] = self._new_system(instance)
        return found

    def _new_system(self, instance: Instance) -> System:
        position = self.tree.position[id(instance)]
        visit = self.first_visits[position]
        offset = int(self.tree.visits.signals[visit])
        first = int(self.first_rows[visit])
        n_rows = int(self.n_rows[position])
        numbers = ports_first(instance)
        starts = self.rows.starts[3 * first : 3 * (first + n_rows) + 1].astype(np.int64)
        labels = self.rows.signals[int(starts[0]) : int(starts[-1])].astype(np.int64)
        local = np.where(labels > 0, labels - offset, 0)
        coefficients = self.rows.coefficients[int(starts[0]) : int(starts[-1])]
        columns = Columns(starts - starts[0], numbers[local], coefficients, self.rows.pool)
        n_inputs, n_outputs = _n_ports(instance)
        inside = self.inside(instance, numbers)
        return System(
            self.rows.modulus,
            instance.n_signals + 1,
            columns,
            frozenset(range(1, n_inputs + 1)),
            tuple(range(n_inputs + 1, n_inputs + n_outputs + 1)),
            copies=inside.copies,
            nested=inside.nested,
            bodies=inside.bodies,
            title=instance.title,
        )


def ports_first(instance: Instance) -> NDArray[np.int64]:
    """Return the wire of each local signal in a body: inputs before outputs, then the others.  Shapes: -> (n_signals + 1,)."""
    n_inputs, n_outputs = _n_ports(instance)
    numbers = np.arange(instance.n_signals + 1)
    numbers[1 : n_outputs + 1] += n_inputs
    numbers[n_outputs + 1 : n_outputs + n_inputs + 1] -= n_outputs
    return numbers


def _n_ports(instance: Instance) -> tuple[int, int]:
    n_outputs = sum(group.size for group in instance.signals if group.role is Role.OUTPUT)
    return sum(group.size for group in instance.signals) - n_outputs, n_outputs


class _Copies(Sequence[StampedCopy]):
    """The copies of an instance, made when they are asked for."""

    def __init__(
        self,
        bodies: CircomBodies,
        visits: Visits,
        chosen: NDArray[np.int64],
        numbers: NDArray[np.int64],
    ) -> None:
        self._bodies = bodies
        self._visits = visits
        self._chosen = chosen
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._chosen)

    @overload
    def __getitem__(self, number: int) -> StampedCopy: ...
    @overload
    def __getitem__(self, number: slice) -> list[StampedCopy]: ...
    def __getitem__(self, number: int | slice) -> StampedCopy | list[StampedCopy]:
        if isinstance(number, slice):
            return [self[k] for k in range(*number.indices(len(self)))]
        visit = int(self._chosen[number])
        instance = self._bodies.tree.instances[int(self._visits.instances[visit])]
        offset = int(self._visits.signals[visit])
        outer = self._numbers[offset + 1 : offset + instance.n_signals + 1]
        own = ports_first(instance)
        wires = np.zeros(instance.n_signals + 1, np.int64)
        wires[own[1:]] = outer
        n_inputs = _n_ports(instance)[0]
        ports = tuple({wire: 1} for wire in wires[1 : n_inputs + 1].tolist())
        wires[: n_inputs + 1] = 0
        return StampedCopy(self._bodies.system(instance), self._first_row(visit), ports, wires)

    def _first_row(self, visit: int) -> int:
        """Return the first row of a visit, counted from that of the instance."""
        bodies = self._bodies
        root = bodies.first_visits[int(self._visits.instances[0])]
        return int(bodies.first_rows[root + visit] - bodies.first_rows[root])
