"""The executor's values as nodes of the graph."""

from __future__ import annotations

from zkctl.circom.code.graph import Graph, Ref
from zkctl.circom.instance import Terms
from zkctl.circom.values import UNSET, Linear, Quadratic, Unknown, WireValue


def node_of(value: object, graph: Graph) -> Ref:
    """Return the node of a number, signal, linear or quadratic value, or of one that code computes."""
    match value:
        case int():
            return graph.number(value % graph.modulus)
        case WireValue():
            return graph.sum({value.number: 1})
        case Linear():
            return graph.sum(_without_zeros(value.terms))
        case Quadratic():
            a, b, c = (_without_zeros(side) for side in (value.a, value.b, value.c))
            return graph.product(a, b, c) if a and b else graph.sum(c)
        case Unknown() if value.ref:
            return value.ref
        case Unknown() if value is UNSET:
            return graph.number(0)
    raise AssertionError(f"no node for {type(value).__name__}")


def _without_zeros(terms: Terms) -> Terms:
    return {signal: coefficient for signal, coefficient in terms.items() if coefficient}
