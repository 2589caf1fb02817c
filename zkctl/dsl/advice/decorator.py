"""`@advice`: a function over integers that becomes a program, so that a witness program holds it as data."""

from __future__ import annotations

import functools
import inspect
import operator
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any, SupportsIndex, overload

from zkctl.constraints.advice.instructions import AdviceProgram, Limits
from zkctl.constraints.advice.run import run_advice
from zkctl.dsl.advice.builder import Builder, building, current_builder
from zkctl.dsl.advice.integers import Int, Ints, cell_of
from zkctl.dsl.array import Array
from zkctl.dsl.integers import remedy
from zkctl.dsl.interface import Interface
from zkctl.dsl.numbers.linear_value import same_circuit
from zkctl.dsl.signal import Signal, as_signal, constant_signal, make_signal
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.statements.uses import mark_used
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

    Parameters are `Int` (a signal), `Ints[4]` or `Ints` (an array); keyword-only ones are constants.  The function is traced once for
    each length of its arrays.  Its results, reduced modulo p, are new signals that nothing constrains.
    `steps` and `bits` are the limits of a call.
    """
    if function is None:
        return functools.partial(advice, steps=steps, bits=bits)
    return Advice(function, Limits(steps, bits))


@record
class _Traced:
    """A program and the shape of its results: nested tuples, with the length of an array or None for a number at the leaves."""

    program: AdviceProgram
    shape: Any


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
        args, parameters = bound.args, bound.kwargs
        values = [_flat(value) for value in args]
        signals = [leaf for value in values for leaf in value if isinstance(leaf, Signal)]
        tracer = signals[0].tracer if signals else current_tracer()
        traced = self._trace(args, parameters)
        flat = [leaf for value in values for leaf in value]
        if tracer is not None:
            return _on_signals(traced, flat, tracer)
        p = field_in_use().modulus
        results = run_advice(traced.program, [_integer(leaf) % p for leaf in flat], p)
        return _shaped(traced.shape, iter([value % p for value in results]), list)

    def python(self, *args: Any, **parameters: Any) -> Any:
        """Return what Python computes from plain integers and lists, for tests of the program."""
        with building(None):
            return self.interface.function(*args, **parameters)

    def program(self, *lengths: int | None, **parameters: Any) -> AdviceProgram:
        """Return the program for arrays of these lengths, None for a single number."""
        arguments = [0 if length is None else [0] * length for length in lengths]
        return self._trace(arguments, parameters).program

    def _trace(self, args: Sequence[Any], parameters: Mapping[str, Any]) -> _Traced:
        lengths = tuple(len(_flat(arg)) if _is_array(arg) else None for arg in args)
        bound = self.interface.bind((*lengths,), dict(parameters))
        self._check_lengths(bound)
        key = (lengths, tuple((k, type(v), v) for k, v in sorted(bound.kwargs.items())))
        try:
            traced = self._traced.get(key)
        except TypeError:
            raise circuit_error(
                f"the keyword parameters of the advice {self.name} must be hashable",
                hint="pass tuples instead of lists",
            ) from None
        if traced is None:
            traced = self._traced[key] = self._trace_new(lengths, bound.kwargs)
        return traced

    def _check_lengths(self, bound: inspect.BoundArguments) -> None:
        for name, parameter in self.interface.signature.parameters.items():
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
                continue
            kind = self.interface.annotations.get(name)
            if (
                parameter.kind not in _POSITIONAL
                or not isinstance(kind, type)
                or not issubclass(kind, Int | Ints)
            ):
                raise CircuitError(
                    f"parameter {name} of the advice {self.name} has no type",
                    where=self.interface.place_of(name),
                    hint=f"write {name}: Int for a signal, {name}: Ints or {name}: Ints[4] for an array",
                )
            expected = _kind_text(kind)
            length = bound.arguments[name]
            good = length is not None and kind.size in (None, length) if issubclass(kind, Ints) else length is None  # fmt: skip
            if not good:
                found = "a single value" if length is None else f"an array of {length}"
                raise circuit_error(f"{name} of the advice {self.name} must be {expected}, got {found}")  # fmt: skip

    def _trace_new(self, lengths: Sequence[int | None], parameters: Mapping[str, Any]) -> _Traced:
        sizes = [1 if length is None else length for length in lengths]
        builder = Builder(self.name, sum(sizes))
        arguments: list[Int | Ints] = []
        cell = 0
        for length, size in zip(lengths, sizes, strict=True):
            arguments.append(
                Int(builder, cell)
                if length is None
                else Ints(builder, cell, size, is_parameter=True)
            )
            cell += size
        with building(builder):
            result = self.interface.function(*arguments, **parameters)
            outputs: list[int] = []
            shape = self._collect(builder, result, outputs)
            return _Traced(builder.finish(outputs, self.limits), shape)

    def _collect(self, builder: Builder, result: Any, outputs: list[int]) -> Any:
        """Append the cells of a result; returns its shape."""
        if isinstance(result, tuple):
            return tuple(self._collect(builder, part, outputs) for part in result)
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
    return _shaped(traced.shape, (make_signal(tracer, each, None) for each in terms), Array)


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


def _is_array(value: Any) -> bool:
    return isinstance(value, Array | list | tuple)


def _flat(value: Any) -> list[Any]:
    if isinstance(value, Array):
        return value.flat
    if isinstance(value, list | tuple):
        return [leaf for item in value for leaf in _flat(item)]
    return [value]


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


def _shaped(shape: Any, leaves: Iterator[Any], make: Callable[[list[Any]], Any]) -> Any:
    if shape is None:
        return next(leaves)
    if isinstance(shape, tuple):
        return tuple(_shaped(part, leaves, make) for part in shape)
    return make([next(leaves) for _ in range(shape)])
