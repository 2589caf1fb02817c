"""Equal expressions share their wires: products, wires, advice of built-in hints, copies of stamped gadgets."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from zkctl.dsl import (
    Array,
    Bit,
    CompiledCircuit,
    Signal,
    Uint,
    circuit,
    constrain,
    dot,
    gadget,
    hint,
    hints,
    log,
    private,
    wire,
)
from zkctl.gadgets.bits import to_bits
from zkctl.gadgets.hash.poseidon import poseidon


def compiled(body: Callable[..., Any]) -> CompiledCircuit:
    @circuit
    def user(x: Signal = private(), y: Signal = private(), z: Signal = private()) -> Any:
        result: Any = body(x, y, z)
        return result

    return user.compile()


@gadget(stamped=True)
def cubed(x: Signal, y: Signal, *, n: int = 3) -> Signal:
    return wire(x**n * y)


SHARED: list[tuple[Callable[[Signal, Signal, Signal], Any], int, Callable[[int, int, int], int]]] = [
    (lambda x, y, z: wire(x * y) + wire(x * y), 1 + 1, lambda x, y, z: 2 * x * y),
    (lambda x, y, z: wire(x * y) + wire(y * x), 1 + 1, lambda x, y, z: 2 * x * y),
    (lambda x, y, z: (x * y) * (y * x), 1 + 1, lambda x, y, z: (x * y) ** 2),
    (lambda x, y, z: x * y - y * x + 1, 1, lambda x, y, z: 1),  # a constant output is a linear row
    (lambda x, y, z: wire(x * x) * x + x**3, 2, lambda x, y, z: 2 * x**3),
    (lambda x, y, z: x**4 + wire(x * x) + x**2, 2, lambda x, y, z: x**4 + 2 * x**2),
    (lambda x, y, z: (x + y) * z * (z * (y + x)), 2, lambda x, y, z: ((x + y) * z) ** 2),
    (lambda x, y, z: wire(x * y + z) + wire(x * y + 1), 1 + 1 + 1, lambda x, y, z: 2 * x * y + z + 1),
    (lambda x, y, z: wire(x + 2 * y) * wire(2 * y + x), 2, lambda x, y, z: (x + 2 * y) ** 2),
    (lambda x, y, z: wire(2 * x) * wire(x + x), 2, lambda x, y, z: 4 * x * x),
    (lambda x, y, z: wire(x + y) * wire(x - y), 3, lambda x, y, z: x * x - y * y),
    (lambda x, y, z: cubed(x, y) + cubed(x, y), 3 + 1, lambda x, y, z: 2 * x**3 * y),
    (lambda x, y, z: cubed(x, y) * cubed(x + 0, 1 * y), 3 + 1, lambda x, y, z: (x**3 * y) ** 2),
    (lambda x, y, z: cubed(x, y) + cubed(y, x), 6 + 1, lambda x, y, z: x**3 * y + y**3 * x),
    (lambda x, y, z: cubed(x, y) + cubed(x, y, n=2), 5 + 1, lambda x, y, z: x**3 * y + x**2 * y),
    (lambda x, y, z: poseidon(x) - poseidon(x), 213 + 1, lambda x, y, z: 0),
]  # fmt: skip


@pytest.mark.parametrize(("body", "n_rows", "value"), SHARED)
def test_equal_expressions_are_made_once(
    body: Callable[..., Any], n_rows: int, value: Callable[[int, int, int], int]
) -> None:
    made = compiled(body)
    assert made.r1cs.n_constraints == n_rows
    assert made.witness(x=3, y=5, z=7)[1] == value(3, 5, 7) % made.program.field.modulus


def test_bits_in_a_comprehension_are_made_once() -> None:
    made = compiled(lambda x, y, z: sum(to_bits(x, 254)[i] * 2**i for i in range(254)))
    assert made.r1cs.n_constraints == 254 + 130 + 1
    assert made.witness(x=2**200 + 5, y=0, z=0)[1] == 2**200 + 5


def test_outputs_stay_separate_wires() -> None:
    def body(x: Signal, y: Signal, z: Signal) -> Any:
        constrain(wire(x + y) * z == 1)
        return x + y

    assert compiled(body).r1cs.n_constraints == 3
    doubled = compiled(lambda x, y, z: Array([x + y, x * y, x + y, x * y, wire(x + y)]))
    assert doubled.r1cs.n_constraints == 5
    assert doubled.witness(x=2, y=5, z=0)[1:6] == [7, 10, 7, 10, 7]


def test_advice_is_shared_only_for_the_same_question() -> None:
    def asked(*questions: Callable[[Signal, Signal], Any]) -> int:
        def body(x: Signal, y: Signal, z: Signal) -> Signal:
            for question in questions:
                question(x, y)
            return x

        return len(compiled(body).program.hints)

    def inverse(x: Signal, y: Signal) -> Any:
        return hint(hints.inverse_or_zero, x + y)

    assert asked(inverse, inverse) == 1
    assert asked(inverse, lambda x, y: hint(hints.inverse_or_zero, y + x)) == 1
    assert asked(inverse, lambda x, y: hint(hints.inverse_or_zero, x - y)) == 2
    divide, bits = hints.divide_or_zero, hints.bits
    assert asked(lambda x, y: hint(divide, x, y), lambda x, y: hint(divide, y, x)) == 2
    assert asked(lambda x, y: hint(bits, x, n_bits=3), lambda x, y: hint(bits, x, n_bits=4)) == 2
    assert asked(lambda x, y: hint(bits, x, n_bits=3), lambda x, y: hint(bits, x, n_bits=3)) == 1


def test_advice_of_python_code_is_asked_each_time() -> None:
    answers = itertools.count(1)

    def counted(x: int) -> int:
        return next(answers)

    @gadget(stamped=True)
    def ask(x: Signal) -> Signal:
        result: Signal = hint(counted, x)
        return result

    made = compiled(lambda x, y, z: hint(counted, x) + 10 * hint(counted, x) + 100 * ask(x) + 1000 * ask(x))  # fmt: skip
    assert made.witness(x=0, y=0, z=0)[1] == 4321


def test_shared_products_keep_their_bounds() -> None:
    @circuit
    def typed(a: Uint = private(bits=4), b: Uint = private(bits=4), f: Bit = private()) -> Signal:
        product = a * b
        assert isinstance(product, Uint)
        again = b * a
        assert isinstance(again, Uint)
        assert again.maximum == 225
        assert isinstance(f & f, Bit)
        return wire(product) + again + (f & f) + dot([1], [a * b])

    made = typed.compile()
    assert made.r1cs.n_constraints == 4 + 4 + 1 + 2
    assert made.witness(a=3, b=5, f=1)[1] == 46 == typed(3, 5, 1)


def test_a_gadget_shares_within_its_own_block() -> None:
    """A product of the circuit is not one of the gadget: a template stands for itself."""

    @gadget(stamped=True)
    def both(x: Signal, y: Signal) -> Signal:
        return wire(x * y) * wire(y * x)

    made = compiled(lambda x, y, z: wire(x * y) + both(x, y))
    assert made.r1cs.n_constraints == 1 + 2 + 1
    assert made.witness(x=3, y=5, z=0)[1] == 15 + 225


def test_a_log_is_written_each_time() -> None:
    @gadget(stamped=True)
    def told(x: Signal) -> Signal:
        log("square", x * x)
        return wire(x * x * x)

    def body(x: Signal, y: Signal, z: Signal) -> Signal:
        log("x", x)
        log("x", x)
        return told(x) + told(x)

    made = compiled(body)
    assert len(made.program.hints) == 4
    assert made.r1cs.n_constraints == 2 + 2 + 1


def test_advice_programs_are_shared() -> None:
    def body(x: Signal, y: Signal, z: Signal) -> Signal:
        roots = [hint(hints.sqrt_or_zero, x) for _ in range(3)]
        return roots[0] * roots[1] + roots[2]

    made = compiled(body)
    assert len(made.program.hints) == 1
    assert made.witness(x=49, y=0, z=0)[1] in (49 + 7, 49 - 7)


def test_a_named_wire_is_shared_under_its_first_name() -> None:
    def body(x: Signal, y: Signal, z: Signal) -> Signal:
        return wire(x + y, "both") * wire(y + x, "again") * wire(x + y)

    names = {name for _, _, _, name in compiled(body).symbols()}
    assert "main.both" in names
    assert "main.again" not in names
