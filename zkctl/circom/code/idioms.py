"""Code that is a built-in hint: bits, inverses and quotients, which have vectorised kernels."""

from __future__ import annotations

from zkctl.circom.code.graph import Graph, Operation, Ref, Sum
from zkctl.circom.instance import Terms
from zkctl.constraints.hint_functions import (
    BITS,
    DIVIDE_OR_ZERO,
    INVERSE_OR_ZERO,
    MAX_OUTPUTS,
)
from zkctl.runtime.records import record


@record
class BuiltIn:
    """A call of a built-in hint for one signal; `parameters` of bits are those for one bit."""

    function: str
    parameters: tuple[int, ...]
    inputs: tuple[Terms, ...]


def built_in(graph: Graph, ref: Ref) -> BuiltIn | None:
    """Return the hint that computes a value, None if there is none."""
    node = graph.nodes[ref]
    if not isinstance(node, Operation):
        return None
    match node.operator:
        case "&":
            return _bit(graph, *node.inputs) or _bit(graph, *reversed(node.inputs))
        case "/":
            return _quotient(graph, *node.inputs)
        case "select":
            return _inverse(graph, *node.inputs)
    return None


def _bit(graph: Graph, shifted: Ref, mask: Ref) -> BuiltIn | None:
    if graph.value(mask) != 1:
        return None
    node, first = graph.nodes[shifted], 0
    if isinstance(node, Operation) and node.operator == ">>":
        shift = graph.value(node.inputs[1])
        if shift is None:
            return None
        node, first = graph.nodes[node.inputs[0]], shift
    if not isinstance(node, Sum) or first > MAX_OUTPUTS:
        return None
    return BuiltIn(BITS.name, (1, first), (node.terms,))


def _quotient(graph: Graph, dividend: Ref, divisor: Ref) -> BuiltIn | None:
    first, second = graph.nodes[dividend], graph.nodes[divisor]
    if not isinstance(first, Sum) or not isinstance(second, Sum):
        return None
    if graph.value(dividend) == 1:
        return BuiltIn(INVERSE_OR_ZERO.name, (), (second.terms,))
    return BuiltIn(DIVIDE_OR_ZERO.name, (), (first.terms, second.terms))


def _inverse(graph: Graph, condition: Ref, yes: Ref, no: Ref) -> BuiltIn | None:
    """Return the hint for `x != 0 ? y / x : 0` and `x == 0 ? 0 : y / x`: a quotient by 0 is 0."""
    tested = graph.nodes[condition]
    if isinstance(tested, Operation) and tested.operator in ("==", "!="):
        if tested.operator == "==":
            yes, no = no, yes
        if graph.value(tested.inputs[1]) != 0:
            return None
        condition = tested.inputs[0]
    quotient = graph.nodes[yes]
    if not isinstance(quotient, Operation) or quotient.operator != "/":
        return None
    if quotient.inputs[1] != condition or graph.value(no) != 0:
        return None
    return _quotient(graph, *quotient.inputs)
