"""A compiled circom circuit: its files' constraints and names at a level, and its witness program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

import numpy as np

from zkctl.circom.custom import custom_gates
from zkctl.circom.evaluation import witness_program
from zkctl.circom.instance import Instance
from zkctl.circom.layout import Layout, Symbol
from zkctl.circom.local_rows import written_places
from zkctl.circom.nodes import Program
from zkctl.circom.places import ComponentPlaces
from zkctl.circom.remaining import left_r1cs, left_rows, simplified
from zkctl.circom.removed import RemovedConstraints, removed_constraints
from zkctl.circom.stamps import Tables
from zkctl.constraints.assumption import StatedAssumption
from zkctl.constraints.custom_gates import CustomGates
from zkctl.constraints.hint_results import UserHint
from zkctl.constraints.r1cs import R1CS
from zkctl.constraints.sides import Ints
from zkctl.constraints.signals import Role
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.constraints.simplify.passes import Remaining
from zkctl.constraints.source_map import RowOrigins
from zkctl.constraints.witness_program import WitnessProgram
from zkctl.errors import CircuitError
from zkctl.field import PrimeField
from zkctl.runtime.collection import rare_collections
from zkctl.runtime.records import record


@record
class CircuitCounts:
    """The numbers that circom prints."""

    n_instances: int
    n_nonlinear: int
    n_linear: int
    n_public_inputs: int
    n_private_inputs: int
    n_private_in_witness: int
    n_public_outputs: int
    n_wires: int
    n_labels: int


@record(eq=False)
class _Left:
    """The constraints of a level: `origins` are their rows in the whole circuit, None for all; n_new among them have none.

    Shapes: origins (n_constraints - n_new,).
    """

    r1cs: R1CS
    n_linear: int
    origins: Ints | None = None
    n_new: int = 0


class CircomCircuit:
    """A circuit compiled from .circom sources."""

    def __init__(
        self,
        name: str,
        program: Program,
        main: Instance,
        field: PrimeField,
        level: SimplificationLevel,
    ) -> None:
        self.name = name
        self.source = program
        self.main = main
        self.field = field
        self.level = level
        self.layout = Layout(main, field.modulus)

    def simplified(self, level: int) -> CircomCircuit:
        """Return the circuit at another level."""
        return CircomCircuit(
            self.name, self.source, self.main, self.field, SimplificationLevel(level)
        )

    def simplification(self) -> Remaining | None:
        """Return the rest after simplification; None for the whole circuit.

        It is not kept, as it holds all constraints.  Raises: CircuitError if it contradicts itself.
        """
        if not self.level.level:
            return None
        with rare_collections():
            found = simplified(self.layout, self.level)
        if found.is_contradictory and not self.level.is_compatible:
            raise CircuitError(
                f"constraints of {self.name} contradict each other, no input satisfies the circuit",
                where=self.source.files[0].name,
                hint="remove one of two constants for a signal; pass `compatible` to compile it as circom does",
            )
        return found

    @cached_property
    def _left(self) -> _Left:
        found = self.simplification()
        rows = left_rows(self.layout, found)
        if found is None:
            return _Left(left_r1cs(self.layout, self.field, rows), int(rows.rows.is_sum().sum()))
        origins = np.concatenate([found.origins, found.tail])
        n_linear, n_new = found.n_linear, len(found.linear)
        del found  # as large as the matrices
        return _Left(left_r1cs(self.layout, self.field, rows), n_linear, origins, n_new)

    @property
    def removed(self) -> list[RemovedConstraints]:
        """The constraints that simplification removed, by template."""
        return removed_constraints(self.layout, self._left.origins)

    @property
    def r1cs(self) -> R1CS:
        """The constraint system of the file."""
        return self._left.r1cs

    @cached_property
    def program(self) -> WitnessProgram:
        """The witness program; its wires are labels and hidden wires, `kept` those of the constraint system."""
        program = witness_program(self.name, self.layout, self.field, self.source)
        if self.level.level:
            kept = self.r1cs.labels.astype(np.uint32)
        elif program.n_wires > self.layout.n_labels:
            kept = np.arange(self.layout.n_labels, dtype=np.uint32)
        else:
            return program
        return replace(program, kept=kept)

    @property
    def n_linear(self) -> int:
        """Constraints without a product."""
        return self._left.n_linear

    @property
    def wires(self) -> Ints:
        """The wire of each label, -1 if it was removed.  Shapes: (n_labels,)."""
        wires = np.full(self.layout.n_labels, -1)
        wires[self.r1cs.labels] = np.arange(self.r1cs.n_wires)
        return wires

    def symbols(self) -> Iterator[Symbol]:
        """Yield the rows of the .sym file."""
        return self.layout.symbols(self.wires)

    @property
    def user_hints(self) -> Mapping[str, UserHint]:
        """The hints that are code of the user: none."""
        return {}

    @property
    def own_assumptions(self) -> list[StatedAssumption]:
        """Claims that no constraint enforces: the language has none."""
        return []

    library_assumptions = own_assumptions

    @property
    def row_origins(self) -> RowOrigins:
        """The origins of the rows of the files, and the rows that are left."""
        tree = self.layout.tree
        places = ComponentPlaces(self.source, tree)
        row_nodes = Tables.of(
            places.local_nodes(k, written_places(each.constraints))
            for k, each in enumerate(tree.instances)
        )
        source = places.source_map(self.layout.stamps.column(row_nodes, places.first_nodes))
        left = self._left
        return RowOrigins(source, left.origins, left.n_new)

    @property
    def custom_gates(self) -> CustomGates | None:
        """The custom templates of the file, None if its pragma does not allow any."""
        return custom_gates(self.layout, self.source, self.wires)

    @property
    def counts(self) -> CircuitCounts:
        """The numbers that circom prints."""
        r1cs, layout = self.r1cs, self.layout
        n_private = layout.n_signals(Role.PRIVATE)
        first = 1 + layout.n_public
        labels = r1cs.labels
        n_left = int(((labels >= first) & (labels < first + n_private)).sum())
        return CircuitCounts(
            n_instances=self.main.number + 1,
            n_nonlinear=r1cs.n_constraints - self.n_linear,
            n_linear=self.n_linear,
            n_public_inputs=r1cs.n_public_inputs,
            n_private_inputs=n_private,
            n_private_in_witness=n_left,
            n_public_outputs=r1cs.n_outputs,
            n_wires=r1cs.n_wires,
            n_labels=layout.n_labels,
        )
