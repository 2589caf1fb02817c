from __future__ import annotations

from collections.abc import Callable

from zkctl.field import BN254_FR
from zkctl.lint.search.assignment import Assignment
from zkctl.lint.search.box_sums import Box
from zkctl.lint.search.complete import Completion
from zkctl.lint.system import Row

P = BN254_FR.modulus


def completed(
    rows: list[Row],
    given: dict[int, int],
    n_wires: int,
    boxes: dict[int, Box] | None = None,
    model: dict[int, int] | None = None,
    avoids: Callable[[int], bool] = lambda _: False,
) -> list[int | None] | None:
    state = Assignment(rows, n_wires, P, boxes or {}, steps=10_000)
    assert all(state.assign(w, v) for w, v in given.items())
    return state.values if Completion(state, model or {}, avoids=avoids).run() else None


def test_two_unknowns_by_sum_and_product() -> None:
    """x + y = 7, x y = 12."""
    rows = [Row({}, {}, {1: 1, 2: 1, 0: P - 7}), Row({1: 1}, {2: 1}, {0: 12})]
    assert completed(rows, {}, 3, model={1: 3}) == [1, 3, 4]
    assert completed(rows, {}, 3, model={1: 3}, avoids=lambda _: True) == [1, 4, 3]


def test_a_product_that_is_zero_is_split() -> None:
    """(x - y)(x + y - 8) = 0, x y = 15."""
    rows = [
        Row({1: 1, 2: P - 1}, {1: 1, 2: 1, 0: P - 8}, {}),
        Row({1: 1}, {2: 1}, {0: 15}),
    ]
    found = completed(rows, {}, 3)
    assert found is not None
    assert sorted(v for v in found[1:] if v is not None) == [3, 5]


def test_a_sum_with_few_solutions_is_a_decision() -> None:
    """d1 + d2 + 2 d3 = 2 in bits, and d1 d2 = 0."""
    rows = [Row({}, {}, {1: 1, 2: 1, 3: 2, 0: P - 2}), Row({1: 1}, {2: 1}, {})]
    assert completed(rows, {}, 4, boxes={1: (0, 1), 2: (0, 1), 3: (0, 1)}) == [1, 0, 0, 1]


def test_no_solution() -> None:
    rows = [Row({1: 1}, {1: 1}, {0: 5})]  # 5 is no square
    assert completed(rows, {}, 2) is None


def test_wires_in_no_row_get_the_models_value() -> None:
    assert completed([], {}, 3, model={1: 8, 2: 9}) == [1, 8, 9]
