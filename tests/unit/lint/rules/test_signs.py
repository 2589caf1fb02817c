from tests.support.lint_rows import bit, equal, proved, row, rules_used


def swap(n_bits: int, offset: int = 0) -> list:
    """Outputs 3 and 4 are the inputs 1 and 2 in an order, by a flag 5; 4 - 3 + offset has so many bits."""
    bits = range(10, 10 + n_bits)
    return [
        bit(5),
        row({5: 1}, {2: 1, 1: -1}, {6: 1}),
        equal({3: 1}, {1: 1, 6: 1}),
        equal({4: 1}, {2: 1, 6: -1}),
        *map(bit, bits),
        equal({4: 1, 3: -1, 0: offset}, {w: 1 << k for k, w in enumerate(bits)}),
    ]


def test_a_pair_in_order_is_unique() -> None:
    assert proved(swap(8), [1, 2], [3, 4]) == {3, 4}
    assert "root" in rules_used(swap(8), [1, 2], [3, 4])


def test_a_pair_with_either_sign_is_not() -> None:
    assert proved(swap(8, offset=128), [1, 2], [3, 4]) == set()


def test_without_the_flag_being_a_bit_nothing_is_proved() -> None:
    assert proved(swap(8)[1:], [1, 2], [3, 4]) == set()
