"""Conditions of asserts as trees, read off the graph."""

from __future__ import annotations

from collections.abc import Callable

from zkctl.circom.asserted import CODE, Condition
from zkctl.circom.code.graph import BlockResult, Graph, Operation, ProductNode, Ref, Sum
from zkctl.constraints.linear import Terms

_MOST_NODES = 200  # of one condition: later walks are recursive


def condition_of(graph: Graph, ref: Ref, number_of: Callable[[int], int]) -> Condition:
    """Return a value of the graph as a tree; of a very large one only that it is code."""
    return _Reader(graph, number_of).read(ref)


class _Reader:
    def __init__(self, graph: Graph, number_of: Callable[[int], int]) -> None:
        self.graph = graph
        self.number_of = number_of
        self.n_nodes = 0

    def read(self, ref: Ref) -> Condition:
        self.n_nodes += 1
        match self.graph.nodes[ref]:
            case Sum(terms):
                return Condition(c=self._terms(terms))
            case ProductNode(a, b, c):
                return Condition(a=self._terms(a), b=self._terms(b), c=self._terms(c))
            case Operation(operator, inputs) if self.n_nodes < _MOST_NODES:
                return Condition(operator, tuple(map(self.read, inputs)))
            case BlockResult() | Operation() | None:
                return CODE

    def _terms(self, terms: Terms) -> Terms:
        return {self.number_of(s) if s else 0: value for s, value in terms.items() if value}
