from __future__ import annotations

from zkctl.field import BN254_FR
from zkctl.lint.search.domains import boxes_of
from zkctl.lint.system import Row

P = BN254_FR.modulus


def test_a_bit_and_a_signed_digit() -> None:
    bit = Row({1: 1}, {0: 1, 1: P - 1}, {})
    sign = Row({2: 1}, {2: 1}, {0: 1})
    assert boxes_of([bit, sign], {}, P) == {1: (0, 1), 2: (-1, 1)}


def test_a_digit_by_a_chain_of_products() -> None:
    """t (t - 1) = u and u (t - 2) = 0 allow 0, 1 and 2."""
    rows = [Row({1: 1}, {1: 1, 0: P - 1}, {2: 1}), Row({2: 1}, {1: 1, 0: P - 2}, {})]
    assert boxes_of(rows, {}, P)[1] == (0, 2)


def test_proved_bounds_come_first() -> None:
    assert boxes_of([Row({1: 1}, {0: 1, 1: P - 1}, {})], {1: 0, 3: 255}, P) == {
        1: (0, 0),
        3: (0, 255),
    }


def test_no_box_for_distant_roots_or_two_wires() -> None:
    far = Row({1: 1}, {0: P - (1 << 90), 1: 1}, {})
    pair = Row({2: 1}, {3: 1}, {})
    assert boxes_of([far, pair], {}, P) == {}


def test_sums_of_boxes_in_both_directions() -> None:
    """w4 = w1 + 2 w2 and w5 = 3 - w4 for bits w1 and w2; w6 = w4 / 2 is no integer."""
    bits = [Row({w: 1}, {0: 1, w: P - 1}, {}) for w in (1, 2)]
    rows = [
        Row({}, {}, {5: 1, 4: 1, 0: P - 3}),
        Row({0: 2}, {6: 1}, {4: 1}),
        Row({}, {}, {1: 1, 2: 2, 4: P - 1}),
        *bits,
    ]
    assert boxes_of(rows, {}, P) == {1: (0, 1), 2: (0, 1), 4: (0, 3), 5: (0, 3)}


def test_a_sum_that_may_wrap_has_no_box() -> None:
    bits = [Row({w: 1}, {0: 1, w: P - 1}, {}) for w in range(1, 255)]
    row = Row({}, {}, {255: P - 1, **{w: 1 << (w - 1) for w in range(1, 255)}})
    assert 255 not in boxes_of([*bits, row], {}, P)
