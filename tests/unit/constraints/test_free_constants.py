"""Open constants: which combinations are constant, and the values of their products in a stamp."""

from __future__ import annotations

import pytest

from zkctl.constraints.free_constants import RESERVED, FreeConstants, ValueNeeded

P = 97


def test_without_open_constants_nothing_changes() -> None:
    free = FreeConstants()
    assert not free.covers({})
    assert not free.covers({0: 3})
    assert not free.covers({1: 1})
    assert free.stamped_ports([{4: 1}, {}], P) == [{4: 1}, {}]


def test_combinations_of_open_constants() -> None:
    free = FreeConstants()
    free.declare([2], 3)
    assert free.covers({2: 1})
    assert free.covers({0: 5, 2: 3})
    assert not free.covers({0: 5})
    assert not free.covers({1: 1, 2: 3})
    assert free.others({0: 1, 1: 4, 2: 3}) == {1: 4}


def test_products_are_computed_for_each_stamp() -> None:
    free = FreeConstants()
    free.declare([2], 3)
    square = free.product({2: 1}, {2: 1})
    assert square == {4: 1}
    cube = free.product({4: 1, 0: 1}, {2: 2})  # (c^2 + 1) * 2 c
    assert free.covers(cube)
    for c in (1, 5, 96):
        ports = free.stamped_ports([{7: 1}, {0: c}, {8: 2}], P)
        assert ports[:3] == [{7: 1}, {0: c}, {8: 2}]
        assert ports[3] == {0: c * c % P}
        assert ports[4] == ({0: (c * c + 1) * 2 * c % P} if (c * c + 1) % P else {})
        assert len(ports) == 3 + RESERVED
    zero = free.stamped_ports([{7: 1}, {}, {8: 2}], P)
    assert zero[3:5] == [{}, {}]


def test_too_many_products_ask_for_the_value() -> None:
    free = FreeConstants()
    free.declare([1], 1)
    for _ in range(RESERVED):
        free.product({1: 1}, {1: 1})
    with pytest.raises(ValueNeeded):
        free.product({1: 1}, {1: 1})
    assert free.is_asked
