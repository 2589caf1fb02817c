"""Circuits: decorated functions whose parameters are the inputs and whose returned values are the public outputs."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, overload

from zkctl.constraints.signals import Role, SignalGroup, flatten_inputs
from zkctl.dsl.array import Array
from zkctl.dsl.decomposition import enforce_bit, enforce_width
from zkctl.dsl.eager import EagerTracer
from zkctl.dsl.gadget import as_integers, confirm_stamped, expect_use
from zkctl.dsl.inputs import Declaration, Input, declared_inputs, template_parameters
from zkctl.dsl.interface import Interface
from zkctl.dsl.link import CompiledCircuit, canonical_input, link
from zkctl.dsl.nested_values import collapsed, named_parts, plain_values, signals_in
from zkctl.dsl.session import Session
from zkctl.dsl.signal import Bit, Signal, Uint, as_signal, make_signal
from zkctl.dsl.spans import boundary, circuit_error, parameter_sites, where
from zkctl.dsl.stamping.template import check_returned, run_body
from zkctl.dsl.statements.uses import mark_used
from zkctl.dsl.struct_fields import Fields, of_values, values_of
from zkctl.dsl.trace import ONLY_ARGUMENTS, Tracer, at_one_place, current_tracer, tracing
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.field import BLS12_381_FR, BN254_FR, PrimeField
from zkctl.runtime.collection import rare_collections

FIELDS = {
    "bn254": BN254_FR,
    "bls12_381": BLS12_381_FR,
}


@overload
def circuit(function: Callable[..., Any]) -> Circuit: ...
@overload
def circuit(*, field: str | PrimeField = "bn254") -> Callable[[Callable[..., Any]], Circuit]: ...
def circuit(function: Any = None, *, field: str | PrimeField = "bn254") -> Any:
    """Make a function a circuit over a curve's scalar field.

    Positional parameters are inputs (`public()`, `private()`), keyword-only ones are template parameters, returned values are public
    outputs: one signal is named `out`, the fields of a structure or NamedTuple name several.
    """
    if function is None:
        return functools.partial(circuit, field=field)
    if isinstance(field, str):
        if field not in FIELDS:
            raise circuit_error(
                f"unknown field {field!r}", hint=f"the fields are {', '.join(sorted(FIELDS))}"
            )
        field = FIELDS[field]
    return Circuit(function, field)


class Circuit:
    """A circuit: `compile` makes its constraint system; calling it with integers runs it on values."""

    def __init__(self, function: Callable[..., Any], field: PrimeField) -> None:
        functools.update_wrapper(self, function)
        self.interface = Interface(function)
        self.field = field

    @property
    def name(self) -> str:
        """The name of the function, and of the compiled files."""
        return self.interface.name

    def over(self, field: PrimeField) -> Circuit:
        """Return the same circuit over another field."""
        return Circuit(self.interface.function, field)

    def __repr__(self) -> str:
        return f"<circuit {self.name} over {self.field.name}>"

    # -- building

    def compile(self, **parameters: Any) -> CompiledCircuit:
        """Trace the function into a constraint system and a witness program.

        `parameters` are the template parameters; strings are converted as on the command line.
        Raises: CircuitError naming the source line.
        """
        with rare_collections():
            return self._compiled(parameters)

    def _compiled(self, parameters: Mapping[str, Any]) -> CompiledCircuit:
        values = template_parameters(self.interface, parameters)
        inputs = declared_inputs(self.interface, values)
        tracer = Tracer(Session(self.field), sum(_group(i).size for i in inputs))
        groups = sorted((_group(declared) for declared in inputs), key=lambda g: g.role)
        with tracing(tracer):
            arguments = self._declare(tracer, inputs, _ports(tracer, groups))
            n_input_rows = tracer.builder.n_rows
            bound = self.interface.signature.bind(**arguments, **values)
            result = run_body(self.interface.function, bound)
            check_returned(result, tracer, self.name)
            result = self.interface.checked_result(result, tracer)
            outputs = _named_outputs(self.interface, result, tracer)
            confirm_stamped(tracer)
            wires = _output_wires(tracer, outputs)
            block = tracer.finish()
        returned = [group for group, _ in outputs]
        signals = [*returned, *groups]
        return link(self.interface, tracer.session, block, signals, wires, n_input_rows)

    def _declare(
        self, tracer: Tracer, inputs: Sequence[Input], elements: Mapping[str, list[Signal]]
    ) -> dict[str, Any]:
        """Return the arguments of the function, with the promises of the declarations enforced."""
        sites = parameter_sites(self.interface.function)
        arguments: dict[str, Any] = {}
        for declared in inputs:
            tracer.origin = [sites[declared.name]]
            with at_one_place():
                arguments[declared.name] = _argument(declared, iter(elements[declared.name]))
        tracer.origin = [next(iter(sites.values()))] if sites else []
        return arguments

    # -- running

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run on integers and return integers, or, inside another circuit, on signals.

        Raises: UnsatisfiedError where a constraint does not hold; InputError for missing or misshapen values.
        """
        bound = self.interface.bind(args, kwargs)
        parameters = template_parameters(self.interface, bound.kwargs)
        inputs = declared_inputs(self.interface, parameters)
        given = {declared.name: bound.arguments[declared.name] for declared in inputs}
        given = {n: v for n, v in given.items() if not isinstance(v, Declaration)}
        signals = list(signals_in(list(given.values())))
        tracer = current_tracer()
        self._check_field(tracer)
        if not signals:
            with self._mistakes_of_a_caller(tracer):
                return self._run_eagerly(inputs, given, parameters)
        if tracer is None or any(signal.tracer is not tracer for signal in signals):
            raise circuit_error(
                f"{self.name} is called with signals of another circuit", hint=ONLY_ARGUMENTS
            )
        missing = [declared.name for declared in inputs if declared.name not in given]
        if missing:
            raise circuit_error(f"{self.name} got no value for its input {', '.join(missing)}")
        self.interface.coerce(bound, tracer)
        for declared in inputs:
            _check_argument(declared, bound.arguments[declared.name])
        result = self.interface.function(*bound.args, **bound.kwargs)
        check_returned(result, tracer, self.name)
        result = self.interface.checked_result(result, tracer)
        expect_use(result, self.name, tracer, signals)
        return result

    @contextmanager
    def _mistakes_of_a_caller(self, tracer: Tracer | None) -> Iterator[None]:
        """Turn a constraint that the integers of a circuit around this one break into an error at the line of the call."""
        try:
            yield
        except UnsatisfiedError as problem:
            if tracer is None:
                raise
            raise circuit_error(
                f"{self.name} refuses the integers of this call: {problem.message}",
                hint=f"they are the same for every witness, so nothing satisfies this circuit; see {problem.where.splitlines()[0]}",
            ) from problem

    def _check_field(self, tracer: Tracer | None) -> None:
        if tracer is not None and tracer.field != self.field:
            raise circuit_error(
                f"the circuit {self.name} is over another field: expected {tracer.field.name}, got {self.field.name}",
                hint="circuit.over(field) makes the same circuit over the field of its caller",
            )

    def _run_eagerly(
        self, inputs: Sequence[Input], given: Mapping[str, Any], parameters: Mapping[str, Any]
    ) -> Any:
        def convert(value: object, name: str) -> int:
            return canonical_input(value, name, self.field)

        groups = [_group(declared) for declared in inputs]
        plain = {name: plain_values(value) for name, value in given.items()}
        flat = iter(flatten_inputs(groups, plain, convert))
        with tracing(EagerTracer(Session(self.field))) as tracer:
            elements = {
                g.name: [make_signal(tracer, {tracer.new_wire(next(flat)): 1}, None) for _ in range(g.size)]
                for g in groups
            }  # fmt: skip
            arguments = self._declare(tracer, inputs, elements)
            bound = self.interface.signature.bind(**arguments, **parameters)
            result = run_body(self.interface.function, bound)
            result = self.interface.checked_result(result, tracer)
            for _, returned in _named_outputs(self.interface, result, tracer):
                mark_used(signal for signal in returned if isinstance(signal, Signal))
            confirm_stamped(tracer)
            tracer.finish()
            return as_integers(result)


for _entry in (Circuit.compile, Circuit._declare, Circuit._run_eagerly):
    boundary(_entry)


def _group(declared: Input) -> SignalGroup:
    name = declared.name.rpartition(".")[2]
    return SignalGroup(name, declared.role, declared.shape, tuple(map(_group, declared.fields)))


def _ports(tracer: Tracer, groups: Sequence[SignalGroup]) -> dict[str, list[Signal]]:
    """Return a signal for each element of each input; wires are numbered in the order of the groups."""
    wire = 0
    elements: dict[str, list[Signal]] = {}
    for group in groups:
        elements[group.name] = []
        for name in group.element_names():
            wire += 1
            tracer.names[wire] = name
            elements[group.name].append(Signal(tracer, {wire: 1}))
    return elements


def _argument(declared: Input, signals: Iterator[Signal]) -> Any:
    """Return the argument, or a field of it, made of the next signals."""
    elements = [_element(declared, signals) for _ in range(math.prod(declared.shape))]
    return Array.of_shape(declared.shape, elements) if declared.shape else elements[0]


def _element(declared: Input, signals: Iterator[Signal]) -> Any:
    if issubclass(declared.kind, Fields):
        return of_values(declared.kind, [_argument(field, signals) for field in declared.fields])
    number = _enforce(declared, next(signals))
    return number if declared.word is None else declared.word(number)


def _enforce(declared: Input, signal: Signal) -> Signal:
    if declared.kind is Bit:
        return enforce_bit(signal, f"input {declared.name} is not 0 or 1")
    if declared.kind is Uint:
        assert declared.bits is not None
        if not 0 < declared.bits < signal.field.n_bits:
            raise CircuitError(
                f"input {declared.name} is {declared.bits} bits wide, possible are 1 to {signal.field.n_bits - 1}",
                where=where(signal.tracer.origin),
            )
        message = f"input {declared.name} does not fit in {declared.bits} bits"
        return enforce_width(signal, declared.bits, message)
    return signal


def _check_argument(declared: Input, value: Any) -> None:
    """Check that a value in another circuit has the declared shape and width, in structures field by field."""
    shape = value.shape if isinstance(value, Array) else ()
    if shape != declared.shape:
        raise circuit_error(f"input {declared.name} needs the shape {declared.shape}, got {shape}")
    for element in value.flat if isinstance(value, Array) else [value]:
        if isinstance(element, Fields):
            for field in declared.fields:  # of a subclass, the element may have more
                _check_argument(field, values_of(element)[field.name.rpartition(".")[2]])
        elif (
            declared.word is None
            and declared.bits
            and element.bounds
            and element.bounds[1] >> declared.bits
        ):
            raise circuit_error(
                f"input {declared.name} needs {declared.bits} bits, got a signal of up to"
                f" {element.bounds[1].bit_length()} bits"
            )


# -- outputs

Output = tuple[SignalGroup, list[Any]]  # its elements in wire order


def _named_outputs(interface: Interface, result: Any, tracer: Tracer) -> list[Output]:
    result = collapsed(result)
    if result is None:
        return []
    parts = named_parts(result) or [("out", result)]
    clash = [name for name, _ in parts if name in interface.signature.parameters]
    if clash:
        raise CircuitError(
            f"output {clash[0]} of {interface.name} has the name of an input", where=interface.place
        )
    return [_output(interface, name, value, tracer) for name, value in parts]


def _output(interface: Interface, path: str, value: Any, tracer: Tracer) -> Output:
    name = path.rpartition(".")[2]
    parts = named_parts(value)
    single = None if parts else as_signal(value, tracer)
    if single is not None:
        return SignalGroup(name, Role.OUTPUT), [single]
    if parts:
        inner = [_output(interface, f"{path}.{n}", v, tracer) for n, v in parts]
        fields = tuple(group for group, _ in inner)
        return SignalGroup(name, Role.OUTPUT, (), fields), [e for _, part in inner for e in part]
    if isinstance(value, Array):
        signals = [as_signal(leaf, tracer) for leaf in value.flat]
        if all(signal is not None for signal in signals):
            return SignalGroup(name, Role.OUTPUT, value.shape), signals
        each = [_output(interface, path, element, tracer) for element in value.flat]
        groups = {group for group, _ in each}
        if len(groups) > 1:
            raise CircuitError(
                f"the elements of output {path} of {interface.name} have arrays of different shapes",
                where=interface.place,
            )
        fields = groups.pop().fields if groups else ()
        return SignalGroup(name, Role.OUTPUT, value.shape, fields), [e for _, part in each for e in part]  # fmt: skip
    raise CircuitError(
        f"{interface.name} returns a {type(value).__name__} as output {path}",
        where=interface.place,
        hint="return a Signal, an Array, or a structure or NamedTuple of them whose fields name the outputs",
    )


def _output_wires(tracer: Tracer, outputs: Sequence[Output]) -> list[int]:
    """Return a separate wire for every output; a linear combination or an input costs one linear row."""
    wires: list[int] = []
    taken: set[int] = set()
    with at_one_place():
        for element in (element for _, elements in outputs for element in elements):
            signal = as_signal(element, tracer)
            assert signal is not None
            if signal.use is not None:
                mark_used((signal,))
            terms = signal.linear_terms()
            wire = signal.single_wire()
            if wire <= tracer.builder.n_ports or wire in taken:
                (wire,) = tracer.define_linear(terms)
            taken.add(wire)
            wires.append(wire)
    return wires
