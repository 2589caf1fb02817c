"""Linear combinations, lazy products, bounds, and everything a signal refuses."""

from __future__ import annotations

import operator
import random
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from zkctl.dsl import Array, Bit, CompiledCircuit, Signal, Uint, circuit, constrain, private, wire
from zkctl.errors import CircuitError

Body = Callable[[Signal, Signal, Signal], Any]


def built(body: Body) -> CompiledCircuit:
    @circuit
    def example(x: Signal = private(), y: Signal = private(), z: Signal = private()) -> None:
        body(x, y, z)

    return example.compile()


@pytest.mark.parametrize(
    ("body", "n_rows"),
    [
        (lambda x, y, z: x + y - 3 * z + 5, 0),
        (lambda x, y, z: x * y, 0),  # lazy: nobody needs it
        (lambda x, y, z: constrain(x * y == z), 1),
        (lambda x, y, z: constrain(z == x * y), 1),
        (lambda x, y, z: constrain(x * y + 2 * x - 1 == z - y), 1),
        (lambda x, y, z: constrain(5 - 3 * (x * y) == z), 1),
        (lambda x, y, z: constrain(x + y == z), 1),
        (lambda x, y, z: constrain(x * y == y * z), 2),
        (lambda x, y, z: constrain(x * y * z == 1), 2),
        (lambda x, y, z: constrain(x * y + y * z == 1), 2),
        (lambda x, y, z: constrain(x**4 == z), 2),
        (lambda x, y, z: constrain(x**5 == z), 3),
        (lambda x, y, z: constrain((x + y) * (x - y) == x * x), 2),
        (lambda x, y, z: constrain(x**1 == z), 1),
        (lambda x, y, z: constrain(x * 7 * 0 + 5 == 5), 0),
        (lambda x, y, z: wire(x * y + z + 1), 1),
        (lambda x, y, z: wire(x + y), 1),
        (lambda x, y, z: wire(x), 0),
        (lambda x, y, z: wire(2 * x), 1),
    ],
)
def test_cost(body: Body, n_rows: int) -> None:
    assert built(body).r1cs.n_constraints == n_rows


def test_a_product_becomes_a_wire_once() -> None:
    def body(x: Signal, y: Signal, z: Signal) -> None:
        product = x * y
        constrain(product + z == 3)  # the product itself stays lazy: one row
        shifted = product + 1
        constrain(shifted * z == 2)  # now it is needed as a factor: its row, and this one
        constrain(product == 5)  # known by now: linear

    compiled = built(body)
    assert compiled.r1cs.n_constraints == 4
    assert compiled.n_linear == 1


def test_the_same_product_on_both_sides_cancels() -> None:
    def body(x: Signal, y: Signal, z: Signal) -> None:
        product = x * y
        constrain(product + x == product + z)

    compiled = built(body)
    assert (compiled.r1cs.n_constraints, compiled.n_linear) == (1, 1)


def test_swapping_shares_one_product() -> None:
    def body(x: Signal, y: Signal, z: Signal) -> None:
        difference = x * (z - y)
        left, right = y + difference, z - difference
        constrain(left * right == 1)

    assert built(body).r1cs.n_constraints == 2


@pytest.mark.parametrize("values", [(3, 4, 5), (0, 0, 0), (1, 2**200, 7)])
def test_witness_values_of_mixed_arithmetic(values: tuple[int, int, int]) -> None:
    @circuit
    def mixed(x: Signal = private(), y: Signal = private(), z: Signal = private()) -> Array[Signal]:
        total = sum([x, y, z], 0)
        return Array([total, x * y + y * z, 2 - x, -y, +z, x**3 - 1, (x * y + 1) * (x * y - 1)])

    x, y, z = values
    expected = [x + y + z, x * y + y * z, 2 - x, -y, z, x**3 - 1, (x * y) ** 2 - 1]
    program = mixed.compile()
    p = program.program.field.modulus
    found = program.witness(x=x, y=y, z=z)[1:8]
    assert found == [value % p for value in expected]
    assert list(mixed(x, y, z)) == found


def test_numpy_integers_are_constants() -> None:
    def body(x: Signal, y: Signal, z: Signal) -> None:
        assert (np.int64(3) * x + np.uint32(2)).describe() == "3*x + 2"

    built(body)


def test_kinds_follow_from_bounds() -> None:
    @circuit
    def kinds(b: Bit = private(), c: Bit = private(), u: Uint = private(bits=8)) -> None:
        assert type(1 - b) is Bit
        assert type(~b) is Bit
        assert type(b * c) is Bit
        assert all(type(v) is Bit for v in (b & c, b | c, b ^ c, b & 1, 0 | b, 1 ^ c))
        assert type(b + c) is Uint
        assert getattr(b + c, "maximum", None) == 2
        assert type(u * u) is Uint
        assert getattr(u * u + 1, "n_bits", None) == 16
        assert type(b - c) is Signal
        assert type(u - 1) is Signal
        assert type(u - 1 + 1) is Uint
        assert type(u * (1 << 250)) is Signal
        assert type(u * (1 << 200)) is Uint
        assert type(b * 0) is Bit

    kinds.compile()


def test_repr_shows_the_combination_or_the_value() -> None:
    def body(x: Signal, y: Signal, z: Signal) -> None:
        assert repr(x) == "Signal(x)"
        assert repr(2 * x - y + 1) == "Signal(2*x + -y + 1)"
        assert repr(x * y) == "Signal(x*y)"
        assert repr(3 * (x * (y + 1)) - z) == "Signal(3*x*(y + 1) + -z)"
        assert repr(x * (y + z + 1)) == "Signal(x*(3 terms))"
        assert "1 more terms" in repr(x + y + z + wire(x * y) + 1)

    built(body)


REFUSED: list[tuple[str, Body, str]] = [
    ("be divided with /", lambda x, y, z: x / y, "divide(x, y)"),
    ("be divided with /", lambda x, y, z: 1 / y, "divide(x, y)"),
    ("be divided with //", lambda x, y, z: x // 2, "quotient_remainder"),
    ("be reduced with %", lambda x, y, z: x % 2, "quotient_remainder"),
    ("be reduced with %", lambda x, y, z: divmod(x, y), "quotient_remainder"),
    ("be compared with <", lambda x, y, z: x < y, "less_than(x, y)"),
    ("be compared with <=", lambda x, y, z: x <= 1, "less_than(x, y)"),
    ("be compared with >", lambda x, y, z: x > y, "less_than(x, y)"),
    ("be compared with >=", lambda x, y, z: x >= y, "less_than(x, y)"),
    ("be compared with <", lambda x, y, z: min(x, y), "less_than(x, y)"),
    ("be shifted", lambda x, y, z: x << 1, "to_bits(x, n)"),
    ("be shifted", lambda x, y, z: x >> 1, "to_bits(x, n)"),
    ("be combined with &", lambda x, y, z: x & y, "are for Bits"),
    ("be combined with |", lambda x, y, z: x | 1, "are for Bits"),
    ("be combined with ^", lambda x, y, z: x ^ y, "a power is written **"),
    ("be combined with ~", lambda x, y, z: ~x, "are for Bits"),
    ("be an exponent", lambda x, y, z: 2**x, "integer constant"),
    ("decide an if", lambda x, y, z: 1 if x else 0, "select(bit, a, b)"),
    ("decide an if", lambda x, y, z: x and y, "select(bit, a, b)"),
    ("decide an if", lambda x, y, z: not x, "select(bit, a, b)"),
    ("be an index or a number of rounds", lambda x, y, z: [1, 2][x], "mux(bits, values)"),
    ("be an index or a number of rounds", lambda x, y, z: range(x), "mux(bits, values)"),
    ("be a dictionary key or a member of a set", lambda x, y, z: {x: 1}, "lists or Arrays"),
    ("become a Python number", lambda x, y, z: int(x), "call the circuit with integers"),
    ("become a Python number", lambda x, y, z: float(x), "call the circuit with integers"),
    ("be measured, indexed or iterated", lambda x, y, z: len(x), "declare an Array[Signal]"),
    ("be measured, indexed or iterated", lambda x, y, z: list(x), "declare an Array[Signal]"),
    ("be measured, indexed or iterated", lambda x, y, z: x[0], "declare an Array[Signal]"),
]


@pytest.mark.parametrize(("action", "body", "hint"), REFUSED)
def test_refused_operators_name_the_replacement(action: str, body: Body, hint: str) -> None:
    with pytest.raises(CircuitError) as caught:
        built(body)
    assert caught.value.message.startswith(f"a signal cannot {action}")
    assert hint in caught.value.hint
    assert "test_signal.py" in caught.value.where


def test_comparisons_are_equations() -> None:
    with pytest.raises(CircuitError, match="signals cannot be compared with !="):
        built(lambda x, y, z: x != y)
    message = "the equation . == . is neither true nor false while the circuit is built"
    for body in (
        lambda x, y, z: 1 if x == y else 0,
        lambda x, y, z: x in [y, z],
    ):
        with pytest.raises(CircuitError, match=message) as caught:
            built(body)
        assert "is_equal(x, y) makes a Bit" in caught.value.hint
    with pytest.raises(CircuitError, match="an equation cannot be compared again"):
        built(lambda x, y, z: (x == y) == z)


def test_a_forgotten_constrain_is_an_error() -> None:
    def body(x: Signal, y: Signal, z: Signal) -> None:
        x * y == z  # noqa: B015  # the mistake under test

    with pytest.raises(CircuitError, match=r"the equation x\*y == z is never used") as caught:
        built(body)
    assert "x * y == z" in caught.value.where
    assert "write constrain(x == y)" in caught.value.hint


@pytest.mark.parametrize("exponent", [-1, 1.5])
def test_exponents_are_constants(exponent: Any) -> None:
    with pytest.raises(CircuitError, match="the exponent of a signal must be a non-negative integer constant"):  # fmt: skip
        built(lambda x, y, z: x**exponent)


def test_logic_needs_bits() -> None:
    @circuit
    def logic(b: Bit = private(), x: Signal = private()) -> None:
        b & x

    with pytest.raises(CircuitError, match="& | ^ need two Bits".replace("|", r"\|").replace("^", r"\^")):  # fmt: skip
        logic.compile()


@pytest.mark.parametrize(
    ("body", "message", "hint"),
    [
        (
            lambda x, y, z: x + "1",
            "is no number: expected a signal or an integer, got a str",
            "int.from_bytes",
        ),
        (
            lambda x, y, z: x == "hello",
            "is no number: expected a signal or an integer, got a str",
            "int.from_bytes",
        ),
        (
            lambda x, y, z: x == b"hello",
            "is no number: expected a signal or an integer, got a bytes",
            "int.from_bytes",
        ),
        (
            lambda x, y, z: x * 1.5,
            "is no number: expected a signal or an integer, got a float",
            r"divide\(x, y\)",
        ),
        (
            lambda x, y, z: 1.5 - x,
            "is no number: expected a signal or an integer, got a float",
            r"divide\(x, y\)",
        ),
        (
            lambda x, y, z: operator.eq(x, None),
            "is no number: expected a signal or an integer, got None",
            "",
        ),
        (
            lambda x, y, z: operator.add(x, (1,)),
            "is no number: expected a signal or an integer, got a tuple",
            "an Array does it",
        ),
        (lambda x, y, z: pow(x, -1, 7), "the exponent of a signal must be", r"inverse\(x\)"),
        (lambda x, y, z: abs(x - y), "a signal cannot have an absolute value", "select"),
        (lambda x, y, z: round(x), "a signal cannot be rounded", "div_mod"),
        (lambda x, y, z: x @ y, "a signal cannot be multiplied with @", "dot"),
        (lambda x, y, z: x // y, "a signal cannot be divided with //", r"constrain\(r < y\)"),
        (lambda x, y, z: x % 2, "a signal cannot be reduced with %", r"div_mod\(x, y\)"),
    ],
)
def test_wrong_operands_name_the_remedy(body: Any, message: str, hint: str) -> None:
    with pytest.raises(CircuitError, match=message) as caught:
        built(body)
    assert re.search(hint, caught.value.hint)


def test_other_types_are_pythons_business() -> None:
    for body in (lambda x, y, z: x + object(), lambda x, y, z: object() * x):
        with pytest.raises(TypeError, match="unsupported operand"):
            built(body)
    with pytest.raises(TypeError, match="unsupported operand"):
        built(lambda x, y, z: x + object())


def test_signals_do_not_leave_their_circuit() -> None:
    kept: list[Signal] = []
    built(lambda x, y, z: kept.append(x))
    for body in (lambda x, y, z: x + kept[0], lambda x, y, z: x * kept[0], lambda x, y, z: x == kept[0]):  # fmt: skip
        with pytest.raises(CircuitError, match="belong to different circuits or gadget calls"):
            built(body)


@pytest.mark.parametrize("seed", range(30))
def test_long_sums_are_sums(seed: int) -> None:
    """Sums that grow, share their beginnings, meet again, and cancel, against plain dictionaries."""
    rng = random.Random(seed)

    @circuit
    def example(x: Array[Signal] = private(200)) -> None:
        p = x[0].field.modulus
        known: list[tuple[Signal, dict[int, int]]] = [(x[k], {k + 1: 1}) for k in range(200)]
        for _ in range(300):
            (a, a_terms), (b, b_terms) = (known[-rng.randrange(1, 1 + rng.choice([3, 30, 200]))] for _ in range(2))  # fmt: skip
            sign = rng.choice([1, 1, 1, -1])
            number = rng.choice([0, 0, 7, -3])
            total = {
                w: a_terms.get(w, 0) + sign * b_terms.get(w, 0) for w in {*a_terms, *b_terms, 0}
            }
            total[0] += number
            total = {w: c % p for w, c in total.items() if c % p}
            known.append(((a + b if sign > 0 else a - b) + number, total))
            if rng.random() < 0.2:
                assert known[-1][0].linear_terms() == total
                assert known[-1][0].known_constant == (
                    total.get(0, 0) if not total.keys() - {0} else None
                )
        whole = x.sum()
        assert (whole - whole).known_constant == 0
        assert (1 + whole - x.sum()).known_constant == 1
        for signal, terms in [*known, (whole, dict.fromkeys(range(1, 201), 1))]:
            assert signal.linear_terms() == terms

    example.compile()


def test_a_sum_keeps_its_type() -> None:
    @circuit
    def example(x: Array[Bit] = private(300)) -> Signal:
        total = x.sum()
        assert isinstance(total, Uint)
        assert total.maximum == 300
        rest = sum(1 - bit for bit in x)
        assert isinstance(rest, Uint)
        assert (total + rest).known_constant == 300
        return total * rest

    compiled = example.compile()
    assert compiled.r1cs.n_constraints == 301
    assert compiled.witness(x=[1] * 100 + [0] * 200)[1] == 20_000
