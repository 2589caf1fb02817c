from __future__ import annotations

from typing import Any

import pytest

from zkctl.constraints.signals import Role, SignalGroup, flatten_inputs
from zkctl.errors import InputError

GROUPS = [
    SignalGroup("out", Role.OUTPUT),
    SignalGroup("a", Role.PUBLIC),
    SignalGroup("m", Role.PRIVATE, (2, 3)),
    SignalGroup("none", Role.PRIVATE, (0,)),
]


def flat(values: dict[str, Any]) -> list[int]:
    return flatten_inputs(GROUPS, values, lambda value, _name: int(value))  # type: ignore[call-overload, no-any-return]


def test_row_major_order() -> None:
    assert flat({"m": [[1, 2, 3], (4, 5, 6)], "a": 9, "none": []}) == [9, 1, 2, 3, 4, 5, 6]
    assert list(GROUPS[2].element_names())[3:5] == ["m[1][0]", "m[1][1]"]
    assert (GROUPS[2].size, GROUPS[0].size, GROUPS[3].size) == (6, 1, 0)
    assert [g.role.is_input for g in GROUPS] == [False, True, True, True]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "no value for input a, m, none"),
        ({"a": 1, "none": []}, "no value for input m"),
        ({"a": 1, "m": [[1] * 3] * 2, "none": [], "b": 0, "c": 0}, "unknown input b, c"),
        ({"a": [1], "m": 0, "none": []}, "input a needs a single value, but a is a list of 1"),
        ({"a": 1, "m": 5, "none": []}, "input m needs an array [2][3], but m is a single value"),
        ({"a": 1, "m": [[1, 2, 3]], "none": []}, "input m needs an array [2][3], but m is a list of 1"),
        ({"a": 1, "m": [[1, 2, 3], [4, 5]], "none": []}, "input m needs an array [2][3], but m[1] is a list of 2"),
        ({"a": 1, "m": {"x": 5}, "none": []}, "input m needs an array [2][3], but m is an object"),
        ({"a": 1, "m": [[1, 2, 3], 4], "none": []}, "input m needs an array [2][3], but m[1] is a single value"),
        ({"a": 1, "m": [[1, 2, [3]], [4, 5, 6]], "none": []}, "input m needs an array [2][3], but m[0][2] is a list of 1"),
        ({"a": 1, "m": [[1] * 3] * 2, "none": [1]}, "input none needs an array [0], but none is a list of 1"),
    ],
)  # fmt: skip
def test_wrong_names_and_shapes(values: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        flat(values)
    assert caught.value.message == message


def test_many_unknown_names_do_not_fill_the_screen() -> None:
    values: dict[str, Any] = {"a": 1, "m": [[1] * 3] * 2, "none": []}
    with pytest.raises(InputError) as caught:
        flat(values | {f"{'x' * 1000}{k}": 1 for k in range(100)})
    assert caught.value.message.endswith(" and 92 more")
    assert len(caught.value.message) < 1000
