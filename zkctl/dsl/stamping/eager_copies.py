"""Stamped gadgets in eager mode: the body at its first use, the rows of its template afterwards.

So a debugger and a broken constraint see the body, and a hash that is computed many times is cheap.
"""

from __future__ import annotations

import inspect
from collections.abc import Hashable, Sequence
from typing import Any

from zkctl.constraints.block_values import BlockValues
from zkctl.constraints.linear import Terms, accumulate, is_constant
from zkctl.dsl.eager import EagerTracer
from zkctl.dsl.interface import Interface
from zkctl.dsl.nested_values import replace_leaves, signals_in
from zkctl.dsl.session import Session
from zkctl.dsl.signal import Signal, make_signal
from zkctl.dsl.stamping.known_values import combination_key
from zkctl.dsl.stamping.template import Template, confirm, placed, run_body, trace_template
from zkctl.dsl.statements.uses import mark_used
from zkctl.dsl.swallowed import whole

_MAX_PREPARED = 256
_PREPARED: dict[Hashable, Prepared | None] = {}  # None: the key occurred once


class Prepared:
    """A template and the evaluation of its rows."""

    def __init__(
        self, interface: Interface, bound: inspect.BoundArguments, session: Session
    ) -> None:
        self.session = session
        self.template: Template = trace_template(interface, bound, session, False)
        self.rows = BlockValues(self.template.block)


def stamp_eagerly(
    interface: Interface, bound: inspect.BoundArguments, tracer: EagerTracer, key: Hashable
) -> Any:
    """Run a stamped gadget on values; the same gadget at the same ports is the same copy, as in a circuit."""
    if key is None:
        return _run_on_ports(interface, bound, tracer)
    ports = [s.linear_terms() for s in interface.signals_in(bound) if s.known_constant is None]
    place = (key, tuple(map(combination_key, ports)))
    found = _prepared(interface, bound, tracer, key)
    result = None
    if found is not None and found.template.block.is_repeatable and place in tracer.copies:
        result = replace_leaves(tracer.copies[place], _again)
    elif found is not None and found.rows.is_data:
        result = _by_rows(found, ports, tracer)
    if result is None:
        result = _run_on_ports(interface, bound, tracer)
    tracer.copies[place] = result
    return result


def _prepared(
    interface: Interface, bound: inspect.BoundArguments, tracer: EagerTracer, key: Hashable
) -> Prepared | None:
    """Return the template from the second use on.  Raises: CircuitError if the gadget depends on more than its arguments."""
    place = tracer.field, key
    found = _PREPARED.get(place)
    if found is None and place in _PREPARED:
        found = _PREPARED[place] = Prepared(interface, bound, Session(tracer.field))
    if found is not None:
        confirm(found.template, interface, bound, found.session)
        tracer.prepared[key] = found.template, found.session
        return found
    if len(_PREPARED) >= _MAX_PREPARED:
        _PREPARED.clear()
    _PREPARED[place] = None
    return None


def _by_rows(found: Prepared, ports: Sequence[Terms], tracer: EagerTracer) -> Any:
    """Return the result computed by rows, None if one of them does not hold: the body then names the line."""
    values = found.rows.of_ports([tracer.value_of(terms) for terms in ports])
    if values is None:
        return None
    shift = len(tracer.values) - 1 - len(ports)
    tracer.values.extend(values)
    return placed(found.template, ports, shift, tracer)


def _again(leaf: Any) -> Any:
    if not isinstance(leaf, Signal):
        return leaf
    return make_signal(leaf.tracer, leaf.linear_terms(), leaf.bounds)


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
    with whole(interface, tracer.session.errors):
        result = run_body(interface.function, bound)
    mark_used(signals_in(result))
    return replace_leaves(result, place)
