import pytest

from zkctl.lint.forms import add_to, combined, meet, normal, signed, square_root

P = 97


def test_signed_values_lie_around_zero() -> None:
    assert [signed(v, P) for v in (0, 48, 49, 96)] == [0, 48, -48, -1]


def test_coefficients_that_vanish_go() -> None:
    total = {1: 5, 2: 1}
    add_to(total, {1: 46, 3: 1}, 2, P)
    assert total == {2: 1, 3: 2}
    assert combined([({1: 3}, 1), ({1: 3}, -1)], P) == {}


def test_multiples_have_one_normal_form() -> None:
    assert normal({0: 4, 2: 2}, P) == normal({0: 8, 2: 4}, P) == ((0, 2), (2, 1))
    assert normal({0: 4, 2: 2}, P) != normal({0: 4, 2: 3}, P)


def test_ranges_meet_where_they_speak_of_one_integer() -> None:
    assert meet((0, 10), (5, 20), P) == (5, 10)
    assert meet((0, 10), (11, 20), P) is None
    assert meet((0, 10), (90, 99), P) == (90, 99)  # 97 is 0: no contradiction; the narrower one
    assert meet((0, 5), (90, 99), P) == (0, 5)


@pytest.mark.parametrize("p", [5, 13, 17, 97, 193])
def test_square_roots_are_those_of_all_squares(p: int) -> None:
    squares = {x * x % p for x in range(p)}
    for value in range(p):
        root = square_root(value, p)
        assert (root is not None) == (value in squares)
        assert root is None or root * root % p == value
