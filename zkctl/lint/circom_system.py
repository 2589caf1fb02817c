"""From a compiled circom circuit to the system that is judged, and to the circuit as the passes see it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from zkctl.circom.circuit import CircomCircuit
from zkctl.circom.signal_paths import SignalPaths, signal_paths
from zkctl.constraints.advice.log import LogLines
from zkctl.constraints.evaluate import Evaluator
from zkctl.constraints.signals import Role, SignalGroup
from zkctl.constraints.source_map import describe
from zkctl.lint.circom_bodies import CircomBodies
from zkctl.lint.circom_code import CircomCode
from zkctl.lint.columns import Columns
from zkctl.lint.subject import NamedSignal, Subject
from zkctl.lint.system import System
from zkctl.lint.verdict import Judgement
from zkctl.runtime.arrays import np


class LintedCircom:
    """A circuit from .circom sources at level 0, whose wires are its labels."""

    def __init__(self, circuit: CircomCircuit) -> None:
        self.circuit = circuit
        self.layout = circuit.layout
        self.rows = circuit.layout.rows()
        self.source = circuit.row_origins.source
        self.paths: SignalPaths = signal_paths(self.layout, circuit.source, self.source)

    @property
    def system(self) -> System:
        """The constraints as they are written; components are copies of the bodies of their templates."""
        rows, layout = self.rows, self.layout
        n_outputs = layout.n_signals(Role.OUTPUT)
        n_ports = layout.n_public + layout.n_signals(Role.PRIVATE)
        inside = CircomBodies(layout, rows).inside(layout.main, np.arange(layout.n_labels))
        return System(
            rows.modulus,
            layout.n_labels,
            Columns(rows.starts, rows.signals, rows.coefficients, rows.pool),
            frozenset(range(n_outputs + 1, n_ports + 1)),
            tuple(range(1, n_outputs + 1)),
            self.paths.name,
            self._place,
            inside.copies,
            nested=inside.nested,
            bodies=inside.bodies,
            evaluate=self._evaluate,
            not_broken=self._gates_without_rows(),
        )

    def subject(self, judgement: Judgement | None = None) -> Subject:
        """Return the circuit as the passes see it."""
        signals, wire = [], 1
        for group in self.layout.main.signals:
            signals.append(_named(group, wire))
            wire += group.size
        code = CircomCode(self.layout, self.paths)
        return Subject(
            self.rows,
            signals,
            self.paths.name,
            judgement=judgement,
            source=self.source,
            lines=self.paths.chain,
            advised=code.advised,
            asserts=code.asserts,
        )

    def _place(self, row: int) -> str:
        return describe(self.source.chain(int(self.source.row_nodes[row])))

    def _gates_without_rows(self) -> str:
        custom = [each.title for each in self.layout.tree.instances if each.is_custom]
        if not custom:
            return ""
        return f"{custom[0]} is a custom template, whose gate the proof system checks: no constraint says what it does"

    @cached_property
    def _evaluator(self) -> Evaluator:
        return Evaluator(self.circuit.program, {})

    def _evaluate(self, values: Mapping[int, int]) -> list[int]:
        inputs = [value for _, value in sorted(values.items())]
        return self._evaluator.integers(inputs, LogLines())[: self.layout.n_labels]


def _named(group: SignalGroup, first: int) -> NamedSignal:
    is_single = group.size == 1 and not group.shape
    return NamedSignal(group.name, group.role, range(first, first + group.size), is_single)
