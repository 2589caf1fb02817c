"""Order of lists, and dates."""

from __future__ import annotations

from tests.gadgets.case import GadgetCase
from zkctl.dsl import Array, Bit, Signal, Uint, circuit, private
from zkctl.gadgets.number.date import age_at_least, date_parts, enforce_date, to_date
from zkctl.gadgets.number.sort import enforce_permutation, enforce_sorted, sort, sort_by


@circuit
def ascending(x: Array[Uint] = private("n", bits="width"), *, n: int, width: int) -> Array[Uint]:
    return sort(x)


@circuit
def by_key(
    keys: Array[Uint] = private("n", bits=8), rows: Array[Signal] = private("n", 2), *, n: int
) -> Array[Signal]:
    ordered, moved = sort_by(keys, list(rows))
    return Array([*ordered, *(part for row in moved for part in row)])


@circuit
def in_order(x: Array[Uint] = private("n", bits="width"), *, n: int, width: int) -> None:
    enforce_sorted(x)


@circuit
def same_values(
    x: Array[Signal] = private("n"), y: Array[Signal] = private("n"), *, n: int
) -> None:
    enforce_permutation(x, y)


@circuit
def parts(date: Signal = private()) -> Array[Uint]:
    return Array(date_parts(date))


@circuit
def dated(date: Signal = private()) -> None:
    enforce_date(date)


@circuit
def number(date: Signal = private()) -> Uint:
    return to_date(date)


@circuit
def old_enough(birthday: Uint = private(bits=27), today: Uint = private(bits=27)) -> Bit:
    return age_at_least(birthday, today, 18)


NO_DATES = [20230229, 19000229, 20240431, 20241301, 20240001, 20240100, 1231, 100000101, -1]

CASES = [
    GadgetCase(
        gadget=sort,
        circuit=ascending,
        parameters={"n": 5, "width": 16},
        inputs={"x": [9, 65535, 7, 3, 8]},
        outputs=[3, 7, 8, 9, 65535],
        source="Python",
        constraints=162,
        input_rows=80,
        refused=[{"x": [1 << 16, 0, 0, 0, 0]}],
    ),
    GadgetCase(
        gadget=sort,
        circuit=ascending,
        parameters={"n": 2, "width": 1},
        inputs={"x": [1, 0]},
        outputs=[0, 1],
        source="Python",
        constraints=5,
        input_rows=2,
        small_fields=True,
    ),
    GadgetCase(
        gadget=sort_by,
        circuit=by_key,
        parameters={"n": 3},
        inputs={"keys": [200, 7, 90], "rows": [[1, 2], [3, 4], [5, 6]]},
        outputs=[7, 90, 200, 3, 4, 5, 6, 1, 2],
        source="Python",
        constraints=52,
        input_rows=24,
        refused=[{"keys": [256, 0, 0], "rows": [[1, 2], [3, 4], [5, 6]]}],
    ),
    GadgetCase(
        gadget=enforce_sorted,
        circuit=in_order,
        parameters={"n": 4, "width": 8},
        inputs={"x": [0, 5, 5, 255]},
        outputs=[],
        source="Python",
        constraints=56,
        input_rows=32,
        refused=[{"x": [0, 5, 4, 255]}, {"x": [1, 0, 0, 0]}, {"x": [0, 0, 255, 254]}],
    ),
    GadgetCase(
        gadget=enforce_sorted,
        circuit=in_order,
        parameters={"n": 2, "width": 1},
        inputs={"x": [0, 1]},
        outputs=[],
        source="Python",
        constraints=3,
        input_rows=2,
        refused=[{"x": [1, 0]}],
        small_fields=True,
    ),
    GadgetCase(
        gadget=enforce_permutation,
        circuit=same_values,
        parameters={"n": 6},
        inputs={"x": [1, 2, 3, 4, 5, 6], "y": [3, 6, 1, 5, 2, 4]},
        outputs=[],
        source="Python",
        constraints=26,
        refused=[
            {"x": [1, 2, 3, 4, 5, 6], "y": [1, 2, 3, 4, 5, 5]},
            {"x": [1, 1, 2, 2, 2, 3], "y": [1, 1, 1, 2, 2, 3]},
        ],
    ),
    GadgetCase(
        gadget=enforce_permutation,
        circuit=same_values,
        parameters={"n": 2},
        inputs={"x": [1, 2], "y": [2, 1]},
        outputs=[],
        source="Python",
        constraints=3,
        refused=[{"x": [1, 2], "y": [2, 2]}],
        small_fields=True,
    ),
    GadgetCase(
        gadget=date_parts,
        circuit=parts,
        inputs={"date": 20240229},
        outputs=[2024, 2, 29],
        source="Python's datetime",
        constraints=43,
        refused=[{"date": date} for date in NO_DATES],
    ),
    GadgetCase(
        gadget=enforce_date,
        circuit=dated,
        inputs={"date": 99991231},
        outputs=[],
        source="Python's datetime",
        constraints=43,
        refused=[{"date": date} for date in NO_DATES],
    ),
    GadgetCase(
        gadget=to_date,
        circuit=number,
        inputs={"date": 20240301},
        outputs=[20240301],
        source="Python's datetime",
        constraints=43,
        refused=[{"date": date} for date in NO_DATES],
    ),
    GadgetCase(
        gadget=age_at_least,
        circuit=old_enough,
        inputs={"birthday": 20080301, "today": 20260301},
        outputs=[1],
        source="Python's datetime",
        constraints=83,
        input_rows=54,
        refused=[{"birthday": 1 << 27, "today": 0}],
    ),
]
