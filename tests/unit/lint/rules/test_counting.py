from tests.support.lint_rows import bit, equal, proved, row, rules_used


def mask(n: int) -> list:
    rows = [bit(w) for w in range(2, 2 + n)]
    return [*rows, equal(dict.fromkeys(range(2, 2 + n), 1), {1: 1})]


def falls(n: int) -> list:
    return [row({w + 1: 1}, {0: 1, w: -1}, {}) for w in range(2, 1 + n)]


def test_a_mask_that_never_rises_is_unique() -> None:
    n = 20
    wires = list(range(2, 2 + n))
    assert proved([*mask(n), *falls(n)], [1], wires) == set(wires)
    assert "staircase" in rules_used([*mask(n), *falls(n)], [1], wires)


def test_each_step_of_the_mask_is_needed() -> None:
    n = 20
    wires = list(range(2, 2 + n))
    assert proved([*mask(n), *falls(n)[:-1]], [1], wires) == set()
    assert proved(mask(n), [1], wires) == set()


def test_combinations_with_distinct_sums_are_unique() -> None:
    """Weights 1, 2, 3 without neighbours: 1 + 2 is no combination."""
    bits = [bit(w) for w in (2, 3, 4)]
    total = equal({2: 1, 3: 2, 4: 3}, {1: 1})
    apart = [row({2: 1}, {3: 1}, {}), row({3: 1}, {4: 1}, {})]
    assert proved([*bits, total, *apart], [1], [2, 3, 4]) == {2, 3, 4}
    assert proved([*bits, total], [1], [2, 3, 4]) == set()
