"""Values of the graph as conditions."""

from __future__ import annotations

from zkctl.circom.asserted import CODE
from zkctl.circom.code.conditions import condition_of
from zkctl.circom.code.graph import Graph

P = 101


def test_sums_products_and_operators_keep_their_numbers() -> None:
    graph = Graph(P)
    ref = graph.operate("<", [graph.product({1: 2}, {2: 1}, {0: 3}), graph.sum({2: 5, 3: 0})], "")
    found = condition_of(graph, ref, lambda signal: signal + 10)
    left, right = found.operands
    assert found.operator == "<"
    assert (left.a, left.b, left.c) == ({11: 2}, {12: 1}, {0: 3})
    assert right.c == {12: 5}


def test_a_very_large_condition_is_code() -> None:
    graph = Graph(P)
    ref = graph.sum({1: 1})
    for k in range(3000):
        ref = graph.operate("&", [ref, graph.sum({2: k + 1})], "")
    found = condition_of(graph, ref, lambda signal: signal)
    depth = 0
    while found.operands:
        found = found.operands[0]
        depth += 1
    assert found is CODE
    assert depth < 500
