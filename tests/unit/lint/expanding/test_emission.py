"""Polynomials and the numbers of equations and variables."""

from __future__ import annotations

from zkctl.lint.expanding.emission import Emitter, add, difference, exchanged, scale, times


def test_polynomials() -> None:
    assert times({(2,): 1, (): 1}, {(2,): 1, (): -1}) == {(2, 2): 1, (2,): 0, (): -1}
    assert add({(2,): 1}, {(2,): 2, (): 5}) == {(2,): 3, (): 5}


def test_the_difference_of_both_orders() -> None:
    parts = [(4, {(2, 5): 3})]
    assert exchanged(parts) == [(5, {(3, 4): 3})]
    assert difference(parts) == [(4, {(2, 5): 3}), (5, {(3, 4): -3})]
    assert scale(parts, 2) == [(4, {(2, 5): 6})]


def test_numbers_are_counted() -> None:
    emitter = Emitter(101, 3, 4)
    assert emitter.define({(2,): -1}) == (8, 6)
    assert emitter.zero([(0, {(): 1}), (0, {(): 1})]) == 8
    inside: list[int] = []
    cases = [lambda case, equation: inside.append(case.zero([(equation, {(): 1})]))] * 2
    assert emitter.split({(2,): 1}, cases, [{(4,): 1}]) == (10, 12)
    assert inside == [12, 12]
    assert (emitter.n_equations, emitter.n_variables) == (14, 12)
    assert emitter.steps[0] == ["define", [[[2], -1]]]
    assert emitter.steps[1] == ["zero", [[0, [[[], 2]]]]]
