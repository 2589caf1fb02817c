from tests.support.lint_rows import equal, proved, row, rules_used


def lanes(offsets: list[int]) -> list:
    return [row({k + 2: 1}, {1: 1, 0: -offset}, {}) for k, offset in enumerate(offsets)]


def test_lanes_with_a_known_sum_are_unique() -> None:
    rows = [*lanes([0, 1, 2]), equal({2: 1, 3: 1, 4: 1}, {0: 1})]
    assert proved(rows, [1], [2, 3, 4]) == {2, 3, 4}
    assert "one_hot" in rules_used(rows, [1], [2, 3, 4])


def test_lanes_at_the_same_place_are_not_only_the_first_one_is() -> None:
    rows = [*lanes([0, 1, 1]), equal({2: 1, 3: 1, 4: 1}, {0: 1})]
    assert proved(rows, [1], [2, 3, 4]) == {2}


def test_without_the_sum_the_hot_lane_is_free() -> None:
    rows = [*lanes([0, 1, 2]), equal({2: 1, 3: 1, 4: 1}, {5: 1})]
    assert proved(rows, [1], [2, 3, 4, 5]) == set()
