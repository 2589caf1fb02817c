from __future__ import annotations

from collections.abc import Sequence

from zkctl.field import BN254_FR
from zkctl.lint.search.assignment import Assignment
from zkctl.lint.search.symbolic import closing
from zkctl.lint.system import Row

P = BN254_FR.modulus


def values(rows: Sequence[Row], symbol: int, n_wires: int = 5) -> list[int] | None:
    state = Assignment(rows, n_wires, P, {}, steps=1000)
    found = closing(symbol, [state.reduced(k) for k in range(len(rows))], P)
    return None if found is None else found.values(P)


def test_a_chain_of_powers_closes() -> None:
    """x x = s and s x = 27."""
    rows = [Row({1: 1}, {1: 1}, {2: 1}), Row({2: 1}, {1: 1}, {0: 27})]
    found = values(rows, 1)
    assert found is not None
    assert len(found) == 3
    assert all(pow(x, 3, P) == 27 for x in found)


def test_a_quotient_closes_and_its_pole_comes_last() -> None:
    """y (x - 1) = 6 and y = x: roots 3 and -2, pole 1."""
    rows = [Row({2: 1}, {1: 1, 0: P - 1}, {0: 6}), Row({}, {}, {1: 1, 2: P - 1})]
    assert values(rows, 1) == [3, P - 2, 1] or values(rows, 1) == [P - 2, 3, 1]


def test_rows_that_leave_a_degree_of_freedom_do_not_close() -> None:
    assert values([Row({1: 1}, {2: 1}, {3: 1})], 1) is None
    assert values([Row({1: 1}, {1: 1}, {2: 1})], 1) is None
