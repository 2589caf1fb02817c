"""What a compiled circuit tells about its gadgets: contracts, wires, rows and proven ranges, each checked on the rows themselves."""

from __future__ import annotations

import random

from tests.support.all_witnesses import sides_of
from zkctl.constraints.linear import Terms
from zkctl.dsl import (
    Array,
    Bit,
    Signal,
    Uint,
    Word32,
    circuit,
    constrain,
    discard,
    gadget,
    private,
)
from zkctl.gadgets.bits import to_bits
from zkctl.gadgets.compare import is_zero, less_than, to_uint
from zkctl.gadgets.divide import div_mod
from zkctl.gadgets.tree.merkle import merkle_root


@gadget
def product(x: Signal, y: Signal) -> Signal:
    """Return x * y.

    Assumes:  nothing.
    Enforces: the result is
              the product.
    Cost:     1 constraint.
    """
    return x * y


@gadget(stamped=True)
def cube(x: Signal) -> Signal:
    """Return x^3."""
    return product(product(x, x), x)


@circuit
def cubes(x: Signal = private(), y: Signal = private()) -> Array[Signal]:
    return Array([cube(x), cube(y + 1), cube(x), product(x, y)])


def test_calls_with_contracts_and_callers() -> None:
    compiled = cubes.compile()
    calls = list(compiled.gadget_calls())
    assert [(c.contract.gadget.rpartition(".")[2], c.caller) for c in calls] == [
        ("cube", -1),
        ("product", 0),
        ("product", 0),
        ("cube", -1),
        ("product", 3),
        ("product", 3),
        ("cube", -1),
        ("product", -1),
    ]
    assert [call.is_again for call in calls].count(True) == 1
    assert calls[6].is_again
    assert calls[6].first_row == calls[0].first_row
    assert calls[0].template is calls[3].template
    assert calls[1].contract.enforces == "the result is the product."
    assert calls[1].contract.assumes == "nothing."
    assert calls[0].contract.enforces == ""
    values = compiled.witness(x=5, y=7)
    for call in calls:
        received, returned = (
            [sum(k * values[w] for w, k in terms.items()) for terms in part]  # type: ignore[union-attr]
            for part in (call.received, call.returned)
        )
        expected = received[0] ** 3 if len(received) == 1 else received[0] * received[1]
        assert returned == [expected]


def test_rows_of_a_call() -> None:
    calls = list(cubes.compile().gadget_calls())
    assert [(call.first_row, call.n_rows) for call in calls if call.caller < 0] == [
        (0, 2),
        (2, 2),
        (0, 0),
        (4, 0),  # its row is written where the product is needed
    ]


def test_a_product_that_nobody_needs_is_not_told() -> None:
    @circuit
    def unused(x: Signal = private(), y: Signal = private()) -> None:
        discard(product(x, y))
        constrain(x * y == 6)

    (call,) = unused.compile().gadget_calls()
    assert call.returned == (None,)


def test_a_gadget_that_failed_is_not_told() -> None:
    @gadget
    def fails(x: Signal) -> Signal:
        discard(product(x, x))
        raise LookupError

    @circuit
    def tries(x: Signal = private()) -> Signal:
        try:
            return fails(x)
        except LookupError:
            return product(x, x)

    calls = list(tries.compile().gadget_calls())
    assert [(c.contract.gadget.rpartition(".")[2], c.caller) for c in calls] == [
        ("product", -1),
        ("product", -1),
    ]


@circuit
def ranges(
    x: Uint = private(bits=8),
    y: Uint = private(bits=8),
    z: Signal = private(),
    word: Word32 = private(),
    path: Array[Bit] = private(2),
    siblings: Array[Signal] = private(2),
) -> Array[Signal]:
    quotient, rest = div_mod(x, y)
    constrain(y <= x, "y is larger")
    bits = to_bits(z, 254)
    total = (word + word + 5).value
    narrow = to_uint(z, 20)
    return Array(
        [less_than(x, y), quotient, rest, bits[3], total, narrow, is_zero(z), merkle_root(z, siblings, path)]
    )  # fmt: skip


def test_every_range_follows_from_its_rows() -> None:
    """Whatever the other wires are: if the named rows hold, the combination is in the range."""
    compiled = ranges.compile()
    p = compiled.program.field.modulus
    sides = sides_of(compiled.program)
    inputs = {"x": 200, "y": 30, "z": 77777, "word": 2**31 + 3, "path": [0, 1], "siblings": [8, 9]}
    values = compiled.witness(**inputs)
    rng = random.Random(1)
    found = list(compiled.proven_ranges())
    assert sum(each.high == 1 for each in found) > 300
    for each in found:
        assert 0 <= _value(each.terms, values) <= each.high
        rows = range(each.first_row, each.first_row + each.n_rows)
        assert all(_holds(sides, row, values, p) for row in rows)
        moved = dict(enumerate(values))
        wire = rng.choice([w for w in each.terms if w])
        moved[wire] = (moved[wire] + (each.high + 1) * pow(each.terms[wire], -1, p)) % p
        changed = [moved[k] for k in range(len(values))]
        assert not all(_holds(sides, row, changed, p) for row in rows)


def _value(terms: Terms, values: list[int]) -> int:
    p = ranges.field.modulus
    return sum(k * values[w] for w, k in terms.items()) % p


def _holds(sides: list[list[tuple[int, int]]], row: int, values: list[int], p: int) -> bool:
    a, b, c = (sum(k * values[w] for w, k in side) for side in sides[3 * row : 3 * row + 3])
    return (a * b - c) % p == 0


def test_eager_mode_records_nothing() -> None:
    assert list(cubes(5, 7)) == [125, 512, 125, 35]
