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
from zkctl.constraints.block_values import BlockValues
from zkctl.constraints.linear import Terms, accumulate, is_constant, substitute
from zkctl.dsl.bounds import Bounds
from zkctl.dsl.eager import EagerTracer
from zkctl.dsl.interface import Interface
from zkctl.dsl.nested_values import leaves, replace_leaves, shape_of, signals_in
from zkctl.dsl.signal import Signal, make_signal
from zkctl.dsl.spans import boundary, capture, circuit_error
from zkctl.dsl.statements.statement import Statement
from zkctl.dsl.statements.uses import Result, mark_used
from zkctl.dsl.trace import Session, Tracer, current_tracer, field_in_use, tracing
from zkctl.errors import CircuitError
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
    Raises: CircuitError if a Bit or Uint parameter gets a signal without that proof.
    """
    if function is None:
        return functools.partial(gadget, stamped=stamped)
    interface = Interface(function)

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
        result = _stamp(interface, bound, tracer) if stamped else function(*bound.args, **bound.kwargs)  # fmt: skip
        expect_use(result, interface.name, tracer, list(interface.signals_in(bound)))
        return result

    call.set_owner = interface.set_owner  # type: ignore[attr-defined]  # for methods of structures
    return call


def expect_use(result: Any, name: str, tracer: Tracer, given: Sequence[Signal]) -> None:
    """Let the result of a gadget carry a new Use.  Arguments that are returned unchanged, and constants alone, are no results."""
    arguments = {id(signal) for signal in given}
    made = [signal for signal in signals_in(result) if id(signal) not in arguments]
    mark_used(made)  # by being returned: only the outermost gadget's result is reported
    if any(leaf.known_constant is None for leaf in made):
        tracer.results.append(Result(name, capture(), made))


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


def run_body(function: Callable[..., Any], bound: inspect.BoundArguments) -> Any:
    """Call the user's function; chains of callers end here."""
    return function(*bound.args, **bound.kwargs)


boundary(run_body)


def _run_eagerly(interface: Interface, bound: inspect.BoundArguments, *, stamped: bool) -> Any:
    """Run on integers.  Inside a circuit they are constants; else each stands for a signal with this value."""
    inside = current_tracer() is not None
    with tracing(EagerTracer(Session(field_in_use()), takes_integers=not inside)) as tracer:
        tracer.reads_arguments = not inside
        interface.coerce(bound, tracer)
        tracer.reads_arguments = False
        result = (
            _stamp(interface, bound, tracer) if stamped else run_body(interface.function, bound)
        )
        mark_used(signals_in(result))
        tracer.finish()
        return as_integers(result)


def as_integers(result: Any) -> Any:
    """Replace signals of eager mode by their values."""
    return replace_leaves(result, lambda leaf: leaf.value if isinstance(leaf, Signal) else leaf)


@record
class Template:
    """A traced gadget: its block, and its results in terms of the block's wires."""

    block: Block
    result: Any
    returned: tuple[tuple[Terms, Bounds | None], ...]


def _stamp(interface: Interface, bound: inspect.BoundArguments, tracer: Tracer) -> Any:
    signals = list(interface.signals_in(bound))
    if isinstance(tracer, EagerTracer):
        return _stamp_eagerly(interface, bound, tracer)
    key = _key(interface, bound, signals)
    template = tracer.session.templates.get(key)
    if template is None:
        template = _trace_template(interface, bound, tracer.session)
        tracer.session.templates[key] = template
    ports = [signal.linear_terms() for signal in signals if signal.known_constant is None]
    shift = tracer.stamp(template.block, ports, interface.name)
    return _placed(template, ports, shift, tracer)


def _placed(template: Template, ports: Sequence[Terms], shift: int, tracer: Tracer) -> Any:
    """Return the result of a copy of the template."""
    returned = iter(template.returned)

    def place(leaf: Any) -> Any:
        if not isinstance(leaf, Signal):
            return leaf
        terms, bounds = next(returned)
        return make_signal(tracer, substitute(terms, ports, shift, tracer.modulus), bounds)

    return replace_leaves(template.result, place)


_MAX_PREPARED = 256
_PREPARED: dict[Hashable, tuple[Template, BlockValues] | None] = {}  # None: the key occurred once


def _stamp_eagerly(interface: Interface, bound: inspect.BoundArguments, tracer: EagerTracer) -> Any:
    """Run the body on values; from the second time on the rows of its template, while they hold.

    So a debugger and a broken constraint see the body, and a hash that is computed many times is cheap.
    """
    try:
        key = (tracer.field, _key(interface, bound, list(interface.signals_in(bound))))
    except CircuitError:  # parameters that are not hashable matter for templates only
        return _run_on_ports(interface, bound, tracer)
    found = _PREPARED.get(key)
    if found is None and key in _PREPARED:
        template = _trace_template(interface, bound, Session(tracer.field))
        found = _PREPARED[key] = template, BlockValues(template.block)
    if found is not None and found[1].is_data:
        ports = [s.linear_terms() for s in interface.signals_in(bound) if s.known_constant is None]
        values = found[1].of_ports([tracer.value_of(terms) for terms in ports])
        if values is not None:
            shift = len(tracer.values) - 1 - len(ports)
            tracer.values.extend(values)
            return _placed(found[0], ports, shift, tracer)
    if len(_PREPARED) >= _MAX_PREPARED:
        _PREPARED.clear()
    _PREPARED.setdefault(key)
    return _run_on_ports(interface, bound, tracer)


def _run_on_ports(interface: Interface, bound: inspect.BoundArguments, tracer: EagerTracer) -> Any:
    """Run the body on new wires in place of the arguments, as a template has them."""
    given: dict[int, Terms] = {}

    def port(leaf: Any) -> Any:
        if not isinstance(leaf, Signal) or is_constant(leaf.linear_terms()):
            return leaf
        terms = leaf.linear_terms()
        wire = tracer.new_wire(tracer.value_of(terms))
        given[wire] = terms
        return make_signal(tracer, {wire: 1}, leaf.bounds)

    def place(leaf: Any) -> Any:
        if not isinstance(leaf, Signal):
            return leaf
        terms: Terms = {}
        for wire, factor in leaf.linear_terms().items():
            accumulate(terms, given.get(wire, {wire: 1}), factor, tracer.modulus)
        return make_signal(tracer, terms, leaf.bounds)

    for name in interface.types:
        bound.arguments[name] = replace_leaves(bound.arguments[name], port)
    result = run_body(interface.function, bound)
    mark_used(signals_in(result))
    return replace_leaves(result, place)


def _key(
    interface: Interface, bound: inspect.BoundArguments, signals: Sequence[Signal]
) -> Hashable:
    shapes = tuple(shape_of(bound.arguments[name]) for name in interface.types)
    known = tuple((signal.known_constant, signal.bounds) for signal in signals)
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
    n_ports = sum(1 for signal in interface.signals_in(bound) if signal.known_constant is None)
    tracer = Tracer(session, n_ports)
    next_port = iter(range(1, n_ports + 1))

    def port(leaf: Any, name: str) -> Any:
        if not isinstance(leaf, Signal):
            return leaf
        if leaf.known_constant is not None:
            return make_signal(tracer, dict(leaf.linear_terms()), None)
        wire = next(next_port)
        tracer.names[wire] = name
        return make_signal(tracer, {wire: 1}, leaf.bounds)

    inner = interface.signature.bind(*bound.args, **bound.kwargs)
    for name in interface.types:
        inner.arguments[name] = replace_leaves(
            inner.arguments[name], functools.partial(port, name=name)
        )
    with tracing(tracer):
        result = run_body(interface.function, inner)
        found = [leaf for leaf in leaves(result) if isinstance(leaf, Signal)]
        mark_used(found)
        returned = tuple((signal.linear_terms(), signal.bounds) for signal in found)
        return Template(tracer.finish(), result, returned)
