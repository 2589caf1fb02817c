from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from zkctl.dsl import (
    Array,
    Bit,
    Signal,
    Uint,
    assume_bit,
    assume_uint,
    bit,
    circuit,
    constrain,
    discard,
    dot,
    gadget,
    hint,
    hints,
    private,
    wire,
)
from zkctl.dsl.statements.uses import Use, joined
from zkctl.errors import CircuitError
from zkctl.gadgets.bits import from_bits, to_bits
from zkctl.gadgets.compare import is_equal, is_zero, less_than, to_uint
from zkctl.gadgets.hash.poseidon import poseidon
from zkctl.gadgets.inverse import divide, inverse
from zkctl.gadgets.select import select, swap_if

Body = Callable[[Uint, Uint], Any]


def built(body: Body) -> None:
    @circuit
    def example(x: Uint = private(bits=8), y: Uint = private(bits=8)) -> None:
        body(x, y)

    example.compile()
    example(1, 1)


def refused(body: Body, gadget_name: str) -> CircuitError:
    @circuit
    def example(x: Uint = private(bits=8), y: Uint = private(bits=8)) -> None:
        body(x, y)

    for run in (example.compile, lambda: example(1, 1)):
        with pytest.raises(
            CircuitError, match=f"the result of {gadget_name} is never used"
        ) as caught:
            run()
    assert "test_uses.py" in caught.value.where.splitlines()[0]
    assert "discard(...)" in caught.value.hint
    return caught.value


def test_the_hint_names_the_constraint() -> None:
    assert "constrain(less_than(x, y) == 1)" in refused(less_than, "less_than").hint


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (lambda x, y: poseidon(x), "poseidon"),
        (lambda x, y: is_equal(x, y) + 1, "is_equal"),
        (divide, "divide"),
        (lambda x, y: inverse(x), "inverse"),
        (lambda x, y: to_uint(x - y, 8), "to_uint"),
        (lambda x, y: to_bits(x, 8), "to_bits"),
        (lambda x, y: wire(is_zero(x) * 2), "is_zero"),
        (lambda x, y: assume_bit(is_zero(x) + y, because="a lie, for this test"), "is_zero"),
        (lambda x, y: assume_uint(divide(x, y), 8, because="a lie, for this test") * y, "divide"),
        (lambda x, y: ~less_than(x, y) & is_zero(y), "less_than"),
        (lambda x, y: dot([1, 2], [is_zero(x), y]), "is_zero"),
        (lambda x, y: swap_if(is_zero(x), x, y), "swap_if"),
        (lambda x, y: from_bits([is_zero(x), is_zero(y)]), "from_bits"),
        (lambda x, y: [is_zero(x), constrain(~is_zero(y))], "is_zero"),
        (lambda x, y: sum(is_zero(v) for v in (x, y)), "is_zero"),
        (lambda x, y: Array([is_zero(x)]) + Array([is_zero(y)]), "is_zero"),
        (lambda x, y: bit(less_than(x, y)), "less_than"),
        (lambda x, y: bit(x < y), "bit"),
        (lambda x, y: bit(x == y) & bit(x == 3), "bit"),
        (lambda x, y: to_uint(x - y, 8).bits, "to_uint"),
        (lambda x, y: [b * 2 for b in to_uint(x - y, 8).bits], "to_uint"),
        (lambda x, y: select(is_zero(x), [x, y], [y, x]), "select"),
    ],
)
def test_results_that_nothing_uses(body: Body, name: str) -> None:
    refused(body, name)


@pytest.mark.parametrize(
    "body",
    [
        lambda x, y: constrain(is_zero(x) == 0),
        lambda x, y: constrain(is_zero(x - 1)),
        lambda x, y: constrain(2 * is_zero(x) + y == 1),
        lambda x, y: constrain(is_zero(x) <= y),
        lambda x, y: constrain(bit(is_zero(x) < y)),
        lambda x, y: constrain(swap_if(is_zero(x), x, y)[0] == y),
        lambda x, y: constrain(to_bits(x, 8)[1] == 0),
        lambda x, y: constrain(to_bits(x, 12)[11] == 0),
        lambda x, y: hint(hints.inverse_or_zero, poseidon(x)),
        lambda x, y: discard(to_uint(x - y, 8)),
        lambda x, y: discard([less_than(x, y), to_bits(x, 8)]),
        lambda x, y: constrain(assume_bit(poseidon(x) * 0 + x, because="the test says it")),
        lambda x, y: constrain(select(is_zero(x - 1), y, wire(poseidon(x))) == 1),
        lambda x, y: constrain(dot([1, 2], [is_zero(x), y]) == 2),
        lambda x, y: to_uint(x, 9),
        lambda x, y: constrain(to_uint(x - y, 8).bits[0] == 0),
        lambda x, y: constrain(to_uint(x - y, 8) & 3 == 0),
        lambda x, y: constrain(to_uint(x, 8) >> 1 == 0),
        lambda x, y: constrain(select(is_zero(x), [x, y], [y, x])[1] == 1),
        lambda x, y: is_zero(5),
    ],
)  # fmt: skip
def test_results_that_are_used(body: Body) -> None:
    built(body)


def test_results_inside_gadgets() -> None:
    @gadget
    def forgetful(x: Signal) -> Signal:
        is_zero(x)
        return x * x

    @gadget(stamped=True)
    def stamped(x: Signal) -> Signal:
        less_than(to_uint(x, 8), 3)
        return x * x

    refused(lambda x, y: constrain(forgetful(x) == 1), "is_zero")
    refused(lambda x, y: constrain(stamped(x) == 1), "less_than")


def test_only_the_outermost_gadget_is_named() -> None:
    @gadget
    def outer(x: Signal) -> Bit:
        return is_zero(x)

    refused(lambda x, y: outer(x), "outer")


def test_results_of_circuits() -> None:
    @circuit
    def inner(x: Signal = private()) -> Signal:
        return x * x

    refused(lambda x, y: inner(x), "inner")
    built(lambda x, y: constrain(inner(x) == 1))


def test_a_gadget_without_result() -> None:
    @gadget
    def enforce(x: Signal) -> None:
        constrain(x == 1)

    built(lambda x, y: enforce(x))


def test_an_equation_is_not_discarded() -> None:
    with pytest.raises(CircuitError, match="enforces nothing when it is discarded"):
        built(lambda x, y: discard(x == y))


def test_marks_reach_every_source_once() -> None:
    first, second = Use(), Use()
    total = joined(first, second)
    assert total is not None
    assert joined(total, None) is total
    total.mark()
    assert first.is_used
    assert second.is_used
    assert joined(first, None) is None
    assert total.sources == ()
