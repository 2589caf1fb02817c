"""Gadgets: functions from signals to signals that also run on plain integers.

`@gadget` adds eager mode: called with integers only, the function computes on values, checks each constraint where it stands and
returns integers.  `@gadget(stamped=True)` also makes repetition cheap: the function is traced once per template shape (structure of
its arguments, known bounds, constants, parameters) and afterwards stamped by renumbering arrays.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar, overload

from zkctl.constraints.linear import substitute
from zkctl.dsl.interface import Interface
from zkctl.dsl.nested_values import replace_leaves, shape_of
from zkctl.dsl.parameter_keys import parameter_key
from zkctl.dsl.signal import Signal, make_signal
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.template import check_returned, confirm, run_body, trace_template
from zkctl.dsl.trace import EagerTracer, Session, Tracer, current_tracer, field_in_use, tracing

F = TypeVar("F", bound=Callable[..., Any])


@overload
def gadget(function: F) -> F: ...
@overload
def gadget(*, stamped: bool = False) -> Callable[[F], F]: ...
def gadget(function: Any = None, *, stamped: bool = False) -> Any:
    """Make a function a gadget.

    Signal parameters are those annotated Signal, Uint, Bit or an array, list, tuple or sequence of them; integers given for them
    become constants.  Use stamped=True for gadgets of more than a few constraints.  The constraints are those of plain tracing, except
    that a lazy product given or returned becomes a wire and that arguments are not simplified against each other; the gadget may only
    use signals it gets as arguments.
    Raises: CircuitError if a Bit or Uint parameter gets a signal without that proof.
    """
    if function is None:
        return functools.partial(gadget, stamped=stamped)
    interface = Interface(function)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        bound = interface.bind(args, kwargs)
        first = next(interface.signals_in(bound), None)
        tracer = current_tracer() if first is not None or not interface.kinds else None
        if tracer is None and first is not None:
            raise circuit_error(f"{interface.name} is called with signals outside a circuit")
        if tracer is None:
            return _run_eagerly(interface, bound)
        interface.coerce(bound, tracer)
        if stamped and not tracer.eager:
            return _stamp(interface, bound, tracer)
        result = function(*bound.args, **bound.kwargs)
        check_returned(result, tracer, interface.name)
        return result

    return call


def _run_eagerly(interface: Interface, bound: inspect.BoundArguments) -> Any:
    with tracing(EagerTracer(Session(field_in_use()), 0)) as tracer:
        interface.coerce(bound, tracer)
        result = run_body(interface.function, bound)
        tracer.finish()
        return as_integers(result)


def as_integers(result: Any) -> Any:
    """Replace constant signals by their values."""
    return replace_leaves(result, lambda leaf: leaf.constant if isinstance(leaf, Signal) else leaf)


def _stamp(interface: Interface, bound: inspect.BoundArguments, tracer: Tracer) -> Any:
    signals = list(interface.signals_in(bound))
    key = _key(interface, bound, signals)
    template = tracer.session.templates.get(key)
    if template is None:
        template = trace_template(interface, bound, tracer.session)
        tracer.session.templates[key] = template
    else:
        confirm(template, interface, bound, tracer.session)
    if key != _key(interface, bound, signals):
        raise circuit_error(
            f"the stamped gadget {interface.name} changes its parameters",
            hint="return the new state, or leave stamped=True away",
        )
    ports = [signal.linear_terms() for signal in signals if signal.constant is None]
    shift = tracer.stamp(template.block, ports, interface.name)
    returned = iter(template.returned)

    def place(leaf: Any) -> Any:
        if not isinstance(leaf, Signal):
            return leaf
        terms, bounds = next(returned)
        return make_signal(tracer, substitute(terms, ports, shift, tracer.modulus), bounds)

    return replace_leaves(template.result, place)


def _key(
    interface: Interface, bound: inspect.BoundArguments, signals: Sequence[Signal]
) -> Hashable:
    shapes = tuple(shape_of(bound.arguments[name]) for name in interface.kinds)
    known = tuple((signal.constant, signal.bounds) for signal in signals)
    others = []
    for name, value in bound.arguments.items():
        if name not in interface.kinds:
            _check_hashable(value, interface)
            others.append((name, parameter_key(value, f"{name} of {interface.name}")))
    return interface.function, shapes, known, tuple(others)


def _check_hashable(value: Any, interface: Interface) -> None:
    try:
        hash(value)
    except TypeError:
        raise circuit_error(
            f"the parameters of the stamped gadget {interface.name} must be hashable",
            hint="pass tuples instead of lists, or leave stamped=True away",
        ) from None
