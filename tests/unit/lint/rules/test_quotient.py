from tests.support.lint_rows import bit, equal, proved, row

N = 8


def number(wire: int, first: int) -> list:
    """The wire has N bits, wires from `first` on."""
    bits = range(first, first + N)
    return [*map(bit, bits), equal({wire: 1}, {w: 1 << i for i, w in enumerate(bits)})]


def remainder(offset: int) -> list:
    """q * b + r = a with N bits each, and b - r + offset of N bits."""
    parts = [number(wire, 20 + 10 * wire) for wire in (1, 2, 3, 4)]
    rows = [each for part in parts for each in part]
    gap = number(5, 80)
    return [
        *rows,
        row({3: 1}, {2: 1}, {1: 1, 4: -1}),
        *gap,
        equal({5: 1}, {2: 1, 4: -1, 0: offset}),
    ]


def test_a_remainder_below_the_divisor_is_unique() -> None:
    assert proved(remainder(-1), [1, 2], [3, 4]) == {3, 4}


def test_a_remainder_equal_to_the_divisor_is_not() -> None:
    assert proved(remainder(0), [1, 2], [3, 4]) == set()


def test_without_a_bound_of_the_quotient_the_product_may_wrap() -> None:
    rows = [each for each in remainder(-1) if 50 not in each.a and 3 not in each.c]
    assert proved(rows, [1, 2], [3, 4]) == set()
