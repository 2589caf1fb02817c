"""Directions of small systems, and the lines of witnesses among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from tests.support.lint_rows import P, bit, equal, row
from zkctl.lint.search import tangent as module
from zkctl.lint.search.assignment import Assignment
from zkctl.lint.search.tangent import Tangent, rows_around, tangent
from zkctl.lint.system import Row


@dataclass
class Case:
    """Rows, a witness, and how many wires of it are inputs: the first ones."""

    rows: list[Row]
    witness: Sequence[int]
    n_inputs: int = 1

    def state(self) -> Assignment:
        state = Assignment(self.rows, len(self.witness), P, {}, 1000)
        for wire in range(1, self.n_inputs + 1):
            state.assign(wire, self.witness[wire])
        assert state.propagate()
        return state

    def found(self, target: int) -> Tangent:
        found = tangent(self.state(), dict(enumerate(self.witness)), target)
        assert found is not None
        return found

    def on_line(self, target: int) -> list[int] | None:
        """The first witness on a line through the known one."""
        for line in self.found(target).lines():
            values = [(v + line.get(w, 0)) % P for w, v in enumerate(self.witness)]
            assert values[target] != self.witness[target]
            assert all(_holds(each, values) for each in self.rows)
            return values
        return None


def _holds(each: Row, values: Sequence[int]) -> bool:
    a, b, c = (sum(v * values[w] for w, v in side.items()) for side in each)
    return (a * b - c) % P == 0


A_SUM = Case([equal({2: 1, 3: 1}, {1: 1})], [1, 5, 2, 3])
A_ROOT = Case([row({2: 1}, {2: 1}, {1: 1})], [1, 49, 7])
A_PRODUCT = Case([row({2: 1}, {3: 1}, {1: 1})], [1, 6, 2, 3])
TWO_SUMS = Case([row({2: 1, 3: 1}, {2: 1, 4: 1}, {1: 1})], [1, 15, 1, 2, 4])
BITS = Case([bit(2), bit(3), equal({2: 1, 3: 1}, {1: 1})], [1, 1, 1, 0])


def test_a_sum_of_free_wires_has_a_line() -> None:
    assert A_SUM.on_line(2) is not None


def test_a_line_may_need_two_directions() -> None:
    """(y1 + y2)(y1 + y3) = x: y1 + t, y2 - t, y3 - t."""
    assert not TWO_SUMS.found(2).is_isolated
    values = TWO_SUMS.on_line(2)
    assert values is not None
    moved = values[2] - 1
    assert (values[3], values[4]) == ((2 - moved) % P, (4 - moved) % P)


def test_a_product_moves_on_a_curve_only() -> None:
    assert not A_PRODUCT.found(2).is_isolated
    assert A_PRODUCT.on_line(2) is None


@pytest.mark.parametrize("case", [A_ROOT, BITS], ids=["a root", "bits"])
def test_roots_and_bits_are_isolated(case: Case) -> None:
    tangent = case.found(2)
    assert tangent.is_isolated
    assert list(tangent.moving()) == []
    assert list(tangent.lines()) == []


def test_a_square_that_is_0_has_no_derivative() -> None:
    """(y1 + y2)^2 = 0: J is 0 there; y1 + t is no solution, y1 + t and y2 - t is one."""
    case = Case([row({2: 1, 3: 1}, {2: 1, 3: 1}, {1: 1})], [1, 0, 2, P - 2])
    assert not case.found(2).is_isolated
    assert case.on_line(2) == [1, 0, 3, P - 3]


def test_only_rows_around_the_target_are_taken() -> None:
    case = Case([equal({2: 1, 3: 1}, {1: 1}), equal({4: 1, 5: 1}, {1: 1})], [1, 5, 2, 3, 1, 4])
    assert set(rows_around(case.state(), 2) or ()) == {0}
    assert set(rows_around(case.state(), 5) or ()) == {1}


def test_too_many_rows_or_terms_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WORK", -1)
    assert tangent(A_SUM.state(), dict(enumerate(A_SUM.witness)), 2) is None
    monkeypatch.setattr(module, "MOST_ROWS", 0)
    assert tangent(A_SUM.state(), dict(enumerate(A_SUM.witness)), 2) is None
