"""Bits, parts, shifts and bitwise logic of Uints."""

from __future__ import annotations

import operator
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from tests.support.all_witnesses import SMALL_FIELDS, possible_outputs
from tests.support.circuits import check_circuit
from zkctl.dsl import Array, Bit, Signal, Uint, circuit, gadget, private
from zkctl.errors import CircuitError
from zkctl.gadgets.compare import less_than

Operation = Callable[..., Any]
OPERATIONS: list[Operation] = [
    lambda x: x >> 0,
    lambda x: x >> 1,
    lambda x: x >> 3,
    lambda x: x >> 9,
    lambda x: x << 0,
    lambda x: x << 3,
    lambda x: x & 0,
    lambda x: x & 5,
    lambda x: 0xFFFF & x,
    lambda x: x | 0,
    lambda x: x | 9,
    lambda x: 0x100 | x,
    lambda x: x ^ 0,
    lambda x: x ^ 6,
    lambda x: 0x31 ^ x,
    lambda x: (x >> 1) & 3,
    lambda x: (x << 2) | 1,
    lambda x: ((x ^ 5) << 1) ^ (x >> 1 & 3),
    lambda x: (x & 1) << 3,
    lambda x: (x & 1) | 6,
    lambda x: (x & 1) ^ (x | 2),
]


@pytest.mark.parametrize("k", range(len(OPERATIONS)))
def test_operations_are_those_of_integers(k: int) -> None:
    operation = OPERATIONS[k]
    maxima = []

    @circuit
    def example(x: Uint = private(bits=4)) -> Array[Signal]:
        result = operation(x)
        assert isinstance(result, Uint)
        maxima.append(result.maximum)
        spelled = sum((bit * 2**j for j, bit in enumerate(result.bits)), x * 0)
        return Array([result, spelled, *result.bits])

    compiled = example.compile()
    assert compiled.r1cs.n_constraints - compiled.n_linear <= 4 + 4  # of `& ^` with x itself
    for x in range(16):
        expected = operation(x)
        witness = compiled.witness(x=x)
        assert witness[1:3] == list(example(x))[:2] == [expected, expected]
        assert max(maxima) >= expected


@pytest.mark.parametrize("sign", [operator.and_, operator.or_, operator.xor])
@pytest.mark.parametrize(("m", "n"), [(3, 3), (4, 2), (2, 4), (1, 3), (3, 1)])
def test_logic_of_two_numbers(sign: Operation, m: int, n: int) -> None:
    @circuit
    def example(x: Uint = private(bits="m"), y: Uint = private(bits="n"), *, m: int, n: int) -> Signal:  # fmt: skip
        result = sign(x, y)
        assert result.n_bits == len(result.bits)
        return result

    compiled = example.compile(m=m, n=n)
    assert compiled.r1cs.n_constraints - compiled.n_linear == m + n + min(m, n)
    for x, y in product(range(1 << m), range(1 << n)):
        assert compiled.witness(x=x, y=y)[1] == example(x, y, m=m, n=n) == sign(x, y)


def test_every_witness_over_small_fields() -> None:
    @circuit
    def example(x: Uint = private(bits=2), y: Uint = private(bits=2), s: Signal = private()) -> Array[Signal]:  # fmt: skip
        total: Any = x + y
        return Array([total >> 1, x ^ y, (x & y) | 1, x.part(1, 2), *total.bits, s + 0])

    for field in SMALL_FIELDS[1:3]:
        compiled = example.over(field).compile()
        for x, y in product(range(field.modulus), repeat=2):
            found = possible_outputs(compiled, [x, y, 3])
            total = x + y
            bits = [total >> k & 1 for k in range(3)]
            good = {(total >> 1, x ^ y, (x & y) | 1, x >> 1, *bits, 3)}
            assert found == (good if max(x, y) < 4 else set())


def test_parts_and_bytes() -> None:
    @circuit
    def example(x: Uint = private(bits=20)) -> Array[Signal]:
        parts = [x.byte(0), x.byte(1), x.byte(2), x.byte(3), x.part(4, 9), x.part(0, 20)]
        assert [p.maximum for p in parts] == [255, 255, 15, 0, 31, 2**20 - 1]
        assert parts[-1].linear_terms() == x.linear_terms()
        return Array([*parts, *(parts[1].bits), less_than(x.byte(0), x.byte(1))])

    compiled = example.compile()
    assert compiled.r1cs.n_constraints - compiled.n_linear == 20 + 9
    check_circuit(example, good=[{"x": x} for x in (0, 0xABCDE, 2**20 - 1)])
    assert list(example(0xABCDE))[:6] == [0xDE, 0xBC, 0xA, 0, 0xABCDE >> 4 & 31, 0xABCDE]


def test_bits_of_sums_cost_their_width_once() -> None:
    @circuit
    def example(x: Uint = private(bits=8), y: Uint = private(bits=8), *, times: int) -> None:
        first: Any = x + y
        assert len(first.bits) == 9
        for _ in range(times):
            total: Any = y + x
            assert len(total.bits) == 9
            assert len((total >> 2).bits) == 7

    for times in (0, 1, 5):
        assert example.compile(times=times).r1cs.n_constraints == 8 + 8 + 9


def test_a_stamped_gadget_makes_the_bits_inside() -> None:
    @gadget(stamped=True)
    def high_nibble(x: Uint) -> Uint:
        return x >> 4

    @gadget(stamped=True)
    def high_nibble_of_bits(bits: Array[Bit]) -> Signal:
        return bits[4] + 2 * bits[5] + 4 * bits[6] + 8 * bits[7]

    @circuit
    def example(x: Uint = private(bits=8), *, inside: bool) -> Signal:
        return high_nibble(x) if inside else high_nibble_of_bits(x.bits)

    compiled = [example.compile(inside=inside) for inside in (True, False)]
    assert [c.r1cs.n_constraints - c.n_linear for c in compiled] == [16, 8]
    assert [c.witness(x=0xA5)[1] for c in compiled] == [0xA, 0xA]


def refused(body: Callable[[Uint, Signal, Bit], Any]) -> CircuitError:
    @circuit
    def example(x: Uint = private(bits=8), s: Signal = private(), b: Bit = private()) -> None:
        body(x, s, b)

    with pytest.raises(CircuitError) as caught:
        example.compile()
    assert "test_uint_bits.py" in caught.value.where
    with pytest.raises(CircuitError) as eager:
        example(5, 9, 1)
    assert eager.value.message.split(" got ")[0] == caught.value.message.split(" got ")[0]
    return caught.value


@pytest.mark.parametrize(
    ("body", "message", "hint"),
    [
        (lambda x, s, b: x >> -1, "a shift must not be negative, got -1", ""),
        (lambda x, s, b: x << x, "a shift of a Uint needs a constant, got a Uint", "mux(bits"),
        (lambda x, s, b: x >> b, "a shift of a Uint needs a constant, got a Bit", "mux(bits"),
        (lambda x, s, b: x >> 1.5, "a shift of a Uint needs a constant, got a float", "mux"),
        (
            lambda x, s, b: x & s,
            "& of a Uint needs another Uint or a constant from 0 to p - 1, got a Signal",
            "to_uint",
        ),
        (
            lambda x, s, b: x | -1,
            "| of a Uint needs another Uint or a constant from 0 to p - 1, got -1",
            "to_uint",
        ),
        (
            lambda x, s, b: x ^ "a",
            "^ of a Uint needs another Uint or a constant from 0 to p - 1, got a str",
            "to_uint",
        ),
        (
            lambda x, s, b: x & (1 << 255),
            "& of a Uint needs another Uint or a constant from 0 to p - 1, got",
            "to_uint",
        ),
        (
            lambda x, s, b: x << 246,
            "the result of << 246 may have 254 bits, which bn254.fr does not hold: at most 253",
            "x.part",
        ),
        (lambda x, s, b: x | (1 << 253), "the result of | may have 254 bits", "x.part"),
        (
            lambda x, s, b: x.part(3, 3),
            "a part of a Uint begins at bit 0 or above and has a bit at least: got 3 to 3",
            "x.byte(k)",
        ),
        (
            lambda x, s, b: x.byte(-1),
            "a part of a Uint begins at bit 0 or above and has a bit at least: got -8 to 0",
            "x.byte(k)",
        ),
        (lambda x, s, b: x.byte(b), "a byte of a Uint needs a constant, got", "mux(bits"),
        (lambda x, s, b: ~x, "a signal cannot be combined with ~", "Bits"),
        (lambda x, s, b: 1 << x, "a signal cannot be shifted", "to_bits"),
        (
            lambda x, s, b: s & x,
            "& of a Uint needs another Uint or a constant from 0 to p - 1, got a Signal",
            "to_uint",
        ),
        (lambda x, s, b: b & s, "& | ^ need two Bits", "make a Bit"),
    ],
)
def test_refused_operands(body: Any, message: str, hint: str) -> None:
    problem = refused(body)
    assert message in problem.message
    assert hint in problem.hint


def test_bits_of_the_full_width_are_not_unique() -> None:
    @circuit
    def wide(x: Uint = private(bits=253)) -> None:
        more: Any = x + (1 << 252)
        assert more.n_bits == 254
        assert more.bits

    message = r"the bits of a Uint of 254 bits are not unique in bn254.fr \(254 bits\)"
    with pytest.raises(CircuitError, match=message) as caught:
        wide.compile()
    assert "to_bits(x, n) takes the full width" in caught.value.hint
