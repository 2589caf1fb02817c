from __future__ import annotations

import pytest

from tests.support.linted import R, bit, foreign, foreign_subject
from zkctl.constraints.simplify.rows import Constraint
from zkctl.lint.shapes import (
    Decomposition,
    EqualWires,
    bits_of,
    decompositions,
    integer_range,
    is_bit_row,
)


@pytest.mark.parametrize(
    ("row", "is_bit"),
    [
        (Constraint({1: 1}, {1: 1, 0: R - 1}, {}), True),
        (Constraint({1: 1}, {1: 1}, {1: 1}), True),
        (Constraint({1: 3}, {1: 2, 0: R - 2}, {}), True),
        (Constraint({1: 1}, {1: 1, 0: R - 2}, {}), False),
        (Constraint({1: 1}, {2: 1}, {1: 1}), False),
        (Constraint({}, {}, {1: 1}), False),
    ],
)
def test_rows_that_make_a_wire_a_bit(row: Constraint, is_bit: bool) -> None:
    assert is_bit_row(row, R) is is_bit


def test_a_number_that_bits_spell() -> None:
    rows = [bit(2), bit(3), bit(4), ({}, {}, {2: 1, 3: 2, 4: 4, 1: -5, 0: -1})]
    subject = foreign_subject(foreign(rows, list("xbcd"), n_outputs=0, n_inputs=1))
    bits = bits_of(subject)
    assert bits == {2, 3, 4}
    assert list(decompositions(subject, bits)) == [Decomposition(3, (2, 3, 4), {1: 5, 0: 1})]


@pytest.mark.parametrize("weights", [(1, 2, 8), (1, 1, 2)], ids=["a gap", "twice"])
def test_other_weights_spell_no_number(weights: tuple[int, ...]) -> None:
    form = {1: -1, **{2 + k: weight for k, weight in enumerate(weights)}}
    rows = [bit(2), bit(3), bit(4), ({}, {}, form)]
    subject = foreign_subject(foreign(rows, list("xbcd"), n_outputs=0, n_inputs=1))
    assert list(decompositions(subject, bits_of(subject))) == []


def test_equal_wires_share_the_smallest_bound() -> None:
    rows = [bit(4), ({}, {}, {2: 1, 4: -1}), ({}, {}, {3: 2, 2: -2}), ({}, {}, {1: 1, 5: 1})]
    equal = EqualWires(foreign_subject(foreign(rows, list("abcde"), n_outputs=0, n_inputs=2)))
    assert [equal.root(wire) for wire in range(1, 6)] == [1, 2, 2, 2, 5]
    assert equal.bounds[2] == 1


def test_the_integers_of_a_form() -> None:
    assert integer_range({1: 2, 2: R - 3, 0: R - 1}, {1: 10, 2: 4}, R) == (-13, 19)
