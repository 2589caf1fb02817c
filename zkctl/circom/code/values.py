"""The executor's values as nodes of the graph."""

from __future__ import annotations

from zkctl.circom.code.graph import Graph, Ref


def node_of(value: object, graph: Graph) -> Ref:
    """Return the node of a number, signal, linear or quadratic value, or of one that code computes."""
    if isinstance(value, int):
        return graph.number(value % graph.modulus)
    raise NotImplementedError
