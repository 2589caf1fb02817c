from tests.support.lint_rows import bit, equal, proved, row

P = 1000003  # 20 bits
BITS = 19


def root_by_flag(sign: int) -> list:
    """x^2 = y and (1 - 2 s) x = sum of 19 bits, at most (p - 1) / 2 = 500001, by an input flag s."""
    bits = range(10, 10 + BITS)
    size = {w: 1 << k for k, w in enumerate(bits)}
    high = range(40, 40 + BITS)
    slack = {w: 1 << k for k, w in enumerate(high)}
    return [
        row({3: 1}, {3: 1}, {1: 1}, P),
        row({2: 1}, {2: 1, 0: -1}, {}, P),
        row({2: 2 * sign}, {3: 1}, {3: 1, 4: -1}, P),
        *(row({w: 1}, {w: 1, 0: -1}, {}, P) for w in (*bits, *high)),
        row({}, {}, size | {4: -1}, P),
        row({}, {}, slack | {4: 1, 0: -500001}, P),
    ]


def test_a_root_in_the_half_that_a_flag_says_is_unique() -> None:
    assert proved(root_by_flag(1), [1, 2], [3], P) == {3}


def test_without_the_bound_both_roots_fit() -> None:
    rows = root_by_flag(1)[:-1]
    assert proved(rows, [1, 2], [3], P) == set()


def test_a_flag_that_is_no_input_says_nothing() -> None:
    assert proved(root_by_flag(1), [1], [3], P) == set()


def test_digits_below_half_of_the_field_bound_a_root() -> None:
    rows = [row({3: 1}, {3: 1}, {1: 1}), *map(bit, range(10, 20))]
    rows.append(equal({3: 1}, {w: 1 << w - 10 for w in range(10, 20)}))
    assert proved(rows, [1], [3]) == {3}
