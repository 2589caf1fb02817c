"""A template with parameters, executed over a field: its instance, its block in a circuit, and its values for integers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from zkctl.circom.checks import warnings_of
from zkctl.circom.circuit import CircomCircuit
from zkctl.circom.elaborate import elaborate
from zkctl.circom.instance import Instance
from zkctl.circom.nodes import Program
from zkctl.circom.python.blocks import InstanceBlocks
from zkctl.circom.python.tags import GivenTags
from zkctl.constraints.advice.log import LogLines
from zkctl.constraints.block import Block
from zkctl.constraints.evaluate import Evaluator
from zkctl.constraints.signals import Role, SignalGroup
from zkctl.constraints.simplify.level import SimplificationLevel
from zkctl.dsl.advice.log import show_lines
from zkctl.dsl.session import Session
from zkctl.dsl.spans import circuit_error
from zkctl.field import PrimeField
from zkctl.runtime.collection import rare_collections


class ExecutedTemplate:
    """The result of executing a template once."""

    def __init__(self, program: Program, main: Instance, field: PrimeField) -> None:
        self.program, self.main, self.field = program, main, field

    @property
    def inputs(self) -> list[SignalGroup]:
        """Its inputs in order."""
        return [group for group in self.main.signals if group.role is not Role.OUTPUT]

    @property
    def outputs(self) -> list[SignalGroup]:
        """Its outputs in order."""
        return [group for group in self.main.signals if group.role is Role.OUTPUT]

    def block(self, session: Session) -> Block:
        """Return its rows as a block of a circuit, made once for a session."""
        key = "circom", id(self)
        if key not in session.blocks:
            with rare_collections():
                made = InstanceBlocks(session, self.program).of(self.main)
            session.blocks[key] = made, self  # which keeps the id
        block: Block = session.blocks[key][0]
        return block

    @cached_property
    def _evaluator(self) -> Evaluator:
        level = SimplificationLevel(0)
        circuit = CircomCircuit(self.main.template, self.program, self.main, self.field, level)
        return Evaluator(circuit.program)

    def values(self, inputs: Sequence[int]) -> list[int]:
        """Return the values of the outputs.  Raises: UnsatisfiedError with the line of circom that does not hold."""
        lines = LogLines()
        try:
            wires = self._evaluator.integers(inputs, lines)
        finally:
            show_lines(lines)
        return wires[1 : 1 + sum(group.size for group in self.outputs)]


def executed_template(program: Program, field: PrimeField, tags: GivenTags) -> ExecutedTemplate:
    """Check and execute a program whose main is the template.  Raises: CircomError; CircuitError for custom templates."""
    with rare_collections():
        warnings_of(program)
        main = elaborate(program, field, tags=tags).main
    executed = ExecutedTemplate(program, main, field)
    _check_custom(executed)
    return executed


def _check_custom(executed: ExecutedTemplate) -> None:
    waiting, seen = [executed.main], {id(executed.main)}
    while waiting:
        instance = waiting.pop()
        if instance.is_custom:
            raise circuit_error(
                f"{executed.main.title} uses the custom template {instance.template}, which has no constraints",
                hint="custom gates are for PLONK provers of others; call a template without them",
            )
        below = [child.instance for child in instance.children if id(child.instance) not in seen]
        seen.update(map(id, below))
        waiting += below
