"""Random combinations, and the search for equations that fail."""

from __future__ import annotations

import secrets
from itertools import product

import pytest

from zkctl.curve import batches
from zkctl.curve.batches import ONE_BY_ONE_UP_TO_STATEMENTS, verdicts


def test_scalars_have_128_bits_and_are_never_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    bounds = []
    monkeypatch.setattr(secrets, "randbelow", lambda bound: bounds.append(bound) or 0)
    assert batches.random_scalar() == 1
    assert bounds == [2**128 - 1]


def test_scalars_come_from_the_system_and_differ_every_time() -> None:
    draws = [batches.random_scalar() for _ in range(400)]
    assert len(set(draws)) == 400
    assert max(draws).bit_length() == 128
    for bit in range(128):  # 10 standard deviations
        assert 100 < sum(draw >> bit & 1 for draw in draws) < 300


@pytest.mark.parametrize("n", [0, 1, 12, 13, 40])
def test_wrong_equations_are_located(n: int) -> None:
    for places in (set(), {0}, {n - 1}, {n // 2}, {0, n - 1}, set(range(n))):
        wrong = places & set(range(n))
        asked: list[tuple[int, int]] = []

        def together(first: int, last: int) -> bool:
            asked.append((first, last))  # noqa: B023
            return not wrong & set(range(first, last))  # noqa: B023

        assert verdicts(n, together, lambda k: k not in wrong) == [k not in wrong for k in range(n)]  # noqa: B023
        assert len(set(asked)) == len(asked)


def test_all_subsets_of_few_more_than_one_by_one() -> None:
    n = ONE_BY_ONE_UP_TO_STATEMENTS + 2
    for flags in product((False, True), repeat=5):
        right = [True] * (n - 5) + list(flags)
        assert verdicts(n, lambda i, j: all(right[i:j]), lambda k: right[k]) == right  # noqa: B023
