"""`@advice`: a function over integers that becomes a program, so that a witness program holds it as data."""

from __future__ import annotations

import functools
import inspect
import operator
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, SupportsIndex, overload

from zkctl.constraints.advice.instructions import AdviceProgram, Limits
from zkctl.constraints.advice.run import run_advice
from zkctl.dsl.advice.arguments import (
    Listed,
    Shape,
    Structure,
    check_result_type,
    flat_values,
    n_cells,
    placed,
    rebuilt,
    shape_of,
    structures,
    takes_structures,
)
from zkctl.dsl.advice.builder import Builder, building, current_builder
from zkctl.dsl.advice.integers import Int, Ints, cell_of
from zkctl.dsl.array import Array
from zkctl.dsl.integers import remedy
from zkctl.dsl.interface import Interface
from zkctl.dsl.numbers.linear_value import same_circuit
from zkctl.dsl.signal import Signal, as_signal, constant_signal, make_signal
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.statements.uses import mark_used
from zkctl.dsl.struct_fields import Fields, values_of
from zkctl.dsl.trace import Tracer, current_tracer, field_in_use
from zkctl.errors import CircuitError
from zkctl.runtime.records import record

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


@overload
def advice(function: Callable[..., Any]) -> Advice: ...
@overload
def advice(*, steps: int = ..., bits: int = ...) -> Callable[[Callable[..., Any]], Advice]: ...
def advice(function: Any = None, *, steps: int = Limits().steps, bits: int = Limits().bits) -> Any:
    """Make a function over integers advice: a hint that a witness program holds as data and any machine computes.

    Parameters are `Int` (a signal), `Ints[4]` or `Ints` (an array), structures and Arrays of structures, whose fields are then `Int` and
    `Ints`; keyword-only ones are constants.  The function is traced once for each length of its arrays.
    Its results, reduced modulo p, are new signals that nothing constrains.
    `steps` and `bits` are the limits of a call.
    """
    if function is None:
        return functools.partial(advice, steps=steps, bits=bits)
    return Advice(function, Limits(steps, bits))


@record
class _Traced:
    """A program and the shape of its results."""

    program: AdviceProgram
    shape: Shape


class Advice:
    """An advice function.  `hint(f, ...)` and `f(...)` on signals make new signals; on integers f runs its program."""

    def __init__(self, function: Callable[..., Any], limits: Limits) -> None:
        functools.update_wrapper(self, function)
        self.interface = Interface(function)
        self.limits = limits
        self._traced: dict[Hashable, _Traced] = {}

    @property
    def name(self) -> str:
        """The function's name."""
        return self.interface.name

    def __repr__(self) -> str:
        return f"<advice {self.name}>"

    def __call__(self, *args: Any, **parameters: Any) -> Any:
        """Return signals for signals, integers in [0, p) for integers; inside another advice function the same as its body."""
        if current_builder() is not None:
            return self.interface.function(*args, **parameters)
        bound = self.interface.bind(args, parameters)
        self._take_structures(bound)
        args, parameters = bound.args, bound.kwargs
        values = [flat_values(value) for value in args]
        signals = [leaf for value in values for leaf in value if isinstance(leaf, Signal)]
        tracer = signals[0].tracer if signals else current_tracer()
        traced = self._trace(tuple(map(shape_of, args)), parameters)
        flat = [leaf for value in values for leaf in value]
        if tracer is not None:
            return _on_signals(traced, flat, tracer)
        p = field_in_use().modulus
        results = run_advice(traced.program, [_integer(leaf) % p for leaf in flat], p)
        return rebuilt(traced.shape, iter([value % p for value in results]), list)

    def python(self, *args: Any, **parameters: Any) -> Any:
        """Return what Python computes from plain integers and lists, for tests of the program."""
        with building(None):
            return self.interface.function(*args, **parameters)

    def program(self, *lengths: int | None, **parameters: Any) -> AdviceProgram:
        """Return the program for arrays of these lengths, None for a single number."""
        return self._trace(lengths, parameters).program

    def _take_structures(self, bound: inspect.BoundArguments) -> None:
        """Turn the arguments of parameters that are structures into these.  Raises: CircuitError."""
        for name, kind in self.interface.types.items():
            if takes_structures(kind) and self._is_positional(name):
                what = f"{name} of the advice {self.name}"
                bound.arguments[name] = structures(kind, bound.arguments[name], what)

    def _is_positional(self, name: str) -> bool:
        return self.interface.signature.parameters[name].kind in _POSITIONAL

    def _trace(self, shapes: tuple[Shape, ...], parameters: Mapping[str, Any]) -> _Traced:
        bound = self.interface.bind(shapes, dict(parameters))
        self._check_shapes(bound)
        key = (shapes, tuple((k, type(v), v) for k, v in sorted(bound.kwargs.items())))
        try:
            traced = self._traced.get(key)
        except TypeError:
            raise circuit_error(
                f"the keyword parameters of the advice {self.name} must be hashable",
                hint="pass tuples instead of lists",
            ) from None
        if traced is None:
            traced = self._traced[key] = self._trace_new(shapes, bound.kwargs)
        return traced

    def _check_shapes(self, bound: inspect.BoundArguments) -> None:
        for name, parameter in self.interface.signature.parameters.items():
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
                continue
            if self._is_positional(name) and takes_structures(self.interface.types.get(name)):
                continue
            kind = self.interface.annotations.get(name)
            is_typed = isinstance(kind, type) and issubclass(kind, Int | Ints)
            if not self._is_positional(name) or not is_typed:
                raise CircuitError(
                    f"parameter {name} of the advice {self.name} has no type",
                    where=self.interface.place_of(name),
                    hint=f"write {name}: Int for a signal, {name}: Ints or {name}: Ints[4] for an array, or a structure",
                )
            assert kind is not None
            shape = bound.arguments[name]
            size = kind.size if issubclass(kind, Ints) else None
            fits = isinstance(shape, int) and size in (None, shape)
            if not (fits if issubclass(kind, Ints) else shape is None):
                raise circuit_error(
                    f"{name} of the advice {self.name} must be {_kind_text(kind)}, got {_shape_text(shape)}"
                )

    def _trace_new(self, shapes: Sequence[Shape], parameters: Mapping[str, Any]) -> _Traced:
        builder = Builder(self.name, sum(map(n_cells, shapes)))
        arguments: list[Any] = []
        cell = 0
        for shape in shapes:
            arguments.append(placed(builder, shape, cell))
            cell += n_cells(shape)
        with building(builder):
            result = self.interface.function(*arguments, **parameters)
            outputs: list[int] = []
            shape = self._collect(builder, result, outputs)
            return _Traced(builder.finish(outputs, self.limits), shape)

    def _collect(self, builder: Builder, result: Any, outputs: list[int]) -> Shape:
        """Append the cells of a result; returns its shape."""
        collect = functools.partial(self._collect, builder, outputs=outputs)
        if isinstance(result, tuple):
            return tuple(map(collect, result))
        if isinstance(result, Fields):
            check_result_type(type(result), self.name)
            return Structure(type(result), tuple(map(collect, values_of(result).values())))
        if isinstance(result, list) and any(isinstance(each, Fields) for each in result):
            return Listed(tuple(map(collect, result)))
        if isinstance(result, Ints | list):
            outputs.extend(cell_of(builder, value) for value in result)
            return len(result)
        if result is None:
            raise circuit_error(
                f"the advice {self.name} returns nothing",
                hint="return an integer, Ints or a list of integers, or a tuple of these",
            )
        outputs.append(cell_of(builder, result))
        return None


def _on_signals(traced: _Traced, flat: Sequence[Any], tracer: Tracer) -> Any:
    inputs = [input_terms(leaf, tracer) for leaf in flat]
    terms = tracer.hint(traced.program, inputs, (), len(traced.program.outputs))
    return rebuilt(traced.shape, (make_signal(tracer, each, None) for each in terms), Array)


def input_terms(value: Any, tracer: Tracer) -> dict[int, int]:
    """Return the linear combination of an input of a hint."""
    signal = as_signal(value, tracer)
    if signal is None:
        raise circuit_error(
            f"the inputs of a hint are signals, got a {type(value).__name__}", hint=remedy(value)
        )
    if signal.tracer is not tracer:
        same_circuit(signal, constant_signal(tracer, 0))
    mark_used((signal,))
    return signal.linear_terms()


def _integer(value: Any) -> int:
    if not isinstance(value, SupportsIndex):
        raise circuit_error(
            f"advice takes signals or integers, got a {type(value).__name__}",
            hint="a text becomes a number with int.from_bytes(b'...', 'big')",
        )
    return operator.index(value)


def _kind_text(kind: type) -> str:
    if issubclass(kind, Int):
        return "a single value"
    return "an array" if kind.size is None else f"an array of {kind.size}"  # type: ignore[attr-defined]


def _shape_text(shape: Shape) -> str:
    if isinstance(shape, Structure):
        return f"a {shape.cls.__name__}"
    if isinstance(shape, Listed):
        return "an array of structures"
    return "a single value" if shape is None else f"an array of {shape}"
