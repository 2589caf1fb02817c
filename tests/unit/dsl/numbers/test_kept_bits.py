"""Bits are made once for each value, and only unique ones are kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from tests.support.all_witnesses import SMALL_FIELDS, possible_outputs
from tests.support.circuits import check_circuit
from zkctl.dsl import Array, Bit, Signal, Uint, circuit, discard, gadget, private
from zkctl.errors import UnsatisfiedError
from zkctl.gadgets.bits import from_bits, to_bits
from zkctl.gadgets.compare import less_than, to_uint

Body = Callable[[Any, Any, Any], Any]

FREE: dict[str, tuple[Body, int]] = {
    "input again": (lambda x, s, b: to_bits(x, 8), 0),
    "input as bits": (lambda x, s, b: x.bits, 0),
    "input wider": (lambda x, s, b: to_bits(x, 20), 0),
    "input narrower": (lambda x, s, b: to_bits(x, 5), 1),
    "narrower twice": (lambda x, s, b: (to_bits(x, 5), to_bits(x, 5), to_uint(x, 5).bits), 1),
    "narrower in steps": (lambda x, s, b: (to_uint(x, 6), to_uint(x, 5), to_bits(x, 8)), 2),
    "after to_uint": (lambda x, s, b: to_uint(s, 16).bits, 16),
    "to_uint twice": (lambda x, s, b: (to_uint(s, 16), to_uint(s, 16), to_uint(s + 0, 20)), 16),
    "to_bits twice": (lambda x, s, b: (to_bits(s, 16), to_bits(s, 16), to_bits(s, 30)), 16),
    "full width twice": (lambda x, s, b: (to_bits(s, 254), to_bits(s, 254)), 254 + 130),
    "narrow after full width": (lambda x, s, b: (to_bits(s, 254), to_uint(s, 10)), 254 + 130 + 1),
    "the same sum": (lambda x, s, b: (to_bits(x + b, 9), to_bits(b + x, 9)), 9),
    "another sum": (lambda x, s, b: (to_bits(x + b, 9), to_bits(x + 2 * b, 9)), 18),
    "from_bits": (lambda x, s, b: to_bits(from_bits([b, x.bits[3], b]), 3), 0),
    "from_bits as bits": (lambda x, s, b: cast(Uint, from_bits([b, x.bits[3], b])).bits, 0),
    "equal comparisons": (lambda x, s, b: (less_than(x, 9), less_than(x, 9)), 9),
    "a bit": (lambda x, s, b: (b.bits, to_bits(b, 4)), 0),
    "a constant": (lambda x, s, b: (to_bits(x * 0 + 9, 4), to_bits(9 + x * 0, 9)), 0),
}


@pytest.mark.parametrize("name", FREE)
def test_cost(name: str) -> None:
    body, expected = FREE[name]

    @circuit
    def example(x: Uint = private(bits=8), s: Signal = private(), b: Bit = private()) -> None:
        discard(body(x, s, b))

    assert example.compile().r1cs.n_constraints == 8 + 1 + expected


def test_an_index_pays_once_for_its_bits() -> None:
    @circuit
    def path(index: Uint = private(bits="depth"), *, depth: int) -> Array[Bit]:
        return to_bits(index, depth)

    compiled = path.compile(depth=16)
    assert compiled.r1cs.n_constraints - compiled.n_linear == 16
    assert compiled.witness(index=0xBEEF)[1:17] == [0xBEEF >> k & 1 for k in range(16)]


def test_narrower_bits_are_enforced() -> None:
    @circuit
    def narrowed(x: Uint = private(bits=3), *, n: int) -> Array[Signal]:
        return Array([*to_bits(x, n), to_uint(x, n)])

    for n in (1, 2, 3, 5):
        good = [{"x": x} for x in range(min(8, 1 << n))]
        check_circuit(narrowed, good, [{"x": 8}, {"x": (1 << n)}], n=n)
        for field in SMALL_FIELDS[1:3]:
            compiled = narrowed.over(field).compile(n=n) if n < field.n_bits else None
            for x in range(field.modulus) if compiled else ():
                bits = tuple(x >> k & 1 for k in range(n))
                allowed = {(*bits, x)} if x < min(8, 1 << n) else set()
                assert possible_outputs(compiled, [x]) == allowed
    with pytest.raises(UnsatisfiedError, match=r"value [0-9]+ needs more than 2 bits"):
        narrowed.compile(n=2).witness(x=5)


def test_bits_that_are_not_unique_are_not_kept() -> None:
    """A sum of 254 bits may pass p: its bits are not those of the number."""

    @circuit
    def passes(bits: Array[Bit] = private(254)) -> Array[Bit]:
        return to_bits(from_bits(bits), 254)

    compiled = passes.compile()
    assert compiled.r1cs.n_constraints - compiled.n_linear == 2 * 254 + 130
    p = compiled.program.field.modulus
    witness = compiled.witness(bits=[p + 5 >> k & 1 for k in range(254)])
    assert witness[1:255] == [5 >> k & 1 for k in range(254)]


def test_each_block_keeps_its_own() -> None:
    @gadget(stamped=True)
    def lowest(x: Uint) -> Bit:
        return x.bits[0]

    @circuit
    def example(x: Uint = private(bits=4), y: Uint = private(bits=4)) -> Array[Bit]:
        return Array([lowest(x), lowest(y), x.bits[0], y.bits[1]])

    compiled = example.compile()
    assert compiled.r1cs.n_constraints - compiled.n_linear == 16
    assert compiled.witness(x=5, y=2)[1:5] == [1, 0, 1, 1]


def test_eager_values_are_checked_each_time() -> None:
    assert list(to_bits(5, 3)) == [1, 0, 1]
    with pytest.raises(UnsatisfiedError, match=r"value [0-9]+ needs more than 2 bits"):
        to_bits(5, 2)
