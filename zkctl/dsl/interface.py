"""The interface of a decorated function: its signal parameters with their kinds, and its template parameters."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import Any

from zkctl.dsl.nested_values import leaves, replace_leaves
from zkctl.dsl.signal import Bit, Signal, Uint, as_signal
from zkctl.dsl.spans import circuit_error, parameter_sites, where
from zkctl.dsl.statements.uses import mark_used
from zkctl.dsl.trace import Tracer
from zkctl.errors import CircuitError
from zkctl.runtime.records import record


@record
class Interface:
    """The signature of a circuit or gadget."""

    function: Callable[..., Any]

    @property
    def name(self) -> str:
        """The function's name."""
        return self.function.__name__

    @property
    def place(self) -> str:
        """The place of the definition, for errors about the signature."""
        code = self.function.__code__
        return f"{code.co_filename.rpartition('/')[2]}:{code.co_firstlineno} in {self.name}"

    def place_of(self, parameter: str) -> str:
        """Return the place of a parameter in the signature, with source line and caret."""
        return where([parameter_sites(self.function)[parameter]])

    @cached_property
    def signature(self) -> inspect.Signature:
        """Names, defaults and kinds."""
        return inspect.signature(self.function)

    @cached_property
    def annotations(self) -> dict[str, Any]:
        """The annotations as types.  Raises: CircuitError if one cannot be resolved."""
        try:
            return typing.get_type_hints(self.function)
        except Exception as problem:
            raise CircuitError(
                f"the annotations of {self.name} cannot be read: {problem}",
                where=self.place,
                hint="import the types at the top of the file, not inside a function or a condition",
            ) from problem

    @cached_property
    def kinds(self) -> dict[str, type[Signal]]:
        """The parameters that take signals (keyword-only parameters never do) and the kind that each needs."""
        found = {}
        for name, parameter in self.signature.parameters.items():
            kind = signal_kind(self.annotations.get(name))
            if kind is not None and parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
                found[name] = kind
        return found

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> inspect.BoundArguments:
        """Match arguments to parameters.  Raises: CircuitError as Python's TypeError would."""
        try:
            bound = self.signature.bind(*args, **kwargs)
        except TypeError as problem:
            raise circuit_error(f"wrong arguments for {self.name}: {problem}") from problem
        bound.apply_defaults()
        return bound

    def signals_in(self, bound: inspect.BoundArguments) -> Iterator[Signal]:
        """Yield all signals among the arguments."""
        for name in self.kinds:
            for leaf in leaves(bound.arguments[name]):
                if isinstance(leaf, Signal):
                    yield leaf

    def coerce(self, bound: inspect.BoundArguments, tracer: Tracer) -> None:
        """Turn integers into constant signals and check that every signal has the annotated type."""
        for name, kind in self.kinds.items():
            coerced = partial(_coerced, kind=kind, what=f"{name} of {self.name}", tracer=tracer)
            bound.arguments[name] = replace_leaves(bound.arguments[name], coerced)


def signal_kind(annotation: Any) -> type[Signal] | None:
    """Return signal, Uint or Bit if the annotation mentions it, alone or inside Array, list, tuple, Sequence or a union."""
    if isinstance(annotation, type) and issubclass(annotation, Signal):
        return annotation
    found = [signal_kind(part) for part in typing.get_args(annotation)]
    return next((kind for kind in found if kind is not None), None)


_HOW: dict[type[Signal], str] = {
    Bit: "make a Bit with to_bits, is_zero, is_equal, an input declared Bit, or assume_bit(x, because=...)",
    Uint: "to_uint(x, n_bits) proves a width; an input can be declared Uint with bits=n",
}


def _coerced(leaf: Signal | int, kind: type[Signal], what: str, tracer: Tracer) -> Signal:
    signal = as_signal(leaf, tracer)
    assert signal is not None
    if signal.tracer is not tracer:
        raise circuit_error(
            f"{what} is a signal of another circuit or gadget call",
            hint="a gadget may only use signals it gets as arguments",
        )
    if not isinstance(signal, kind):
        found = signal.describe() if tracer.eager else f"a {type(signal).__name__}"
        raise circuit_error(f"{what} must be a {kind.__name__}, got {found}", hint=_HOW[kind])
    mark_used((signal,))
    return signal
