from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from tests.support.circuits import check_circuit
from zkctl.dsl import Array, Bit, Signal, Uint, circuit, constrain, discard, gadget, private
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.field import BN254_FR
from zkctl.gadgets.inverse import divide, inverse
from zkctl.gadgets.select import mux, select, swap_if


def test_values() -> None:
    assert (select(1, 5, 7), select(0, 5, 7)) == (5, 7)
    assert (swap_if(1, 5, 7), swap_if(0, 5, 7)) == ((7, 5), (5, 7))
    table = [37, 47, 53, 71]
    assert [mux([k & 1, k >> 1], table) for k in range(4)] == table
    assert mux([], [9]) == 9
    quarter = inverse(4)
    assert isinstance(quarter, int)
    assert divide(quarter * 12 % BN254_FR.modulus, 1) == 3


@pytest.mark.parametrize("k", range(16))
def test_mux_of_constants_in_a_circuit(k: int) -> None:
    table = [pow(3, j, 1009) for j in range(16)]

    @circuit
    def looked_up(b0: Bit = private(), b1: Bit = private(), b2: Bit = private(), b3: Bit = private()) -> Signal:  # fmt: skip
        return mux([b0, b1, b2, b3], table)

    assert looked_up.compile().witness(b0=k & 1, b1=k >> 1 & 1, b2=k >> 2 & 1, b3=k >> 3)[1] == table[k]  # fmt: skip


def test_selection_in_every_way() -> None:
    @circuit
    def chosen(c: Bit = private(), x: Signal = private(), y: Signal = private()) -> Signal:
        return select(c, x, y)

    good = [{"c": 0, "x": 5, "y": 7}, {"c": 1, "x": 5, "y": 7}]
    check_circuit(chosen, good, bad=[{"c": 2, "x": 5, "y": 7}], all_witnesses=True)


def test_division_in_every_way() -> None:
    @circuit
    def quotient(x: Signal = private(), y: Signal = private()) -> Signal:
        return divide(x, y)

    check_circuit(quotient, good=[{"x": 12, "y": 4}], bad=[{"x": 1, "y": 0}], all_witnesses=True)


def test_division() -> None:
    assert divide(12, 4) == 3
    for run in (lambda: inverse(0), lambda: divide(1, 0)):
        with pytest.raises(UnsatisfiedError, match="division by zero"):
            run()


def test_conditions_must_be_bits() -> None:
    @circuit
    def unproven(c: Signal = private(), x: Signal = private()) -> Signal:
        return select(c, x, 0)

    with pytest.raises(
        CircuitError, match="condition of select must be a Bit, got a Signal"
    ) as caught:
        unproven.compile()
    assert "assume_bit(x, because=...)" in caught.value.hint

    @circuit
    def wide(c: Uint = private(bits=2), x: Signal = private()) -> Signal:
        return select(c, x, 0)

    with pytest.raises(CircuitError, match="condition of select must be a Bit, got a Uint"):
        wide.compile()
    with pytest.raises(CircuitError, match="condition of select must be a Bit, got 2"):
        select(2, 1, 0)


def test_mux_needs_all_values() -> None:
    with pytest.raises(CircuitError, match="mux with 2 bits selects from 4 values, got 3"):
        mux([0, 1], [1, 2, 3])


def unused(x: Any) -> Any:
    discard(x)
    return x


@circuit
def typed_choices(
    c: Bit = private(),
    flags: Array[Bit] = private(2),
    x: Uint = private(bits=8),
    y: Uint = private(bits=5),
    plain: Signal = private(),
) -> Array[Signal]:
    low, high = swap_if(c, x, y)
    assert [type(v) for v in (low, high)] == [Uint, Uint]
    assert [v.maximum for v in (low, high)] == [255, 255]
    flag = select(c, flags[0], flags[1])
    assert type(flag) is Bit
    assert type(unused(select(c, 1, 0))) is Bit
    assert unused(select(c, y, 3)).maximum == 31
    assert type(unused(select(c, x, plain))) is Signal
    assert unused(select(c, x, -3)).bounds == (-3, 255)
    assert type(unused(select(c, x, -3)) + 3) is Uint
    table = mux(flags, [x, y, 300, 7])
    assert table.maximum == 300
    assert unused(mux(flags, [3, 1, 4, 1])).maximum == 4
    assert unused(mux([*flags, c], [3, -1, 4, 1, 5, 9, 2, 6])).bounds == (-1, 9)
    return Array([low, high, flag & c, table, select(c, x, -3) + 3])


def test_types_survive_choices() -> None:
    x = {"flags": [1, 0], "x": 200, "y": 17, "plain": 9}
    check_circuit(typed_choices, good=[{"c": 0, **x}, {"c": 1, **x}], bad=[{"c": 2, **x}])
    assert list(typed_choices(1, [1, 0], 200, 17, 9)) == [17, 200, 1, 17, 203]


class Point(NamedTuple):
    x: Signal
    y: Signal


def test_structures_are_chosen_element_by_element() -> None:
    @circuit
    def structures(c: Bit = private(), v: Array[Uint] = private(2, 2, bits=4)) -> Array[Signal]:
        rows = select(c, v[0], v[1])
        assert isinstance(rows, Array)
        assert {type(e) for e in rows} == {Uint}
        point = select(c, Point(v[0, 0], v[0, 1]), Point(v[1, 0], 7))
        assert isinstance(point, Point)
        first, (second, third) = select(c, [v[0, 0], (1, v[0, 1])], [v[1, 0], (0, 2)])
        assert type(second) is Bit
        lefts, rights = swap_if(c, v[0], v[1])
        of_pairs = mux([c], [v[0], v[1]])
        return Array([*rows, *point, first, second, third, *lefts, *rights, *of_pairs])

    numbers = [[1, 2], [3, 4]]
    check_circuit(structures, good=[{"c": 0, "v": numbers}, {"c": 1, "v": numbers}])
    assert list(structures(1, numbers)) == [1, 2, 1, 2, 1, 1, 2, 3, 4, 1, 2, 3, 4]
    assert list(structures(0, numbers)) == [3, 4, 3, 7, 3, 0, 2, 1, 2, 3, 4, 1, 2]


@pytest.mark.parametrize(
    ("other", "shown"),
    [
        (lambda v: v[0], "an Array of \\(3,\\) and a Signal"),
        (lambda v: v[:2], "an Array of \\(3,\\) and an Array of \\(2,\\)"),
        (list, "an Array of \\(3,\\) and a list of 3"),
    ],
)
def test_shapes_of_choices_must_agree(other: object, shown: str) -> None:
    @circuit
    def mixed(c: Bit = private(), v: Array[Signal] = private(3)) -> None:
        select(c, v, other(v))

    with pytest.raises(CircuitError, match="chooses between values of different shapes: " + shown):
        mixed.compile()


def test_eager_mode_knows_no_more_of_a_table_than_the_circuit() -> None:
    @gadget
    def needs_uint(x: Uint) -> Uint:
        return x

    @circuit
    def looked_up(b: Array[Bit] = private(2), v: Array[Signal] = private(4)) -> Signal:
        return needs_uint(mux(b, v))

    for run in (looked_up.compile, lambda: looked_up([0, 1], [1, 2, 3, 4])):
        with pytest.raises(CircuitError, match="x of needs_uint must be a Uint"):
            run()


def test_a_choice_of_a_constant_condition_keeps_the_hull() -> None:
    @circuit
    def decided(x: Uint = private(bits=3)) -> Signal:
        chosen = select(1, x, 100)
        constrain(chosen == x)
        assert chosen.maximum == 100
        return chosen

    check_circuit(decided, good=[{"x": 5}])
