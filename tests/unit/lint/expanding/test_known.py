"""Polynomials with what is known put in."""

from __future__ import annotations

from tests.support.lint_worlds import P, row, system_of
from zkctl.lint.expanding.known import Facts, KnownWorld, add_product

ROWS = [row({1: 1, 2: 1}, {2: 1}, {3: 1})]


def test_equal_variables_and_known_values_are_put_in() -> None:
    world = KnownWorld(system_of(ROWS))
    assert world.combination([[0, [[[], 1]]]]) == {(2, 4): 1, (4, 4): 1, (6,): P - 1}
    assert world.combination([[1, [[[], 1]]]]) == {(2, 5): 1, (5, 5): 1, (7,): P - 1}
    world.same[5] = True
    world.limit(2, 3, 3)
    assert world.combination([[1, [[[], 1]]]]) == {(4,): 3, (4, 4): 1, (7,): P - 1}
    assert world.combination([[0, [[[], 1]]], [1, [[[], -1]]]]) == {(6,): P - 1, (7,): 1}
    assert world.is_same(2)
    assert not world.is_same(3)


def test_ranges() -> None:
    world = KnownWorld(system_of(ROWS))
    world.limit(4, -2, 3)
    assert world.range[5] == (-2, 3)  # of both assignments
    assert world.interval({(4, 4): 2, (): 1}) == (-11, 19)
    assert world.is_news(4, 0, 9)
    assert not world.is_news(4, -5, 5)
    assert not world.is_news(4, 90, 110)  # wider, and perhaps of another integer
    world.limit(4, 4, 5)
    assert world.impossible


def test_facts_of_a_case_lie_above_others() -> None:
    below = Facts()
    below[3] = "old"
    case = Facts(below)
    assert case[3] == "old"
    case[3] = "new"
    assert (below[3], case[3], case[4]) == ("old", "new", None)


def test_products_are_added() -> None:
    total = {(): 1}
    add_product(total, {(2,): 1, (): 2}, {(4,): 3})
    add_product(total, {(): 5}, {(2, 4): 1})
    assert total == {(): 1, (2, 4): 8, (4,): 6}
