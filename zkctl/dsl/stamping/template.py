"""Templates: the body of a stamped gadget, traced once, and checked by a second trace when it is used again.

A gadget that reads anything but its arguments (a counter, an iterator, a variable that changes) would stamp what it read first; two
traces for the same arguments then differ, and that is refused.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from zkctl.constraints.block import Block, BlockBuilder, with_body
from zkctl.constraints.free_constants import RESERVED, FreeConstants, ValueNeeded
from zkctl.constraints.linear import Terms, substitute
from zkctl.dsl.annotations import leaf_kind
from zkctl.dsl.bounds import OPEN, Bounds
from zkctl.dsl.interface import Interface
from zkctl.dsl.nested_values import leaves, replace_leaves, same_structure, signals_in
from zkctl.dsl.session import Session
from zkctl.dsl.signal import Signal, make_signal
from zkctl.dsl.spans import Site, boundary, circuit_error
from zkctl.dsl.stamping.parameter_keys import Surroundings
from zkctl.dsl.statements.uses import mark_used
from zkctl.dsl.swallowed import whole
from zkctl.dsl.trace import ONLY_ARGUMENTS, Tracer, tracing
from zkctl.dsl.value_types import ValueType
from zkctl.errors import CircuitError


@dataclass(eq=False)
class Template:
    """A traced gadget: its block, and its results in terms of the block's wires.

    `bound` are the arguments of the call that was traced, `surroundings` what the function saw besides them when it was traced last;
    `uses` counts its calls.
    """

    interface: Interface
    bound: inspect.BoundArguments

    block: Block
    result: Any
    returned: tuple[tuple[Terms, Bounds | None], ...]
    names: dict[int, str]
    free: FreeConstants
    surroundings: Surroundings
    uses: int = 1


def run_body(function: Callable[..., Any], bound: inspect.BoundArguments) -> Any:
    """Call the user's function; chains of callers end here."""
    return function(*bound.args, **bound.kwargs)


boundary(run_body)


def check_returned(result: Any, tracer: Tracer, name: str) -> None:
    """Check that the signals that a circuit or gadget returns are its own.  Raises: CircuitError."""
    for leaf in signals_in(result):
        if leaf.tracer is not tracer:
            raise circuit_error(
                f"{name} returns {leaf.describe()}, which belongs to another circuit or gadget call",
                hint=ONLY_ARGUMENTS,
            )


def trace_template(
    interface: Interface, bound: inspect.BoundArguments, session: Session, constants_open: bool
) -> Template:
    """Trace the function with ports in place of the signals among its arguments, and of constants if they are left open.

    Raises: ValueNeeded if something depends on the value of an open constant.
    """
    tracer = Tracer(session, 0)
    inner, promised = _with_ports(interface, bound, tracer, constants_open)
    surroundings = Surroundings(interface.function)
    with tracing(tracer):
        with whole(interface, session.errors):
            result = run_body(interface.function, inner)
        check_returned(result, tracer, interface.name)
        result = interface.checked_result(result, tracer)
        list(leaves(result))  # nothing else is exchanged
        found = list(signals_in(result))
        mark_used(found)
        returned = tuple((signal.linear_terms(), signal.bounds) for signal in found)
        if tracer.free.is_asked or any(s.bounds is OPEN and not s.is_open_constant for s in found):
            raise ValueNeeded
        block = with_body(tracer.finish(), promised, returned)
    return Template(
        interface, bound, block, result, returned, tracer.names, tracer.free, surroundings
    )


def placed(template: Template, ports: Sequence[Terms], shift: int, tracer: Tracer) -> Any:
    """Return the result of a copy of the template."""
    returned = iter(template.returned)

    def place(leaf: Any) -> Any:
        if not isinstance(leaf, Signal):
            return leaf
        terms, bounds = next(returned)
        moved = substitute(terms, ports, shift, tracer.modulus)
        return make_signal(tracer, moved, None if bounds is OPEN else bounds)

    return replace_leaves(template.result, place)


def is_open(leaf: Signal, kind: ValueType) -> bool:
    """Return whether a template can leave this argument open: a constant other than 0, of which no type is demanded."""
    return leaf_kind(kind) is Signal and bool(leaf.known_constant)


def _with_ports(
    interface: Interface, bound: inspect.BoundArguments, tracer: Tracer, constants_open: bool
) -> tuple[inspect.BoundArguments, list[Bounds | None]]:
    """Return the arguments with ports, and the interval that the argument of each port has.

    The constants that stay open are ports too, followed by those for their products.
    """
    inner = interface.signature.bind(*bound.args, **bound.kwargs)
    inner.apply_defaults()
    free: list[int] = []
    promised: list[Bounds | None] = []

    def port(leaf: Any, name: str, kind: ValueType) -> Any:
        if not isinstance(leaf, Signal):
            return leaf
        stays_open = constants_open and is_open(leaf, kind)
        if leaf.known_constant is not None and not stays_open:
            return make_signal(tracer, dict(leaf.linear_terms()), None)
        wire = len(tracer.names) + 1
        tracer.names[wire] = name
        promised.append(None if stays_open or leaf.bounds is OPEN else leaf.bounds)
        if stays_open:
            free.append(wire)
        return Signal(tracer, {wire: 1}, OPEN) if stays_open else make_signal(tracer, {wire: 1}, leaf.bounds)  # fmt: skip

    for name, kind in interface.types.items():
        change = functools.partial(port, name=name, kind=kind)
        inner.arguments[name] = replace_leaves(inner.arguments[name], change)
    n_ports = len(tracer.names)
    if free:
        tracer.free.declare(free, n_ports)
        n_ports += RESERVED
    tracer.builder = BlockBuilder(n_ports, tracer.session.pool)
    return inner, promised


def confirm(
    template: Template, interface: Interface, bound: inspect.BoundArguments, session: Session
) -> None:
    """Trace again at the second use, and whenever the function's surroundings changed, and compare.

    Raises: CircuitError if the gadget depends on more than its arguments.
    """
    template.uses += 1
    if template.uses == 2 or template.surroundings != Surroundings(interface.function):
        _compare(template, interface, bound, session)


def confirm_later_uses(template: Template, session: Session) -> None:
    """Trace once more when the circuit is finished, for the uses after the second: values read through others may have changed.

    Raises: CircuitError if the gadget depends on more than its arguments.
    """
    if template.uses > 2 and not Site(template.interface.function.__code__).is_ours:
        _compare(template, template.interface, template.bound, session)


def _compare(
    template: Template, interface: Interface, bound: inspect.BoundArguments, session: Session
) -> None:
    try:
        second = trace_template(interface, bound, session, bool(template.free.wires))
        same = _same(template, second)
    except (Exception, ValueNeeded) as problem:
        raise _impure(interface) from problem
    if not same:
        raise _impure(interface)
    template.surroundings = second.surroundings


def _impure(interface: Interface) -> CircuitError:
    error = circuit_error(
        f"the stamped gadget {interface.name} depends on more than its arguments: traced twice, it differs",
        hint="pass what changes as a parameter, or leave stamped=True away",
    )
    error.where = error.where or interface.place
    return error


def _same(first: Template, second: Template) -> bool:
    return (
        first.returned == second.returned
        and first.names == second.names
        and first.free.products == second.free.products
        and same_structure(first.result, second.result)
        and first.block.same_as(second.block)
    )
