"""A circom template with parameters as a gadget of a Python circuit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from zkctl.circom.execution.components import inputs_of
from zkctl.circom.findings import CircomError
from zkctl.circom.nodes import Call, Main, Program, Template
from zkctl.circom.python.blocks import contract_of
from zkctl.circom.python.compiled import ExecutedTemplate, executed_template
from zkctl.circom.python.parameters import Parameter, expression_of, shown_parameters
from zkctl.circom.python.tags import GivenTags, proven_tags, tagged_inputs
from zkctl.circom.python.values import arguments_of, flat_inputs, value_of
from zkctl.constraints.linear import Terms
from zkctl.constraints.signals import Role, SignalGroup
from zkctl.dsl.gadget import expect_use
from zkctl.dsl.integers import as_integer, remedy
from zkctl.dsl.nested_values import shown, signals_in
from zkctl.dsl.signal import Signal, as_signal, make_signal
from zkctl.dsl.spans import author_place, capture_whole, circuit_error
from zkctl.dsl.statements.calls import CopyOf
from zkctl.dsl.statements.uses import mark_used
from zkctl.dsl.swallowed import note
from zkctl.dsl.trace import ONLY_ARGUMENTS, Tracer, current_tracer, field_in_use
from zkctl.errors import UnsatisfiedError
from zkctl.field import BLS12_381_FR, BN254_FR, PrimeField

FIELDS = (BN254_FR, BLS12_381_FR)


class CircomTemplate:
    """A template with its parameters; calling it adds its constraints to the circuit and returns its outputs."""

    __slots__ = ("_executed", "node", "parameters", "program")

    def __init__(self, program: Program, node: Template, parameters: tuple[Parameter, ...]) -> None:
        self.program, self.node, self.parameters = program, node, parameters
        self._executed: dict[object, ExecutedTemplate] = {}

    @property
    def title(self) -> str:
        """The template as text: Num2Bits(254)."""
        return f"{self.node.name}({shown_parameters(self.parameters)[:200]})"

    def __repr__(self) -> str:
        return f"<circom template {self.title}>"

    def __call__(self, *inputs: Any, **named: Any) -> Any:
        """Add the template's constraints and return its outputs: one value, several by name, None without any.

        Inputs are signals, integers, arrays and lists; a bus is a dictionary or structure of its fields.  Their order is that of
        the template, their names are circom's, `in_` stands for `in`.  Integers only: compute the outputs as integers.
        Raises: CircuitError for wrong inputs; CircomError if circom refuses the template with these parameters; UnsatisfiedError
        for integers that break a constraint.
        """
        signals = list(signals_in([*inputs, *named.values()]))
        tracer = current_tracer()
        if signals and (tracer is None or any(each.tracer is not tracer for each in signals)):
            raise circuit_error(
                f"{self.title} is called with signals of another circuit", hint=ONLY_ARGUMENTS
            )
        field = field_in_use() if tracer is None else tracer.field
        executed = self._execution(field, inputs, named)
        given = arguments_of(self.title, executed.inputs, inputs, named)
        values = flat_inputs(self.title, executed.inputs, given)
        if tracer is None or (values and not signals):
            return self._of_integers(executed, values, tracer)
        mark_used(signals)
        terms = [self._terms(value, name, tracer) for value, name in values]
        return self._stamped(executed, terms, signals, tracer)

    def inputs(self, field: PrimeField = BN254_FR) -> list[SignalGroup]:
        """Return the inputs in order.  Raises: CircomError; CircuitError for a template whose inputs have tags."""
        return self._execution(field, (), {}).inputs

    def _execution(
        self, field: PrimeField, inputs: Sequence[Any], named: Mapping[str, Any]
    ) -> ExecutedTemplate:
        if field not in FIELDS:
            known = " and ".join(each.name for each in FIELDS)
            raise circuit_error(
                f"{self.title} is called in a circuit over {field.name}: circom is supported over {known}"
            )
        tags: GivenTags = {}
        if tagged_inputs(self.program, self.node):
            names = [SignalGroup(name, Role.PRIVATE) for name in self._names_in_text()]
            given = arguments_of(self.title, names, inputs, named)
            tags = proven_tags(self.program, self.node, given, field)
        key = field.modulus, _frozen(tags)
        found = self._executed.get(key)
        if found is None:
            found = self._executed[key] = self._new_execution(field, tags)
        return found

    def _new_execution(self, field: PrimeField, tags: GivenTags) -> ExecutedTemplate:
        try:
            return executed_template(self._with_main(field), field, tags)
        except CircomError as problem:
            caller = author_place(capture_whole()).partition("\n")[0]
            problem.where = f"{problem.where}\ncalled from {caller}"
            note(problem)
            raise

    def _names_in_text(self) -> list[str]:
        return list(dict.fromkeys(each.name for each in inputs_of(self.node.body)))

    def _with_main(self, field: PrimeField) -> Program:
        """Return the program with this template as main: checks and execution reach what it uses."""
        place = self.node.place
        values = tuple(expression_of(each, field.modulus, place) for each in self.parameters)
        main = Main((), Call(self.node.name, values, place), place, is_called=True)
        return replace(self.program, main=main)

    # -- integers

    def _of_integers(
        self, executed: ExecutedTemplate, values: Sequence[tuple[Any, str]], tracer: Tracer | None
    ) -> Any:
        numbers = []
        for value, name in values:
            number = as_integer(value, executed.field)
            if number is None:
                raise self._no_signal(value, name)
            numbers.append(number % executed.field.modulus)
        try:
            found = executed.values(numbers)
        except UnsatisfiedError as problem:
            problem.where = _called_here(problem.where)
            if tracer is None or tracer.takes_integers:
                raise
            raise circuit_error(
                f"{self.title} refuses the integers of this call: {problem.message}",
                hint=f"they are the same for every witness, so nothing satisfies this circuit; see {problem.where.splitlines()[0]}",
            ) from problem
        return value_of(executed.outputs, iter(found), self.node.name)

    def _no_signal(self, value: Any, name: str) -> Exception:
        return circuit_error(
            f"input {name} of {self.title} must be a signal or an integer, got {shown(value)}",
            hint=remedy(value),
        )

    # -- signals

    def _terms(self, value: Any, name: str, tracer: Tracer) -> Terms:
        signal = as_signal(value, tracer)
        if signal is None:
            raise self._no_signal(value, name)
        terms = signal.linear_terms()
        if tracer.free.wires and terms.keys() & tracer.free.wires:
            tracer.free.ask()  # circom's rows are made for one value
        return terms

    def _stamped(
        self, executed: ExecutedTemplate, ports: list[Terms], signals: list[Signal], tracer: Tracer
    ) -> Any:
        outputs = sum(group.size for group in executed.outputs)
        if tracer.eager:
            wires = self._computed(executed, ports, tracer)
            returned = [make_signal(tracer, {wire: 1}, None) for wire in wires]
            result = value_of(executed.outputs, iter(returned), self.node.name)
            expect_use(result, self.title, tracer, signals)
            return result
        block, before = executed.block(tracer.session), tracer.builder.n_rows
        opened = tracer.calls.begin()
        shift, first_row = tracer.stamp(block, ports, self.node.name)
        first = shift + 1 + block.n_ports
        returned = [make_signal(tracer, {first + k: 1}, None) for k in range(outputs)]
        result = value_of(executed.outputs, iter(returned), self.node.name)
        node = expect_use(result, self.title, tracer, signals)
        contract = contract_of(executed.main, executed.program)
        copy = CopyOf(block.contents, ports, shift, first_row)
        rows = before, tracer.builder.n_rows
        tracer.calls.end(opened, contract, (signals, returned), rows, node, copy)
        return result

    def _computed(self, executed: ExecutedTemplate, ports: list[Terms], tracer: Any) -> list[int]:
        try:
            values = executed.values([tracer.value_of(terms) for terms in ports])
        except UnsatisfiedError as problem:
            problem.where = _called_here(problem.where)
            note(problem)
            raise
        return [tracer.new_wire(value) for value in values]


def _called_here(place: str) -> str:
    """Return the place in circom with the line of Python that calls the template in the place of its main component."""
    caller = author_place(capture_whole()).partition("\n")[0]
    lines = place.splitlines()
    is_main = [line.startswith("called from ") and " in main: " in line for line in lines]
    return "\n".join(
        f"called from {caller}" if is_main[k] else line for k, line in enumerate(lines)
    )


def _frozen(value: Any) -> object:
    if isinstance(value, dict):
        return tuple((name, _frozen(inner)) for name, inner in sorted(value.items()))
    return value
