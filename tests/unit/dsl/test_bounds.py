from __future__ import annotations

from itertools import product

from zkctl.dsl.bounds import hull, normalised, product_bounds, sum_bounds

P = 7
INTERVALS = [(low, high) for low in range(-6, 7) for high in range(low, low + 8)]


def residues(bounds: tuple[int, int] | None) -> set[int]:
    """The field elements that a signal with this interval may be."""
    if bounds is None:
        return set(range(P))
    return {value % P for value in range(bounds[0], bounds[1] + 1)}


def test_a_hull_holds_both() -> None:
    for x, y in product(INTERVALS, repeat=2):
        both = residues(x) | residues(y)
        assert both <= residues(hull(x, y, P))
        assert both <= residues(normalised(hull(x, y, P), P))


def test_the_narrowest_hull() -> None:
    assert hull((0, 3), (2, 9), 101) == (0, 9)
    assert hull((0, 3), (98, 100), 101) == (-3, 3)
    assert hull((98, 100), (0, 3), 101) == (98, 104)
    assert hull((-3, 3), (100, 100), 101) == (-3, 3)
    assert hull(None, (0, 1), 101) is hull((0, 1), None, 101) is None


def test_arithmetic() -> None:
    for x, y in product(INTERVALS[::3], repeat=2):
        for factor in (-3, -1, 0, 1, 2):
            values = {
                (a + factor * b) % P for a in range(x[0], x[1] + 1) for b in range(y[0], y[1] + 1)
            }
            assert values <= residues(sum_bounds(x, y, factor))
        values = {a * b % P for a in range(x[0], x[1] + 1) for b in range(y[0], y[1] + 1)}
        assert values <= residues(product_bounds(x, y))
    assert sum_bounds(None, (0, 1), 1) is product_bounds((0, 1), None) is None
