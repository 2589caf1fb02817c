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

from zkctl.constraints.block import Block
from zkctl.constraints.linear import Terms, substitute
from zkctl.dsl.bounds import Bounds
from zkctl.dsl.interface import Interface
from zkctl.dsl.nested_values import leaves, replace_leaves, shape_of
from zkctl.dsl.signal import Signal, make_signal
from zkctl.dsl.spans import boundary, circuit_error
from zkctl.dsl.trace import EagerTracer, Session, Tracer, current_tracer, field_in_use, tracing
from zkctl.runtime.records import record

F = TypeVar("F", bound=Callable[..., Any])


@overload
def gadget(function: F) -> F: ...
@overload
def gadget(*, stamped: bool = False) -> Callable[[F], F]: ...
def gadget(function: Any = None, *, stamped: bool = False) -> Any:
    """Make a function a gadget.

    Signal parameters are those annotated Signal, Uint, Bit or an array, list, tuple, sequence or structure of them; integers given
    for them become constants.  In the class of a structure, `self` needs no annotation.  Use stamped=True for gadgets of more than a
    few constraints.  The constraints are those of plain tracing, except that a lazy product given or returned becomes a wire and that
    arguments are not simplified against each other; the gadget may only use signals it gets as arguments.
    Raises: CircuitError for a parameter without annotation; when called, for an argument or result of another type.
    """
    if function is None:
        return functools.partial(gadget, stamped=stamped)
    interface = Interface(function)
    interface.require_annotations()

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        bound = interface.bind(args, kwargs)
        first = next(interface.signals_in(bound), None)
        tracer = current_tracer() if first is not None or not interface.types else None
        if tracer is None and first is not None:
            raise circuit_error(f"{interface.name} is called with signals outside a circuit")
        if tracer is None:
            return _run_eagerly(interface, bound)
        interface.coerce(bound, tracer)
        if stamped and not tracer.eager:
            return _stamp(interface, bound, tracer)
        return interface.checked_result(function(*bound.args, **bound.kwargs), tracer)

    call.set_owner = interface.set_owner  # type: ignore[attr-defined]  # for methods of structures
    return call


def run_body(function: Callable[..., Any], bound: inspect.BoundArguments) -> Any:
    """Call the user's function; chains of callers end here."""
    return function(*bound.args, **bound.kwargs)


boundary(run_body)


def _run_eagerly(interface: Interface, bound: inspect.BoundArguments) -> Any:
    with tracing(EagerTracer(Session(field_in_use()), 0)) as tracer:
        interface.coerce(bound, tracer)
        result = interface.checked_result(run_body(interface.function, bound), tracer)
        tracer.finish()
        return as_integers(result)


def as_integers(result: Any) -> Any:
    """Replace constant signals by their values."""
    return replace_leaves(result, lambda leaf: leaf.constant if isinstance(leaf, Signal) else leaf)


@record
class Template:
    """A traced gadget: its block, and its results in terms of the block's wires."""

    block: Block
    result: Any
    returned: tuple[tuple[Terms, Bounds | None], ...]


def _stamp(interface: Interface, bound: inspect.BoundArguments, tracer: Tracer) -> Any:
    signals = list(interface.signals_in(bound))
    key = _key(interface, bound, signals)
    template = tracer.session.templates.get(key)
    if template is None:
        template = _trace_template(interface, bound, tracer.session)
        tracer.session.templates[key] = template
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
    shapes = tuple(shape_of(bound.arguments[name]) for name in interface.types)
    known = tuple((signal.constant, signal.bounds) for signal in signals)
    others = tuple((n, v) for n, v in bound.arguments.items() if n not in interface.types)
    key = (interface.function, shapes, known, others)
    try:
        hash(key)
    except TypeError:
        raise circuit_error(
            f"the parameters of the stamped gadget {interface.name} must be hashable",
            hint="pass tuples instead of lists, or leave stamped=True away",
        ) from None
    return key


def _trace_template(
    interface: Interface, bound: inspect.BoundArguments, session: Session
) -> Template:
    n_ports = sum(1 for signal in interface.signals_in(bound) if signal.constant is None)
    tracer = Tracer(session, n_ports)
    next_port = iter(range(1, n_ports + 1))

    def port(leaf: Any, name: str) -> Any:
        if not isinstance(leaf, Signal):
            return leaf
        if leaf.constant is not None:
            return make_signal(tracer, dict(leaf.linear_terms()), None)
        wire = next(next_port)
        tracer.names[wire] = name
        return make_signal(tracer, {wire: 1}, leaf.bounds)

    inner = interface.signature.bind(*bound.args, **bound.kwargs)
    inner.apply_defaults()
    for name in interface.types:
        inner.arguments[name] = replace_leaves(
            inner.arguments[name], functools.partial(port, name=name)
        )
    with tracing(tracer):
        result = interface.checked_result(run_body(interface.function, inner), tracer)
        found = [leaf for leaf in leaves(result) if isinstance(leaf, Signal)]
        returned = tuple((signal.linear_terms(), signal.bounds) for signal in found)
        return Template(tracer.finish(), result, returned)
