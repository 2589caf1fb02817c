from tests.support.lint_rows import equal, proved, row


def power(exponent: int) -> list:
    """Wire 1 is the input x^e of the output 2 with wires 3 and up between."""
    rows = []
    last = 2
    for k in range(2, exponent):
        rows.append(row({last: 1}, {2: 1}, {k + 1: 1}))
        last = k + 1
    return [*rows, row({last: 1}, {2: 1}, {1: 1})]


def test_powers_with_an_exponent_prime_to_the_group_order_are_bijections() -> None:
    assert proved(power(5), [1], [2]) == {2}
    assert proved(power(7), [1], [2]) == {2}


def test_other_powers_are_not() -> None:
    assert proved(power(2), [1], [2]) == set()
    assert proved(power(3), [1], [2]) == set()  # 3 divides p - 1
    assert proved(power(4), [1], [2]) == set()


def test_the_base_may_be_a_sum_with_known_wires() -> None:
    base = {2: 1, 3: 1, 0: 9}
    rows = [row(base, base, {4: 1}), row({4: 1}, {4: 1}, {5: 1}), row({5: 1}, base, {1: 1})]
    assert proved(rows, [1, 3], [2]) == {2}
    other = [*rows[:2], row({5: 1}, base | {0: 8}, {1: 1})]
    assert proved(other, [1, 3], [2]) == set()


def test_copies_of_wires_are_followed() -> None:
    rows = [
        equal({6: 1}, {2: 1}),
        row({6: 1}, {2: 1}, {3: 1}),
        row({3: 1}, {3: 1}, {4: 1}),
        row({4: 1}, {6: 1}, {1: 1}),
    ]
    assert proved(rows, [1], [2]) == {2}


def test_digits_by_a_chain_of_factors() -> None:
    """d (d - 1) (d - 2) = 0 and v = d + 3 e, e in the same way."""
    rows = []
    for d, q in ((2, 4), (3, 5)):
        rows += [row({d: 1}, {d: 1, 0: -1}, {q: 1}), row({q: 1}, {d: 1, 0: -2}, {})]
    assert proved([*rows, equal({2: 1, 3: 3}, {1: 1})], [1], [2, 3]) == {2, 3}
    assert proved([*rows, equal({2: 1, 3: 2}, {1: 1})], [1], [2, 3]) == set()


def test_a_square_root_in_half_the_field_is_unique() -> None:
    bits = [row({w: 1}, {w: 1, 0: -1}, {}) for w in range(3, 13)]
    value = equal({2: 1}, {w: 1 << w - 3 for w in range(3, 13)})
    assert proved([*bits, value, row({2: 1}, {2: 1}, {1: 1})], [1], [2]) == {2}
    signed = equal({2: 1, 0: 512}, {w: 1 << w - 3 for w in range(3, 13)})
    assert proved([*bits, signed, row({2: 1}, {2: 1}, {1: 1})], [1], [2]) == set()


def test_a_factor_that_is_zero_after_copies_are_put_in() -> None:
    """x * (x - y) = v with y = x: the second factor has no wire left."""
    copied = equal({4: 1}, {2: 1})
    for sides in (({2: 1}, {2: 1, 4: -1}), ({2: 1, 4: -1}, {2: 1})):
        assert proved([copied, row(*sides, {1: 1})], [1], [2]) == set()
