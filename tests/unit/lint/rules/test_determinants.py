from tests.support.lint_rows import equal, proved, row, rules_used


def equations(inverse: bool) -> list:
    """Inputs 1 to 6: m = (1 2; 3 4) and b = (5, 6); outputs 7 and 8 with m x = b; wire 10 is the determinant."""
    rows = [
        row({1: 1}, {4: 1}, {9: 1}),
        row({2: 1}, {3: 1}, {9: 1, 10: -1}),
        row({1: 1}, {7: 1}, {11: 1}),
        row({3: 1}, {7: 1}, {12: 1}),
        row({2: 1}, {8: 1}, {5: 1, 11: -1}),
        row({4: 1}, {8: 1}, {6: 1, 12: -1}),
    ]
    return [*rows, row({10: 1}, {13: 1}, {0: 1})] if inverse else rows


def test_two_equations_with_a_determinant_that_is_not_zero() -> None:
    assert proved(equations(inverse=True), [1, 2, 3, 4, 5, 6], [7, 8]) == {7, 8}
    assert "isolate" in rules_used(equations(inverse=True), [1, 2, 3, 4, 5, 6], [7, 8])


def test_without_the_inverse_of_the_determinant_nothing_is_proved() -> None:
    assert proved(equations(inverse=False), [1, 2, 3, 4, 5, 6], [7, 8]) == set()


def test_an_inverse_of_another_form_proves_nothing() -> None:
    rows = [*equations(inverse=False), row({10: 1, 0: 1}, {13: 1}, {0: 1})]
    assert proved(rows, [1, 2, 3, 4, 5, 6], [7, 8]) == set()


def test_equal_equations_have_no_determinant() -> None:
    rows = [*equations(inverse=True), equal({1: 1}, {3: 1}), equal({2: 1}, {4: 1})]
    assert "isolate" not in rules_used(rows[2:], [1, 2, 3, 4, 5, 6, 9, 10], [7, 8])
