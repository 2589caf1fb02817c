from __future__ import annotations

from zkctl.constraints.linear import (  # fmt: skip
    LongSum,
    accumulate,
    add_scaled,
    is_constant,
    scaled,
    show_element,
    substitute,
)

P = 97


def test_sums_and_multiples_drop_zeros() -> None:
    assert scaled({1: 5, 2: 0}, 3, P) == {1: 15}
    assert scaled({1: 5}, 97, P) == {}
    assert add_scaled({1: 5, 2: 1}, {1: 5, 3: 2}, -1, P) == {2: 1, 3: 95}
    total = {0: 1}
    accumulate(total, {0: 96, 4: 2}, 1, P)
    assert total == {4: 2}


def test_constants() -> None:
    assert is_constant({})
    assert is_constant({0: 5})
    assert not is_constant({1: 5})
    assert not is_constant({0: 5, 1: 5})


def test_substitution_merges_what_the_ports_share() -> None:
    ports = [{7: 2, 0: 1}, {7: 95, 8: 1}]
    terms = {0: 4, 1: 1, 2: 1, 3: 5}
    assert substitute(terms, ports, 10, P) == {0: 5, 8: 1, 13: 5}


def test_elements_just_below_p_read_as_negative_numbers() -> None:
    assert show_element(96, P) == "-1"
    assert show_element(20, P) == "20"
    assert show_element((1 << 254) - 5, 1 << 254) == "-5"
    assert show_element(1 << 253, 1 << 254) == str(1 << 253)


def test_a_long_sum_grows_and_shorter_ones_stay() -> None:
    short = LongSum.of({1: 5, 0: 3, 2: 7})
    longer = short.plus({3: 1, 0: 96}, 1, P)
    assert longer is not None
    assert longer.terms() == {1: 5, 2: 7, 3: 1, 0: 2}
    assert short.terms() == {1: 5, 2: 7, 0: 3}
    assert short.plus({4: 1}, 1, P) is None  # another sum has been made longer
    assert longer.plus({3: 1}, 1, P) is None  # it would change an entry
    minus = longer.plus({4: 1, 0: 2}, -1, P)
    assert minus is not None
    assert minus.terms() == {1: 5, 2: 7, 3: 1, 4: 96}
    minus.terms()[1] = 0
    assert minus.terms()[1] == 5
