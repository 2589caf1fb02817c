"""Stamping gives exactly the constraints of tracing, and eager mode their values."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pytest

from tests.support.all_witnesses import sides_of
from zkctl.constraints.witness_program import check_program
from zkctl.dsl import (
    Array,
    Bit,
    CompiledCircuit,
    Signal,
    Uint,
    assume_bit,
    circuit,
    constrain,
    discard,
    gadget,
    hint,
    hints,
    private,
    wire,
)
from zkctl.dsl.stamping import template
from zkctl.errors import CircuitError, UnsatisfiedError
from zkctl.gadgets.compare import is_zero


class Mixed(NamedTuple):
    flag: Bit
    values: list[Signal]
    count: int


def mix(x: Signal, pair: Sequence[Signal], flag: Bit, *, n: int = 2) -> Mixed:
    """Rows, hints, constants, linear combinations and checks, on all of its inputs."""
    inverse = hint(hints.inverse_or_zero, x + 2 * pair[0])
    other = is_zero(pair[1] - x)
    total = x
    for _ in range(n):
        total = total * (pair[0] + flag + 1)
    constrain(flag * other * inverse == flag * other * inverse * 1, "cannot fail")
    both = assume_bit(wire(flag * other), because="a product of bits")
    total = wire(total)  # a stamp returns no lazy products
    return Mixed(both, [total, 3 * total - x + 1, pair[0] + pair[1]], n)


@gadget(stamped=True)
def square(x: Signal) -> Signal:
    return wire(x * x)


stamped = gadget(stamped=True)(mix)
inline = gadget(mix)


def compiled_with(used: Callable[..., Mixed]) -> CompiledCircuit:
    @circuit
    def user(x: Signal = private(), y: Signal = private(), b: Bit = private()) -> Array[Signal]:
        first = used(x, [y, x + y - 3], b)
        second = used(first.values[1], (first.values[0], first.values[2]), first.flag, n=3)
        third = used(x + 7, [y + 2, y + 2], b)  # the same signal twice
        fourth = used(x - x + 4, [y, 5], 1)  # constants fold
        nested = outer(third.values[0], fourth.flag)
        assert (first.count, second.count) == (2, 3)
        return Array([*second.values, *third.values, *fourth.values, nested])

    def body(x: Signal, b: Bit) -> Signal:
        inside = used(x, [x * 1, b], b).values[1]
        return used(inside, [x, b], b).values[2] + 1

    outer = gadget(stamped=used is stamped)(body)
    return user.compile()


def test_stamping_is_tracing() -> None:
    traced, pasted = compiled_with(inline), compiled_with(stamped)
    check_program(pasted.program)
    assert traced.r1cs.n_constraints == pasted.r1cs.n_constraints
    assert sorted(map(len, sides_of(traced.program))) == sorted(map(len, sides_of(pasted.program)))
    for x, y, b in ((3, 5, 1), (0, 0, 0), (3, 3, 1), (2**200, 1, 0)):
        ours = traced.witness(x=x, y=y, b=b)
        theirs = pasted.witness(x=x, y=y, b=b)
        assert sorted(ours) == sorted(theirs)
        assert ours[:11] == theirs[:11]


def test_templates_are_shared_only_by_equal_shapes() -> None:
    traced = []

    @gadget(stamped=True)
    def counted(x: Signal, *, n: int = 1) -> Signal:
        traced.append(n)
        return x * x * n

    @circuit
    def many(x: Signal = private(), u: Uint = private(bits=8)) -> Signal:
        for _ in range(5):
            x = counted(x)
        x = counted(u) + counted(x, n=2) + counted(x, n=2)
        return x + counted(x * 0 + 3)

    many.compile()
    # a Signal, a Uint, another parameter, a constant; each use again because the list changes, and at the end
    assert traced == [1, 1, 1, 1, 1, 1, 2, 2, 1, 1]


def test_a_template_is_traced_three_times(monkeypatch: pytest.MonkeyPatch) -> None:
    traced = []

    def counting(*arguments: Any) -> template.Template:
        traced.append(arguments)
        return trace_template(*arguments)

    trace_template = template.trace_template
    monkeypatch.setattr("zkctl.dsl.stamping.template.trace_template", counting)
    monkeypatch.setattr(sys.modules["zkctl.dsl.gadget"], "trace_template", counting)

    @circuit
    def many(x: Signal = private()) -> Signal:
        for _ in range(20):
            x = square(x)
        return x

    many.compile()
    assert len(traced) == 3  # at the first and the second use, and at the end


def test_components_name_the_wires_of_stamps() -> None:
    compiled = compiled_with(stamped)
    names = {name for _, _, _, name in compiled.symbols()}
    assert "main.mix[0].w0" in names
    assert "main.body[0].mix[1].w0" in names
    components = {component for _, _, component, _ in compiled.symbols()}
    assert components >= {0, 1, 2}


def test_eager_mode_gives_integers() -> None:
    result = inline(3, [5, 3], 1)
    assert (result.flag, result.values, result.count) == (1, [3 * 49, 3 * 147 - 3 + 1, 8], 2)
    assert type(result.flag) is int
    assert stamped(3, [5, 3], 1) == result
    assert [type(v) for v in result.values] == [int, int, int]


def test_eager_mode_stops_where_a_constraint_fails() -> None:
    @gadget
    def small(x: Signal) -> Signal:
        constrain(x * (x - 1) == 0, "not small")
        return x

    assert small(1) == 1
    with pytest.raises(UnsatisfiedError, match=r"a constraint is not satisfied: not small \(2 is not 0\)") as caught:  # fmt: skip
        small(2)
    assert "x * (x - 1) == 0" in caught.value.where


def test_arguments() -> None:
    with pytest.raises(CircuitError, match="flag of mix must be a Bit, got 7"):
        inline(1, [2, 3], 7)
    with pytest.raises(
        CircuitError, match="wrong arguments for mix: missing a required argument: 'flag'"
    ):
        inline(1, [2, 3])  # type: ignore[call-arg]
    with pytest.raises(CircuitError, match="x of mix must be a single Signal, got a str"):
        inline("1", [2, 3], 1)


def test_results_must_be_signals() -> None:
    @gadget(stamped=True)
    def wordy(x: Signal) -> Any:
        return {"x": x}

    @circuit
    def user(x: Signal = private()) -> None:
        wordy(x)

    with pytest.raises(CircuitError, match="a gadget exchanges signals, integers, arrays, tuples and lists; got a dict"):  # fmt: skip
        user.compile()


def test_stamped_parameters_are_hashable() -> None:
    @gadget(stamped=True)
    def listed(x: Signal, *, weights: Any) -> Signal:
        return x * sum(weights)

    @circuit
    def user(x: Signal = private()) -> Signal:
        return listed(x, weights=(1, 2)) + listed(x, weights=[1, 2])

    with pytest.raises(
        CircuitError, match="the parameters of the stamped gadget listed must be hashable"
    ):
        user.compile()
    assert listed(2, weights=[1, 2]) == 6


def test_a_stamped_gadget_sees_only_its_arguments() -> None:
    @circuit
    def user(x: Signal = private(), y: Signal = private()) -> Signal:
        @gadget(stamped=True)
        def sneaky(a: Signal) -> Signal:
            return a * y

        @gadget(stamped=True)
        def calling(a: Signal) -> Signal:
            return a + is_zero(y)

        return sneaky(x) if choice == 0 else calling(x)

    choice = 0
    with pytest.raises(CircuitError, match="belong to different circuits or gadget calls"):
        user.compile()
    choice = 1
    with pytest.raises(
        CircuitError, match="x of is_zero is a signal of another circuit or gadget call"
    ):
        user.compile()


def test_a_failure_inside_a_stamp_names_the_whole_chain() -> None:
    @gadget(stamped=True)
    def checked(x: Signal) -> Signal:
        constrain(x * x == 4, "not two")
        return x

    @circuit
    def user(x: Signal = private(), y: Signal = private()) -> None:
        discard(checked(x))
        discard(checked(y))

    with pytest.raises(UnsatisfiedError, match="constraint 1 is not satisfied: not two") as caught:
        user.compile().witness(x=2, y=3)
    lines = caught.value.where.splitlines()
    assert "checked" in lines[0]
    assert lines[3].endswith("discard(checked(y))")
    assert lines[4] == "with y = 3"
