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

from zkctl.constraints.free_constants import ValueNeeded
from zkctl.dsl.eager import EagerTracer
from zkctl.dsl.interface import Interface
from zkctl.dsl.nested_values import collapsed, replace_leaves, shape_of, signals_in
from zkctl.dsl.session import Session
from zkctl.dsl.signal import Signal
from zkctl.dsl.spans import circuit_error
from zkctl.dsl.stamping.eager_copies import stamp_eagerly
from zkctl.dsl.stamping.parameter_keys import parameter_key
from zkctl.dsl.stamping.template import (  # fmt: skip
    Template,
    check_returned,
    confirm,
    confirm_later_uses,
    is_open,
    placed,
    run_body,
    trace_template,
)
from zkctl.dsl.statements.calls import CopyOf
from zkctl.dsl.statements.statement import Statement
from zkctl.dsl.statements.uses import Result, mark_used
from zkctl.dsl.swallowed import attempt
from zkctl.dsl.trace import Tracer, current_tracer, field_in_use, tracing
from zkctl.dsl.value_types import ValueType
from zkctl.errors import CircuitError

F = TypeVar("F", bound=Callable[..., Any])
Arguments = Sequence[tuple[Signal, ValueType]]


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
            return _run_eagerly(interface, bound, stamped=stamped)
        interface.coerce(bound, tracer)
        calls, n_rows = tracer.calls, tracer.builder.n_rows
        place = calls.begin()
        try:
            result, copy = _stamp(interface, bound, tracer) if stamped else (function(*bound.args, **bound.kwargs), None)  # fmt: skip
            check_returned(result, tracer, interface.name)
            result = interface.checked_result(result, tracer)
        except BaseException:
            calls.abandon(place)
            raise
        given = list(interface.signals_in(bound))
        node = expect_use(result, interface.name, tracer, given)
        if not tracer.eager:
            exchanged, rows = (given, signals_in(result)), (n_rows, tracer.builder.n_rows)
            calls.end(place, interface.contract, exchanged, rows, node, copy)
        return result

    call.set_owner = interface.set_owner  # type: ignore[attr-defined]  # for methods of structures
    return call


def expect_use(result: Any, name: str, tracer: Tracer, given: Sequence[Signal]) -> int:
    """Let the result of a gadget carry a new Use.  Arguments that are returned unchanged, and constants alone, are no results.

    Returns the place of the call.
    """
    node = tracer.node()
    arguments = {id(signal) for signal in given}
    made = [signal for signal in signals_in(result) if id(signal) not in arguments]
    mark_used(made)  # by being returned: only the outermost gadget's result is reported
    if any(leaf.known_constant is None for leaf in made):
        tracer.results.append(Result(name, node, made))
    return node


def discard(result: Any) -> None:
    """Declare that the result of a gadget is not needed: only the constraints of the call are meant.

    Raises: CircuitError for an equation or comparison, which nothing enforces then.
    """
    if isinstance(result, Statement):
        raise circuit_error(
            f"the {result.kind} {result.describe()} enforces nothing when it is discarded",
            hint=result.remedy,
        )
    mark_used(signals_in(result))


def _run_eagerly(interface: Interface, bound: inspect.BoundArguments, *, stamped: bool) -> Any:
    """Run on integers.  Inside a circuit they are constants; else each stands for a signal with this value."""
    inside = current_tracer() is not None
    with tracing(EagerTracer(Session(field_in_use()), takes_integers=not inside)) as tracer:
        tracer.reads_arguments = not inside
        interface.coerce(bound, tracer)
        tracer.reads_arguments = False
        result = (
            _stamp(interface, bound, tracer)[0] if stamped else run_body(interface.function, bound)
        )
        result = interface.checked_result(result, tracer)
        mark_used(signals_in(result))
        confirm_stamped(tracer)
        tracer.finish()
        return as_integers(result)


def as_integers(result: Any) -> Any:
    """Replace signals of eager mode by their values, and words by numbers."""
    return replace_leaves(
        collapsed(result), lambda leaf: leaf.value if isinstance(leaf, Signal) else leaf
    )


def _stamp(
    interface: Interface, bound: inspect.BoundArguments, tracer: Tracer
) -> tuple[Any, CopyOf | None]:
    """Return the result of a copy, and where the copy stands."""
    for name in interface.types:
        replace_leaves(bound.arguments[name], lambda leaf: leaf)  # sums of words are reduced here
    signals = [
        (leaf, kind)
        for name, kind in interface.types.items()
        for leaf in signals_in(bound.arguments[name])
    ]
    if isinstance(tracer, EagerTracer):
        key = _eager_key(interface, bound, signals)
        return stamp_eagerly(interface, bound, tracer, key), None
    template = _template(interface, bound, tracer.session, signals)
    constants_open = bool(template.free.wires)
    given = [
        signal.linear_terms()
        for signal, kind in signals
        if signal.known_constant is None or (constants_open and is_open(signal, kind))
    ]
    ports = template.free.stamped_ports(given, tracer.modulus)
    shift, first_row = tracer.stamp(template.block, ports, interface.name)
    copy = CopyOf(template.block.contents, ports, shift, first_row)
    return placed(template, ports, shift, tracer), copy


def _eager_key(interface: Interface, bound: inspect.BoundArguments, signals: Arguments) -> Hashable:
    """Return what decides the template; None for parameters that are not hashable, which matters for templates only."""
    try:
        with attempt():
            return _key(interface, bound, signals, False)
    except CircuitError:
        return None


def _template(
    interface: Interface, bound: inspect.BoundArguments, session: Session, signals: Arguments
) -> Template:
    """Return the template for all values of the constants among the arguments, or if something depends on them for these values."""
    n_open = sum(is_open(*pair) for pair in signals)
    asks_now = False
    if 0 < n_open < len(signals):
        asks_now = _key(interface, bound, signals, True) not in session.templates
        template = _known(interface, bound, session, signals, True)
        if template is not None:
            return template
    template = _known(interface, bound, session, signals, False)
    assert template is not None
    if asks_now:  # the body has run twice: did it do the same?
        confirm(template, interface, bound, session)
    return template


def _known(
    interface: Interface,
    bound: inspect.BoundArguments,
    session: Session,
    signals: Arguments,
    constants_open: bool,
) -> Template | None:
    """Return the template of these arguments, traced if it is new; None if it cannot leave the constants open."""
    key = _key(interface, bound, signals, constants_open)
    if key not in session.templates:
        template = _traced(interface, bound, session, constants_open)
        session.templates[key] = template
    else:
        template = session.templates[key]
        if template is not None:
            confirm(template, interface, bound, session)
    if key[-1] != _parameters(interface, bound):
        raise circuit_error(
            f"the stamped gadget {interface.name} changes its parameters",
            hint="return the new state, or leave stamped=True away",
        )
    return template


def confirm_stamped(tracer: Tracer) -> None:
    """Compare the stamped gadgets that a finished circuit used more than twice with a last trace.

    Those of whose parameters an object has changed since are left out: they are traced with it no more.
    Raises: CircuitError if one depends on more than its arguments.
    """
    kept: list[tuple[Any, Any, Session]] = [
        (key, template, tracer.session) for key, template in tracer.session.templates.items()
    ]
    if isinstance(tracer, EagerTracer):
        kept = [(key, *prepared) for key, prepared in tracer.prepared.items()]
    for key, template, session in kept:
        if template is None or template.uses <= 2:
            continue
        try:
            with attempt():
                parameters = _parameters(template.interface, template.bound)
        except CircuitError:
            continue
        if key[-1] == parameters:
            confirm_later_uses(template, session)


def _traced(
    interface: Interface, bound: inspect.BoundArguments, session: Session, constants_open: bool
) -> Template | None:
    if not constants_open:
        return trace_template(interface, bound, session, False)
    try:
        with attempt():
            return trace_template(interface, bound, session, True)
    except (Exception, ValueNeeded):  # an error comes again with the values
        return None


def _key(
    interface: Interface, bound: inspect.BoundArguments, signals: Arguments, constants_open: bool
) -> tuple[Hashable, ...]:
    """Return what decides the template; of open constants only which are equal."""
    shapes = tuple(shape_of(bound.arguments[name]) for name in interface.types)
    first: dict[int | None, int] = {}
    known: list[Hashable] = []
    for k, (signal, kind) in enumerate(signals):
        if constants_open and is_open(signal, kind):
            known.append(("open", first.setdefault(signal.known_constant, k)))
        else:
            signal.check_interval()
            known.append((signal.known_constant, signal.bounds))
    return interface.function, shapes, tuple(known), _parameters(interface, bound)


def _parameters(interface: Interface, bound: inspect.BoundArguments) -> Hashable:
    others = []
    for name, value in bound.arguments.items():
        if name not in interface.types:
            _check_hashable(value, interface)
            others.append((name, parameter_key(value, f"{name} of {interface.name}")))
    return tuple(others)


def _check_hashable(value: Any, interface: Interface) -> None:
    try:
        hash(value)
    except TypeError:
        raise circuit_error(
            f"the parameters of the stamped gadget {interface.name} must be hashable",
            hint="pass tuples instead of lists, or leave stamped=True away",
        ) from None
