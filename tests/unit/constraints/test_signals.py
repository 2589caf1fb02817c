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


SALT = SignalGroup("salt", Role.PRIVATE)
PAIR = (SignalGroup("x", Role.PUBLIC), SignalGroup("y", Role.PUBLIC))
NESTED = [
    SignalGroup("key", Role.PUBLIC, (), PAIR),
    SignalGroup("openings", Role.PRIVATE, (2,), (SignalGroup("value", Role.PRIVATE, (3,)), SALT)),
    SignalGroup("deep", Role.PRIVATE, (1, 2), (SignalGroup("inner", Role.PRIVATE, (), PAIR), SALT)),
]  # fmt: skip
GOOD: dict[str, Any] = {
    "key": {"y": 2, "x": 1},
    "openings": [{"value": [3, 4, 5], "salt": 6}, {"salt": 10, "value": [7, 8, 9]}],
    "deep": [[{"inner": {"x": 11, "y": 12}, "salt": 13}, {"inner": {"x": 14, "y": 15}, "salt": 16}]],
}  # fmt: skip


def nested(values: dict[str, Any]) -> list[int]:
    return flatten_inputs(NESTED, values, lambda value, _name: int(value))  # type: ignore[call-overload, no-any-return]


def test_structures_go_element_by_element() -> None:
    assert nested(GOOD) == list(range(1, 17))
    names = [name for group in NESTED for name in group.element_names()]
    assert names[:10] == [
        "key.x",
        "key.y",
        *(f"openings[0].value[{k}]" for k in range(3)),
        "openings[0].salt",
        *(f"openings[1].value[{k}]" for k in range(3)),
        "openings[1].salt",
    ]
    assert names[10:13] == ["deep[0][0].inner.x", "deep[0][0].inner.y", "deep[0][0].salt"]
    assert len(names) == sum(group.size for group in NESTED) == 16


def test_a_tuple_stands_for_the_fields_in_order() -> None:
    assert nested(GOOD | {"key": (1, 2), "deep": [[((11, 12), 13), ((14, 15), 16)]]}) == list(range(1, 17))  # fmt: skip


OPENINGS = "input openings needs an array [2] of objects with value[3], salt, but openings"
INNER = "deep[0][1].inner"


@pytest.mark.parametrize(
    ("name", "value", "message", "hint"),
    [
        ("key", 5, "input key needs an object with x, y, but key is a single value", ""),
        ("key", [1, 2], "input key needs an object with x, y, but key is a list of 2", ""),
        ("key", (1, 2, 3), "input key needs an object with x, y, but key is a list of 3", ""),
        ("key", {"x": 1}, "no value for input key.y", "the fields of key are x, y"),
        ("key", {}, "no value for input key.x, key.y", "the fields of key are x, y"),
        ("key", {"x": 1, "y": 2, "z": 3}, "unknown input key.z", "the fields of key are x, y"),
        ("key", {"x": 1, "Y": 2}, "no value for input key.y", "the fields of key are x, y"),
        ("key", {"x": {"x": 1}, "y": 2}, "input key.x needs a single value, but key.x is an object", ""),
        ("key", {"x": [1], "y": 2}, "input key.x needs a single value, but key.x is a list of 1", ""),
        ("openings", GOOD["openings"][0], OPENINGS + " is an object", ""),
        ("openings", GOOD["openings"][:1], OPENINGS + " is a list of 1", ""),
        ("openings", [GOOD["openings"][0], 7], OPENINGS + "[1] is a single value", ""),
        ("openings", [((1, 2, 3), 4), {"value": []}], "no value for input openings[1].salt", "the fields of openings[1] are value, salt"),
        ("openings", [((1, 2), 4)] * 2, "input openings[0].value needs an array [3], but openings[0].value is a list of 2", ""),
        ("openings", [((1, 2, {}), 4)] * 2, "input openings[0].value needs an array [3], but openings[0].value[2] is an object", ""),
        ("openings", {"value": [], "salt": []}, OPENINGS + " is an object", ""),
        ("deep", [[((1, 2), 3), ((1, 2, 3), 3)]], f"input {INNER} needs an object with x, y, but {INNER} is a list of 3", ""),
        ("deep", [[({"x": 1, "z": 2, "y": 3}, 1)] * 2], "unknown input deep[0][0].inner.z", "the fields of deep[0][0].inner are x, y"),
        ("key.x", 1, "unknown input key.x", "the circuit's inputs are key, openings, deep"),
    ],
)  # fmt: skip
def test_wrong_fields(name: str, value: Any, message: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        nested(GOOD | {name: value})
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_no_names_are_made_for_no_wires() -> None:
    none = SignalGroup("none", Role.PRIVATE, (1 << 40, 0))
    assert list(none.element_names()) == []
    inside = SignalGroup("list", Role.PRIVATE, (2,), (none, SALT))
    assert list(inside.element_names()) == ["list[0].salt", "list[1].salt"]


def test_a_list_of_all_values_stands_for_a_group_where_circom_is_copied() -> None:
    values = {"m": [1, 2, 3, 4, 5, 6], "a": 9, "none": []}
    found = flatten_inputs(GROUPS, values, lambda value, _name: int(str(value)), takes_flat=True)
    assert found == [9, 1, 2, 3, 4, 5, 6]
    bus = [SignalGroup("p", Role.PRIVATE, (2,), PAIR)]
    points = {"p": [1, 2, 3, 4]}
    assert flatten_inputs(bus, points, lambda value, _name: int(str(value)), takes_flat=True) == [1, 2, 3, 4]  # fmt: skip
    with pytest.raises(InputError):
        flat(values)
