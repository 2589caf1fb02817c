"""Copies of linear combinations equal their terms with the ports replaced."""

from __future__ import annotations

import random
from itertools import accumulate, pairwise

import numpy as np

from zkctl.constraints.linear import Terms, substitute
from zkctl.constraints.sides import CoefficientPool, Ports, SideTable

P = 97


def sides_of(parts: list[Terms], pool: CoefficientPool) -> SideTable:
    columns = (
        [len(part) for part in parts],
        [wire for part in parts for wire in part],
        [pool.index(value) for part in parts for value in part.values()],
    )
    return SideTable(*(np.array(column, np.int64) for column in columns))


def parts_of(sides: SideTable, pool: CoefficientPool) -> list[Terms]:
    starts = list(accumulate(sides.lengths.tolist(), initial=0))
    assert sides.starts.tolist() == starts
    wires, numbers = sides.wires.tolist(), sides.coefficients.tolist()
    return [
        {wires[j]: pool.values[numbers[j]] for j in range(first, last)}
        for first, last in pairwise(starts)
    ]


def test_a_pool_holds_each_coefficient_once() -> None:
    pool = CoefficientPool(P, [5, 3])
    assert [pool.index(value) for value in (3, 8, 5, 8)] == [1, 2, 0, 2]
    assert pool.indices([9, 3, 7, 9]) == [3, 1, 4, 3]
    assert pool.values == [5, 3, 8, 9, 7]


def test_ports_that_are_wires_are_renumbered() -> None:
    ports = Ports.of([{4: 1}, {5: 2}, {4: 1}, {}, {0: 1}, {6: 1, 7: 1}], 9, 30)
    assert ports.combined == {2, 3, 4, 5, 6}
    assert ports.moved[[0, 1, 7, 8]].tolist() == [0, 4, 37, 38]


def test_copies() -> None:
    draw = random.Random(3)  # a test
    pool = CoefficientPool(P)
    n_ports, n_wires = 3, 8
    for _ in range(40):
        parts = [
            {wire: draw.randrange(1, P) for wire in draw.sample(range(n_wires), draw.randrange(5))}
            for _ in range(6)
        ]
        sides = sides_of(parts, pool)
        for _ in range(20):  # more kinds of ports than are remembered
            terms = [
                {wire: draw.choice((1, P - 1)) for wire in draw.sample(range(5), draw.randrange(3))}
                for _ in range(n_ports)
            ]
            found = sides.placed(Ports.of(terms, n_wires, 20), pool)
            assert parts_of(found, pool) == [substitute(part, terms, 20, P) for part in parts]
