"""Every witness of every gadget over small fields gives what the gadget's docstring says, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any, NamedTuple

import pytest

from tests.support.all_witnesses import SMALL_FIELDS, possible_outputs
from zkctl.dsl import Array, Bit, Circuit, Signal, Uint, circuit, dot, private, wire
from zkctl.field import PrimeField
from zkctl.gadgets.bits import from_bits, to_bits
from zkctl.gadgets.compare import is_equal, is_zero, less_or_equal, less_than, to_uint
from zkctl.gadgets.inverse import divide, inverse
from zkctl.gadgets.select import mux, select, swap_if


class Pair(NamedTuple):
    first: Signal
    second: Signal


@circuit
def zero(x: Signal = private()) -> Signal:
    return is_zero(x)


@circuit
def equal(x: Signal = private(), y: Signal = private()) -> Signal:
    return is_equal(x, y)


@circuit
def invert(x: Signal = private()) -> Signal:
    return inverse(x)


@circuit
def quotient(x: Signal = private(), y: Signal = private()) -> Signal:
    return divide(x, y)


@circuit
def selected(c: Bit = private(), x: Signal = private(), y: Signal = private()) -> Signal:
    return select(c, x, y)


@circuit
def swapped(c: Bit = private(), x: Signal = private(), y: Signal = private()) -> Pair:
    return Pair(*swap_if(c, x, y))


@circuit
def ordered(x: Uint = private(bits=2), y: Uint = private(bits=2)) -> Array[Signal]:
    """The results of swap_if are Uints again: less_than takes them."""
    low, high = swap_if(less_than(y, x), x, y)
    return Array([low, high, less_than(high, low), less_or_equal(low, high)])


@circuit
def distance(x: Uint = private(bits=2), y: Uint = private(bits=2)) -> Array[Signal]:
    """A hull with a negative low."""
    size = select(less_than(x, y), y - x, x - y)
    assert size.bounds == (-3, 3)
    chosen = select(less_than(x, 2), dot([1, 1], [x, 1]), -1)
    assert chosen.bounds == (-1, 4)
    return Array([size, chosen, less_than(chosen + 1, 3)])


@circuit
def chosen_flag(c: Array[Bit] = private(4)) -> Array[Signal]:
    flag = select(c[0], c[1], c[2])
    pairs = select(c[3], [c[0], ~c[1]], [flag, c[2]])
    return Array([flag & c[3], *[pair ^ c[0] for pair in pairs], c.sum()])


@circuit
def bit_logic(a: Bit = private(), b: Bit = private()) -> Array[Signal]:
    return Array([a & b, a | b, a ^ b, ~a])


@circuit
def multiplexed(bits: Array[Bit] = private(2), values: Array[Signal] = private(4)) -> Signal:
    return mux(bits, values)


@circuit
def table(bits: Array[Bit] = private(3)) -> Signal:
    return mux(bits, [3, 1, 4, 1, 5, 2, 6, 5])


@circuit
def all_bits(x: Signal = private(), *, n: int) -> Array[Signal]:
    return to_bits(x, n)


@circuit
def narrowed(x: Signal = private(), *, n: int) -> Signal:
    return to_uint(x, n)


@circuit
def number(bits: Array[Bit] = private("n"), *, n: int) -> Signal:
    return from_bits(bits)


@circuit
def less(x: Uint = private(bits="n"), y: Uint = private(bits="n"), *, n: int) -> Pair:
    return Pair(less_than(x, y), less_or_equal(x, y))


@circuit
def powers(x: Signal = private()) -> Signal:
    return wire(x**3 + 2 * x) ** 2


Spec = Callable[..., tuple[int, ...] | None]


def bits_of(x: int, n: int) -> tuple[int, ...] | None:
    return tuple(x >> k & 1 for k in range(n)) if x < 1 << n else None


def only_bits(n: int, spec: Spec) -> Spec:
    """A specification for inputs whose first n are declared Bit."""
    return lambda p, *x: None if any(b > 1 for b in x[:n]) else spec(p, *x)


def widths(field: PrimeField) -> Iterator[int]:
    yield from range(1, field.n_bits)


def _chosen_flag(p: int, c0: int, c1: int, c2: int, c3: int) -> tuple[int, ...]:
    flag = c1 if c0 else c2
    pairs = (c0, 1 - c1) if c3 else (flag, c2)
    return (flag & c3, pairs[0] ^ c0, pairs[1] ^ c0, (c0 + c1 + c2 + c3) % p)


def _distance(p: int, x: int, y: int) -> tuple[int, ...] | None:
    chosen = -1 if x >= 2 else x + 1
    return (abs(x - y), chosen % p, int(chosen + 1 < 3)) if max(x, y) < 4 else None


class Case(NamedTuple):
    circuit: Circuit
    n_inputs: int
    spec: Spec
    parameters: dict[str, Any] = {}  # noqa: RUF012  # a NamedTuple default, never changed


def cases(field: PrimeField) -> Iterator[Case]:
    p = field.modulus
    yield Case(zero, 1, lambda _p, x: (int(x == 0),))
    yield Case(equal, 2, lambda _p, x, y: (int(x == y),))
    yield Case(invert, 1, lambda _p, x: (pow(x, -1, p),) if x else None)
    yield Case(quotient, 2, lambda _p, x, y: (x * pow(y, -1, p) % p,) if y else None)
    yield Case(powers, 1, lambda _p, x: ((x**3 + 2 * x) ** 2 % p,))
    yield Case(bit_logic, 2, only_bits(2, lambda _p, a, b: (a & b, a | b, a ^ b, 1 - a)))
    yield Case(table, 3, only_bits(3, lambda _p, a, b, c: ((3, 1, 4, 1, 5, 2, 6, 5)[a + 2 * b + 4 * c] % p,)))  # fmt: skip
    if p <= 11:
        yield Case(chosen_flag, 4, only_bits(4, _chosen_flag))
    if p == 11:
        yield Case(ordered, 2, lambda _p, x, y: (min(x, y), max(x, y), 0, 1) if max(x, y) < 4 else None)  # fmt: skip
    if p == 17:
        yield Case(distance, 2, _distance)
    if p <= 13:
        yield Case(selected, 3, only_bits(1, lambda _p, c, x, y: (x if c else y,)))
        yield Case(swapped, 3, only_bits(1, lambda _p, c, x, y: (y, x) if c else (x, y)))
    for n in range(1, field.n_bits + 1):
        yield Case(all_bits, 1, lambda _p, x, n=n: bits_of(x, n), {"n": n})
    for n in range(1, field.n_bits):
        yield Case(narrowed, 1, lambda _p, x, n=n: (x,) if x < 1 << n else None, {"n": n})
    for n in range(1, field.n_bits - 1):
        yield Case(less, 2, lambda _p, x, y, n=n: (int(x < y), int(x <= y)) if max(x, y) < 1 << n else None, {"n": n})  # fmt: skip
    if p <= 17:
        spec = only_bits(3, lambda _p, a, b, c: ((a + 2 * b + 4 * c) % p,))
        yield Case(number, 3, spec, {"n": 3})


@pytest.mark.parametrize("field", SMALL_FIELDS, ids=lambda f: f.name)
def test_every_witness_gives_what_is_promised(field: PrimeField) -> None:
    for case in cases(field):
        compiled = case.circuit.over(field).compile(**case.parameters)
        for inputs in product(range(field.modulus), repeat=case.n_inputs):
            promised = case.spec(field.modulus, *inputs)
            expected = set() if promised is None else {promised}
            found = possible_outputs(compiled, inputs)
            assert found == expected, (case.circuit, case.parameters, inputs)


def test_mux_of_signals_selects_by_number() -> None:
    field = SMALL_FIELDS[0]
    compiled = multiplexed.over(field).compile()
    for a, b in product(range(field.modulus), repeat=2):
        expected = {((5, 3, 6, 2)[a + 2 * b],)} if a < 2 and b < 2 else set()
        assert possible_outputs(compiled, [a, b, 5, 3, 6, 2]) == expected


def test_eager_mode_agrees_with_the_constraints() -> None:
    field = SMALL_FIELDS[2]
    for case in cases(field):
        names = list(case.circuit.interface.types)
        if len(names) != case.n_inputs:
            continue
        for inputs in product(range(0, field.modulus, 3), repeat=case.n_inputs):
            promised = case.spec(field.modulus, *inputs)
            if promised is None:
                continue
            result = case.circuit.over(field)(**dict(zip(names, inputs, strict=True)), **case.parameters)  # fmt: skip
            found = tuple(result) if isinstance(result, tuple | Array) else (result,)
            assert found == promised, (case.circuit, inputs)
