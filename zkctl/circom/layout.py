"""The circuit as circom's files hold it: all constraints with final numbers in the order of the tree, and all names.

An instance is stamped at every component that it is: the work in Python is for instances, that for components is numpy's.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from zkctl.circom.instance import Instance
from zkctl.circom.stamps import Offsets, Stamps
from zkctl.circom.tables import written_columns
from zkctl.circom.visits import InstanceTree
from zkctl.constraints.sides import CoefficientPool, Ints
from zkctl.constraints.signals import Role
from zkctl.constraints.simplify.rows import ConstraintRows
from zkctl.runtime.arrays import np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Symbol: TypeAlias = "tuple[int, int, int, str]"  # label, wire, number of the instance, name


class Layout:
    """All constraints, labels and names of a circuit."""

    def __init__(self, main: Instance, modulus: int) -> None:
        self.main = main
        self.modulus = modulus
        self.tree = InstanceTree(main)
        self.pool = CoefficientPool(modulus)
        visits = self.tree.visits
        self.stamps = Stamps(visits.instances, len(self.tree.instances))

    @property
    def n_labels(self) -> int:
        """Number of labels with that of the constant."""
        return self.main.n_signals + 1

    def n_signals(self, role: Role) -> int:
        """Return the number of signals of main with a role."""
        return sum(group.size for group in self.main.signals if group.role is role)

    @property
    def n_public(self) -> int:
        """Outputs and public inputs."""
        return self.n_signals(Role.OUTPUT) + self.n_signals(Role.PUBLIC)

    def rows(self) -> ConstraintRows:
        """Return all constraints, in labels; they are large, so that they are not kept."""
        visits = self.tree.visits
        tables = written_columns([each.constraints for each in self.tree.instances], self.pool)
        offsets = Offsets(visits.signals, visits.hidden, self.n_labels)
        lengths = self.stamps.column(tables.lengths)
        starts = np.zeros(len(lengths) + 1, np.int64)
        np.cumsum(lengths, out=starts[1:])
        return ConstraintRows(
            self.modulus,
            self.n_labels,
            starts,
            self.stamps.wires(tables.wires, offsets),
            self.stamps.column(tables.coefficients),
            tuple(self.pool.values),
        )

    @cached_property
    def paths(self) -> list[str]:
        """The name of every component, in the order of the tree: main, main.hash[2]."""
        return self._new_paths()

    def _new_paths(self) -> list[str]:
        visits, instances = self.tree.visits, self.tree.instances
        paths = ["main"]
        parents, places = visits.parents.tolist(), visits.places.tolist()
        numbers = visits.instances.tolist()
        for parent, place in zip(parents[1:], places[1:], strict=True):
            child = instances[numbers[parent]].children[place]
            paths.append(f"{paths[parent]}.{child.name}")
        return paths

    def symbols(self, wires: Ints) -> Iterator[Symbol]:
        """Yield the rows of the .sym file.  Shapes: wires (n_labels,) the wire of each label, -1 if it was removed."""
        visits = self.tree.visits
        names = [own_names(each) for each in self.tree.instances]
        for path, instance, offset in zip(
            self._new_paths(), visits.instances.tolist(), visits.signals.tolist(), strict=True
        ):
            number, own = self.tree.instances[instance].number, names[instance]
            first = offset + 1
            numbers = wires[first : first + len(own)].tolist()
            for label, wire, name in zip(range(first, first + len(own)), numbers, own, strict=True):
                yield label, wire, number, f"{path}.{name}"

    @cached_property
    def labels_of_custom(self) -> NDArray[np.int64]:
        """The labels of all signals of custom templates: simplification keeps them."""
        visits = self.tree.visits
        found = []
        for k, instance in enumerate(self.tree.instances):
            if instance.is_custom:
                offsets = visits.signals[self.stamps.of_table(k)]
                found.append((offsets[:, None] + np.arange(1, instance.n_own + 1)).reshape(-1))
        return np.sort(np.concatenate([np.empty(0, np.int64), *found]))


def own_names(instance: Instance) -> list[str]:
    """Return the names of an instance's own signals, in order."""
    groups = (*instance.signals, *instance.intermediates)
    return [name for group in groups for name in group.element_names()]
