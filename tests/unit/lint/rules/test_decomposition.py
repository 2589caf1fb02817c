import pytest

from tests.support.lint_rows import bit, equal, proved, row

P = 2147483647 - 18  # 2147483629, a prime of 31 bits


def strict(limit: int) -> list:
    """The bits of wire 1, and that their number is below the limit by a chain of 32 comparisons."""
    bits, chain = range(2, 33), range(40, 72)
    rows = [row({w: 1}, {w: 1, 0: -1}, {}, P) for w in bits]
    rows.append(row({}, {}, {w: 1 << i for i, w in enumerate(bits)} | {1: -1}, P))
    rows.append(row({}, {}, {40: 1}, P))
    for i, (w, t) in enumerate(zip(bits, chain, strict=False)):
        if limit >> i & 1:  # t' = 1 - w + w t
            rows.append(row({w: 1}, {t: 1}, {t + 1: 1, w: 1, 0: -1}, P))
        else:
            rows.append(row({w: 1}, {t: 1}, {t: 1, t + 1: -1}, P))
    return [*rows, row({}, {}, {71: 1, 0: -1}, P)]


@pytest.mark.parametrize(("limit", "is_unique"), [(P, True), (P - 5, True), (P + 1, False)])
def test_bits_below_p_are_unique(limit: int, *, is_unique: bool) -> None:
    bits = list(range(2, 33))
    assert proved(strict(limit), [1], bits, P) == (set(bits) if is_unique else set())


def test_without_the_comparison_they_are_not() -> None:
    assert proved(strict(P)[:-1], [1], [2], P) == set()


def test_narrow_bits_need_no_comparison() -> None:
    rows = [*map(bit, (2, 3)), equal({2: 1, 3: 2}, {1: 1})]
    assert proved(rows, [1], [2, 3]) == {2, 3}
