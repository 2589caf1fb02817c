"""Constraints as arrays and as dictionaries."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.constraint_rows import rows
from zkctl.constraints.simplify.rows import (
    Constraint,
    fixed,
    replaced,
    with_replaced,
)

P = 13
BASE = rows(
    [({1: 2}, {2: 1}, {3: 1}), ({0: 3}, {2: 1}, {4: 1}), ({2: 1}, {2: 1}, {0: 5})],
    n_signals=6,
    modulus=P,
)


@pytest.mark.parametrize(
    ("given", "simplest"),
    [
        (({0: 2}, {1: 3}, {2: 1}), ({}, {}, {2: 1, 1: P - 6})),
        (({1: 3}, {0: 2}, {2: 1}), ({}, {}, {2: 1, 1: P - 6})),
        (({}, {1: 3}, {2: 1}), ({}, {}, {2: 1})),
        (({0: 2}, {0: 3}, {0: 6}), ({}, {}, {})),
        (({0: 2}, {0: 3}, {0: 7}), ({}, {}, {0: 1})),
        (({1: 1}, {2: 1}, {}), ({1: 1}, {2: 1}, {})),
    ],
)
def test_linear_constraints_have_one_form(given: Constraint, simplest: Constraint) -> None:
    assert fixed(Constraint(*given), P) == simplest
    assert Constraint(*simplest).is_linear == (not simplest[0])
    assert Constraint(*simplest).is_empty == (not any(simplest))


def test_replacing_keeps_what_is_untouched() -> None:
    terms = {1: 2, 0: 3}
    assert replaced(terms, {2: {1: 1}}, P) is terms
    assert replaced(terms, {1: {3: 5, 0: 5}}, P) == {3: 10}
    constraint = Constraint({1: 1}, {2: 1}, {3: 1})
    assert with_replaced(constraint, {4: {}}, P) is constraint
    assert with_replaced(constraint, {1: {0: 4}}, P) == ({}, {}, {3: 1, 2: P - 4})


def test_rows_of_arrays() -> None:
    assert BASE.n_rows == 3
    assert BASE.linear_rows().tolist() == [False, True, False]
    assert BASE.constraint(0) == ({1: 2}, {2: 1}, {3: 1})
    assert BASE.constraint(1) == ({}, {}, {4: 1, 2: P - 3})
    assert BASE.is_sum().tolist() == [False, False, False]
    assert rows([({}, {}, {1: 1}), ({}, {}, {})], n_signals=2, modulus=P).is_sum().all()
    assert [BASE.n_terms(side).tolist() for side in range(3)] == [[1, 1, 1]] * 3
    constant = BASE.signals == 0
    assert BASE.rows_with(constant).tolist() == [False, True, True]
    assert BASE.signals[BASE.terms_of(np.array([False, True, False]))].tolist() == [0, 2, 4]
    assert list(BASE.blocks(3)) == [slice(0, 1), slice(1, 2), slice(2, 3)]
    assert list(BASE.blocks(7)) == [slice(0, 2), slice(2, 3)]
    repeated = rows([({1: 1}, {2: 1}, {3: 1})], n_signals=4, modulus=P)
    repeated.signals[:] = 1
    assert repeated.constraint(0) == ({1: 1}, {1: 1}, {1: 1})
