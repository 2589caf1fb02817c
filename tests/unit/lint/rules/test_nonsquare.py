from tests.support.lint_rows import proved, row

A, D = 168700, 168696  # a is a square modulo p, d and d a are not


def addition(a: int, d: int) -> list:
    """The sum of points (1, 2) and (3, 4) is (5, 6)."""
    return [
        row({1: 1}, {4: 1}, {7: 1}),
        row({2: 1}, {3: 1}, {8: 1}),
        row({1: 1}, {3: 1}, {9: 1}),
        row({2: 1}, {4: 1}, {10: 1}),
        row({7: 1}, {8: 1}, {11: 1}),
        row({0: 1, 11: d}, {5: 1}, {7: 1, 8: 1}),
        row({0: 1, 11: -d}, {6: 1}, {10: 1, 9: -a}),
    ]


def test_the_addition_on_a_complete_curve_is_unique() -> None:
    assert proved(addition(A, D), [1, 2, 3, 4], [5, 6]) == {5, 6}


def test_with_other_constants_a_divisor_may_be_zero() -> None:
    assert proved(addition(A, A), [1, 2, 3, 4], [5, 6]) == set()
    assert proved(addition(D, A), [1, 2, 3, 4], [5, 6]) == {6}  # d is a square, d a is not


def test_a_factor_that_is_no_square_decides() -> None:
    rows = addition(A, D)
    rows[5] = row({0: 1, 11: D}, {5: 1}, {7: 1, 8: 5})
    assert 5 not in proved(rows, [1, 2, 3, 4], [5])
