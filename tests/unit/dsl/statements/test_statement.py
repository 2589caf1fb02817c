from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import pytest

from zkctl.dsl import Comparison, Equation, Signal, Uint, circuit, constrain, private
from zkctl.errors import CircuitError
from zkctl.gadgets.select import select


def built(body: Callable[[Uint, Uint, Uint], Any]) -> None:
    @circuit
    def example(
        x: Uint = private(bits=8), y: Uint = private(bits=8), z: Uint = private(bits=8)
    ) -> None:
        body(x, y, z)

    example.compile()


def refused(body: Callable[[Uint, Uint, Uint], Any], message: str) -> CircuitError:
    with pytest.raises(CircuitError, match=message) as caught:
        built(body)
    assert "test_statement.py" in caught.value.where
    return caught.value


def test_statements_are_made_by_operators() -> None:
    def body(x: Uint, y: Uint, z: Uint) -> None:
        statements = [x == y, x < y, x <= 5, x < 7, x >= z]
        assert [type(s) for s in statements] == [Equation, *[Comparison] * 4]
        constrain(statements)

    built(body)


def test_unused_statements() -> None:
    assert "bit(x < y)" in refused(lambda x, y, z: x < y, "the comparison x < y is never used").hint
    assert (
        "constrain(x == y)"
        in refused(lambda x, y, z: x == y, "the equation x == y is never used").hint
    )


@pytest.mark.parametrize(
    "body",
    [
        lambda x, y, z: 1 if x < y else 0,
        lambda x, y, z: not x < y,
        lambda x, y, z: x < y < z,
        lambda x, y, z: x < y or y < z,
        lambda x, y, z: constrain(x < y < z),
        lambda x, y, z: sorted([x, y, z]),
        lambda x, y, z: max(x, y),
        lambda x, y, z: min([x, y, z]),
        lambda x, y, z: [v for v in (x, y) if v < z],
    ],
)
def test_a_comparison_decides_nothing_in_python(body: Callable[[Uint, Uint, Uint], Any]) -> None:
    hint = refused(
        body, "the comparison .* is neither true nor false while the circuit is built"
    ).hint
    assert "bit(x < y) makes a Bit" in hint
    assert "a < b < c as two constraints" in hint


@pytest.mark.parametrize(
    "body",
    [
        lambda x, y, z: ~(x < y),
        lambda x, y, z: (x < y) & (y < z),
        lambda x, y, z: (x < y) | 1,
        lambda x, y, z: (x < y) * z,
        lambda x, y, z: z + (x < y),
        lambda x, y, z: sum([x < y, y < z]),
        lambda x, y, z: (x < y) < z,
        lambda x, y, z: int(x < y),
    ],
)
def test_a_comparison_is_no_number(body: Callable[[Uint, Uint, Uint], Any]) -> None:
    assert (
        "bit(x < y)"
        in refused(
            body, "is not a value to compute with|cannot be compared with a|cannot be combined"
        ).hint
    )


def test_statements_are_not_compared_again() -> None:
    assert (
        "bit(x < y)"
        in refused(lambda x, y, z: (x < y) == 1, "a comparison cannot be compared again").hint
    )
    refused(lambda x, y, z: (x < y) != 1, "a comparison cannot be compared again")
    refused(lambda x, y, z: (x == y) == z, "an equation cannot be compared again")


def test_a_gadget_wants_a_bit() -> None:
    error = refused(lambda x, y, z: select(x < y, x, y), "got a Comparison")
    assert "bit(x < y)" in error.hint


@pytest.mark.parametrize("compare", [operator.lt, operator.le, operator.gt, operator.ge])
def test_plain_signals_have_no_order(compare: Callable[[Any, Any], Any]) -> None:
    @circuit
    def plain(x: Signal = private(), y: Uint = private(bits=8)) -> None:
        constrain(compare(x, y))

    with pytest.raises(CircuitError, match=r"a signal cannot be compared with [<>]=?") as caught:
        plain.compile()
    assert "to_uint(x, n_bits)" in caught.value.hint
