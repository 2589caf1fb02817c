"""Templates: the body of a stamped gadget, traced once, and checked by a second trace when it is used again.

A gadget that reads anything but its arguments (a counter, an iterator, a variable that changes) would stamp what it read first; two
traces for the same arguments then differ, and that is refused.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from zkctl.constraints.block import Block
from zkctl.constraints.linear import Terms
from zkctl.dsl.bounds import Bounds
from zkctl.dsl.interface import Interface
from zkctl.dsl.nested_values import leaves, replace_leaves, same_structure, signals_within
from zkctl.dsl.parameter_keys import Surroundings
from zkctl.dsl.signal import Signal, make_signal
from zkctl.dsl.spans import boundary, circuit_error
from zkctl.dsl.trace import ONLY_ARGUMENTS, Session, Tracer, tracing
from zkctl.errors import CircuitError


@dataclass(eq=False)
class Template:
    """A traced gadget: its block, and its results in terms of the block's wires.

    `surroundings` is what the function saw besides its arguments when it was traced last; `uses` counts its calls.
    """

    block: Block
    result: Any
    returned: tuple[tuple[Terms, Bounds | None], ...]
    names: dict[int, str]
    surroundings: Surroundings
    uses: int = 1


def run_body(function: Callable[..., Any], bound: inspect.BoundArguments) -> Any:
    """Call the user's function; chains of callers end here."""
    return function(*bound.args, **bound.kwargs)


boundary(run_body)


def check_returned(result: Any, tracer: Tracer, name: str) -> None:
    """Check that the signals that a circuit or gadget returns are its own.  Raises: CircuitError."""
    for leaf in signals_within(result):
        if leaf.tracer is not tracer:
            raise circuit_error(
                f"{name} returns {leaf.describe()}, which belongs to another circuit or gadget call",
                hint=ONLY_ARGUMENTS,
            )


def trace_template(
    interface: Interface, bound: inspect.BoundArguments, session: Session
) -> Template:
    """Trace the function with ports in place of the signals among its arguments."""
    n_ports = sum(1 for signal in interface.signals_in(bound) if signal.constant is None)
    tracer = Tracer(session, n_ports)
    next_port = iter(range(1, n_ports + 1))

    def port(leaf: Signal, name: str) -> Signal:
        if leaf.constant is not None:
            return make_signal(tracer, dict(leaf.linear_terms()), None)
        wire = next(next_port)
        tracer.names[wire] = name
        return make_signal(tracer, {wire: 1}, leaf.bounds)

    inner = interface.signature.bind(*bound.args, **bound.kwargs)
    for name in interface.kinds:
        inner.arguments[name] = replace_leaves(
            inner.arguments[name], functools.partial(port, name=name)
        )
    surroundings = Surroundings(interface.function)
    with tracing(tracer):
        result = run_body(interface.function, inner)
        check_returned(result, tracer, interface.name)
        found = [leaf for leaf in leaves(result) if isinstance(leaf, Signal)]
        returned = tuple((signal.linear_terms(), signal.bounds) for signal in found)
        return Template(tracer.finish(), result, returned, tracer.names, surroundings)


def confirm(
    template: Template, interface: Interface, bound: inspect.BoundArguments, session: Session
) -> None:
    """Trace again at the second use, and whenever the function's surroundings changed, and compare.

    Raises: CircuitError if the gadget depends on more than its arguments.
    """
    template.uses += 1
    if template.uses > 2 and template.surroundings == Surroundings(interface.function):
        return
    try:
        second = trace_template(interface, bound, session)
        same = _same(template, second)
    except Exception as problem:
        raise _impure(interface) from problem
    if not same:
        raise _impure(interface)
    template.surroundings = second.surroundings


def _impure(interface: Interface) -> CircuitError:
    return circuit_error(
        f"the stamped gadget {interface.name} depends on more than its arguments: traced twice, it differs",
        hint="pass what changes as a parameter, or leave stamped=True away",
    )


def _same(first: Template, second: Template) -> bool:
    return (
        first.returned == second.returned
        and first.names == second.names
        and same_structure(first.result, second.result)
        and first.block.same_as(second.block)
    )
