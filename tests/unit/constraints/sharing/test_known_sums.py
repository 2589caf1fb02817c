"""Sums in terms of known ones."""

from __future__ import annotations

import random

from zkctl.constraints.linear import Terms, accumulate, add_scaled
from zkctl.constraints.sharing.known_sums import KnownSums, n_wires

P = 2**61 - 1


def test_the_constant_is_no_wire() -> None:
    assert (n_wires({0: 3}), n_wires({0: 3, 4: 1}), n_wires({})) == (0, 1, 0)


def test_a_running_sum_is_the_sum_before_and_a_term() -> None:
    known = KnownSums(P)
    known.add({1: 1, 2: 5, 3: 7}, {10: 1})
    assert known.shortest({1: 3, 2: 15, 3: 21, 4: 2}) == {10: 3, 4: 2}
    assert known.shortest({1: 1, 2: 5}) == {1: 1, 2: 5}
    assert known.shortest({9: 4}) == {9: 4}


def test_the_value_may_have_a_constant() -> None:
    known = KnownSums(P)
    known.add({1: 1, 2: 5, 3: 7}, {8: 4, 0: 6})
    assert known.shortest({1: 2, 2: 10, 3: 14}) == {8: 8, 0: 12}


def test_a_sum_that_is_constant_keeps_a_wire() -> None:
    """Known is only that it is 7, from a constraint that must not vanish."""
    known = KnownSums(P)
    known.add({1: 1, 2: 5}, {0: 7})
    assert known.shortest({1: 2, 2: 10}) == {1: 2, 2: 10}
    assert known.shortest({1: 2, 2: 10, 3: 1}) == {3: 1, 0: 14}


def test_a_linear_recurrence() -> None:
    """A state of three mixed by a matrix, one new wire each time, of which one sum is seen, as in a hash's partial rounds."""
    source = random.Random(5)
    matrix = [[source.randrange(1, P) for _ in range(3)] for _ in range(3)]
    state: list[Terms] = [{1: 1}, {2: 1}, {3: 1}]
    known = KnownSums(P)
    lengths = []
    for k in range(30):
        mixed: list[Terms] = [{} for _ in range(3)]
        for row, total in zip(matrix, mixed, strict=True):
            for factor, part in zip(row, state, strict=True):
                accumulate(total, part, factor, P)
        state = [{100 + k: 1}, mixed[1], mixed[2]]
        seen = mixed[0]
        lengths.append(n_wires(known.shortest(seen)))
        known.add(seen, {1000 + k: 1})
    assert n_wires(seen) == 32
    assert max(lengths) == 5


def test_the_result_is_equal() -> None:
    """Tried on 2000 seeds once."""
    for seed in range(40):
        source = random.Random(seed)
        values = {wire: source.randrange(P) for wire in range(1, 9)} | {0: 1}

        def of(terms: Terms, values: dict[int, int] = values) -> int:
            return sum(factor * values[wire] for wire, factor in terms.items()) % P

        known, seen = KnownSums(P), list[Terms]()
        for k in range(10):
            terms = {w: source.randrange(1, P) for w in source.sample(range(1, 9), 4)}
            if seen and source.random() < 0.8:
                terms = add_scaled(terms, source.choice(seen), source.randrange(1, P), P)
            found = known.shortest(terms)
            assert of(found) == of(terms)
            assert n_wires(found) <= n_wires(terms)
            values[100 + k] = of(terms)
            known.add(terms, {100 + k: 1})
            seen.append(terms)
