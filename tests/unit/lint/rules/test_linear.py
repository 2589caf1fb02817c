from tests.support.lint_rows import P, bit, equal, proved, row


def test_one_unknown_with_a_constant_coefficient_is_unique() -> None:
    assert proved([equal({2: 3}, {1: 1, 0: 5})], [1], [2]) == {2}
    assert proved([row({1: 1}, {1: 1, 0: 2}, {2: 7, 1: 1})], [1], [2]) == {2}


def test_two_unknowns_are_not() -> None:
    assert proved([equal({2: 1, 3: 1}, {1: 1})], [1], [2, 3]) == set()


def test_bits_of_a_known_sum_are_unique_below_p_only() -> None:
    n = P.bit_length()
    for n_bits, is_unique in ((8, True), (n - 1, True), (n, False)):
        bits = range(2, 2 + n_bits)
        rows = [*map(bit, bits), equal({w: 1 << i for i, w in enumerate(bits)}, {1: 1})]
        assert proved(rows, [1], list(bits)) == (set(bits) if is_unique else set())


def test_weights_that_smaller_digits_reach_prove_nothing() -> None:
    assert proved([bit(2), bit(3), equal({2: 1, 3: 2}, {1: 1})], [1], [2, 3]) == {2, 3}
    assert proved([bit(2), bit(3), equal({2: 1, 3: 1}, {1: 1})], [1], [2, 3]) == set()


def test_digits_minus_one_and_one_count_as_two_values() -> None:
    signs = [row({w: 1}, {w: 1}, {0: 1}) for w in (2, 3)]
    assert proved([*signs, equal({2: 1, 3: 2}, {1: 1})], [1], [2, 3]) == {2, 3}
    assert proved([*signs, equal({2: 1, 3: 1}, {1: 1})], [1], [2, 3]) == set()
